/** Predictions to JSON text: a text for each row, or one for the whole. */

import type { NumericArray } from '../../tensor/data-type.ts'
import { elementCount, type Shape, type Tensor } from '../../tensor/tensor.ts'
import { readElement } from '../../tensor/values.ts'
import type { Prediction, RankedLabel, Shown } from './codec.ts'
import { createReplyText, type ReplyText } from './reply-text.ts'

/** Elements that are turned into text at once, so that a list too long for a reply is never a text as a whole. */
const CHUNK = 8192

/** Begins a reply; refuses outputs with so many elements that no text of them is short enough. */
export const beginReply = ({ outputs, shown }: Prediction, maxBytes: number): ReplyText => {
  const reply = createReplyText(maxBytes)
  // An element takes a character and what separates it from the next.
  let characters = 0
  for (const [name, { data }] of outputs) {
    const other = shown?.get(name)
    if (other === undefined || 'labels' in other) characters += 2 * data.length
  }
  reply.expect(characters)
  return reply
}

/** The JSON text of each row, with `between` in between: its value if there is one output, else an object by output name. */
export const writeRows = ({ outputs, shown }: Prediction, reply: ReplyText, between: string): void => {
  const writers = [...outputs].map(([name, tensor]): [string, (row: number) => void] => {
    const other = shown?.get(name)
    if (other !== undefined) return [name, shownWriter(tensor, other, reply)]
    const dims = tensor.dims.slice(1)
    const width = elementCount(dims)
    return [name, (row) => writeNested(tensor, dims, row * width, reply)]
  })
  const [first] = outputs.values()
  const rows = first?.dims[0] ?? 0
  for (let row = 0; row < rows; row++) {
    if (row > 0) reply.add(between)
    writeMembers(writers, row, reply)
  }
}

/** One JSON text: the output's whole value if there is one, an object by output name if there are several. */
export const writeWhole = ({ outputs, shown }: Prediction, reply: ReplyText): void => {
  const writers = [...outputs].map(([name, tensor]): [string, () => void] => {
    const other = shown?.get(name)
    if (other === undefined) return [name, () => writeNested(tensor, tensor.dims, 0, reply)]
    const rows = tensor.dims[0] ?? 0
    return [name, () => writeList(rows, shownWriter(tensor, other, reply), reply)]
  })
  writeMembers(writers, 0, reply)
}

const writeMembers = (
  writers: readonly [name: string, write: (row: number) => void][],
  row: number,
  reply: ReplyText,
): void => {
  const [first] = writers
  if (first === undefined) return
  if (writers.length === 1) {
    first[1](row)
    return
  }
  writers.forEach(([name, write], position) => {
    reply.add(`${position === 0 ? '{' : ','}${JSON.stringify(name)}:`)
    write(row)
  })
  reply.add('}')
}

const writeList = (length: number, write: (index: number) => void, reply: ReplyText): void => {
  reply.add('[')
  for (let index = 0; index < length; index++) {
    if (index > 0) reply.add(',')
    write(index)
  }
  reply.add(']')
}

const shownWriter = (tensor: Tensor, shown: Shown, reply: ReplyText): ((row: number) => void) => {
  if ('json' in shown) return (row) => reply.add(shown.json(row))
  if ('ranking' in shown) return (row) => writeRanked(shown.ranking(row), reply)
  const names = shown.labels.map((label) => `${JSON.stringify(label)}:`)
  return (row) => {
    reply.add('{')
    names.forEach((name, column) => {
      const value = listText(tensor, row * names.length + column, 1, reply).slice(1, -1)
      reply.add(`${column === 0 ? '' : ','}${name}${value}`)
    })
    reply.add('}')
  }
}

const writeRanked = (ranking: readonly RankedLabel[], reply: ReplyText): void =>
  reply.add(
    JSON.stringify(
      ranking.map(({ label, probability }) => ({
        label,
        probability: Number.isFinite(probability) ? probability : String(probability),
      })),
    ),
  )

const writeNested = (tensor: Tensor, dims: Shape, offset: number, reply: ReplyText): void => {
  const [length, ...rest] = dims
  if (length === undefined) reply.add(listText(tensor, offset, 1, reply).slice(1, -1))
  else if (rest.length === 0) writeElements(tensor, offset, length, reply)
  else {
    const width = elementCount(rest)
    writeList(length, (index) => writeNested(tensor, rest, offset + index * width, reply), reply)
  }
}

const writeElements = (tensor: Tensor, offset: number, length: number, reply: ReplyText): void => {
  // A string may be as long as a reply by itself.
  const chunk = tensor.type === 'string' ? 1 : CHUNK
  if (length <= chunk) {
    reply.add(length === 0 ? '[]' : listText(tensor, offset, length, reply))
    return
  }
  reply.add('[')
  for (let start = 0; start < length; start += chunk) {
    if (start > 0) reply.add(',')
    reply.add(listText(tensor, offset + start, Math.min(chunk, length - start), reply).slice(1, -1))
  }
  reply.add(']')
}

/** Elements as a JSON list. */
const listText = ({ type, data }: Tensor, offset: number, length: number, reply: ReplyText): string => {
  if (type === 'string') reply.expect((data[offset] as string).length)
  return JSON.stringify(
    isPlain(type, data as NumericArray, offset, length)
      ? Array.from((data as Float64Array).subarray(offset, offset + length))
      : Array.from({ length }, (_, index) => readElement(type, data, offset + index)),
  )
}

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
