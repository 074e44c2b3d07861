/** Predictions to JSON text: a text for each row, or one for the whole. */

import type { NumericArray } from '../tensor/data-type.ts'
import { elementCount, type Shape, type Tensor } from '../tensor/tensor.ts'
import { readElement } from '../tensor/values.ts'
import type { Prediction, RankedLabel } from './codec.ts'

/** A JSON text for each row: its value if there is one output, an object by output name if there are several. */
export const writeRows = ({ outputs, ranked }: Prediction): string[] => {
  const writers = [...outputs].map(([name, tensor], position): [string, (row: number) => string] => {
    if (position === 0 && ranked !== undefined) return [name, (row) => writeRanked(ranked[row] ?? [])]
    const dims = tensor.dims.slice(1)
    const width = elementCount(dims)
    return [name, (row) => writeNested(tensor, dims, row * width)]
  })
  const [first] = outputs.values()
  return Array.from({ length: first?.dims[0] ?? 0 }, (_, row) =>
    writeMembers(writers.map(([name, write]) => [name, write(row)])),
  )
}

/** One JSON text: the output's whole value if there is one, an object by output name if there are several. */
export const writeWhole = ({ outputs, ranked }: Prediction): string =>
  writeMembers(
    [...outputs].map(([name, tensor], position) => [
      name,
      position === 0 && ranked !== undefined
        ? `[${ranked.map(writeRanked).join(',')}]`
        : writeNested(tensor, tensor.dims, 0),
    ]),
  )

const writeMembers = (members: [name: string, text: string][]): string =>
  members.length === 1
    ? (members[0]?.[1] ?? '')
    : `{${members.map(([name, text]) => `${JSON.stringify(name)}:${text}`).join(',')}}`

const writeRanked = (ranking: readonly RankedLabel[]): string =>
  JSON.stringify(
    ranking.map(({ label, probability }) => ({
      label,
      probability: Number.isFinite(probability) ? probability : String(probability),
    })),
  )

const writeNested = (tensor: Tensor, dims: Shape, offset: number): string => {
  const [length, ...rest] = dims
  if (length === undefined) return JSON.stringify(readElement(tensor.type, tensor.data, offset))
  if (rest.length === 0) return writeList(tensor, offset, length)
  const width = elementCount(rest)
  const parts = Array.from({ length }, (_, index) => writeNested(tensor, rest, offset + index * width))
  return `[${parts.join(',')}]`
}

const writeList = ({ type, data }: Tensor, offset: number, length: number): string =>
  JSON.stringify(
    isPlain(type, data as NumericArray, offset, length)
      ? Array.from((data as Float64Array).subarray(offset, offset + length))
      : Array.from({ length }, (_, index) => readElement(type, data, offset + index)),
  )

/** True if the elements as they stand in the array are JSON numbers. */
const isPlain = (type: Tensor['type'], data: NumericArray, offset: number, length: number): boolean => {
  if (type === 'float32' || type === 'float64') {
    // v - v is 0 for finite numbers and NaN for others, and NaN stays.
    let probe = 0
    for (let i = offset; i < offset + length; i++) probe += (data[i] as number) - (data[i] as number)
    return probe === 0
  }
  return type !== 'float16' && type !== 'bool' && type !== 'string' && type !== 'int64' && type !== 'uint64'
}
