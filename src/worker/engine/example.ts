/** Inputs that people can read and send: for the request that the banner shows, and for probing. */

import type { Model } from '../../model/model.ts'
import type { ModelSignature } from '../../model/signature.ts'
import type { ExampleInput } from '../../protocol/model-info.ts'
import { allocate } from '../../tensor/data-type.ts'
import { elementCount, type NamedTensors, type Tensor } from '../../tensor/tensor.ts'
import { readElement, writeElement } from '../../tensor/values.ts'
import { type Recipe, sampleInputs } from './sample.ts'
import type { Session } from './session.ts'

/** More elements than this are written as one that is repeated, if the model accepts that. */
const MOST_SHOWN = 64
/** A request of more is not written out. */
const MOST_WRITTEN = 4096

/** Every free dimension is 1, but the first of a model with rows, which is `rows`. */
export const exampleInputs = (signature: ModelSignature, rows = 1): NamedTensors =>
  new Map(
    signature.inputs.map(({ name, type, dims }) => {
      const shape = dims.map((dim, axis) => {
        if (axis === 0 && signature.rows === 'dynamic') return rows
        return typeof dim === 'number' ? dim : 1
      })
      return [name, { type, dims: shape, data: allocate(type, elementCount(shape)) }]
    }),
  )

/** The same as an example: what may be sent to a model of which nothing is known. */
export const zeros = (signature: ModelSignature): ExampleInput[] =>
  [...exampleInputs(signature)].map(([name, { type, dims }]) => ({
    name,
    type,
    dims,
    values: [readElement(type, allocate(type, 1), 0)],
  }))

/** Two decimals are enough to read. */
const rounded = (value: number | string | boolean): number | string | boolean =>
  typeof value === 'number' ? Number(value.toFixed(2)) : value

const toTensor = ({ type, dims, values }: ExampleInput & Pick<Tensor, 'type'>): Tensor => {
  const data = allocate(type, elementCount(dims))
  for (let i = 0; i < data.length; i += 1) writeElement(type, data, i, values[i % values.length])
  return { type, dims, data }
}

/** One row that is short to write and that the model accepts, as it is tried here; undefined if there is none. */
export const findExample = async (
  model: Model,
  session: Session,
  recipe: Recipe,
): Promise<ExampleInput[] | undefined> => {
  const sample = [...sampleInputs(model, recipe, 1)]
  const count = sample.reduce((sum, [, { data }]) => sum + data.length, 0)
  const write = (length: number, format: typeof rounded) =>
    sample.map(([name, { type, dims, data }]) => ({
      name,
      type,
      dims,
      values: Array.from({ length: Math.min(length, data.length) }, (_, i) =>
        format(readElement(type, data, i)),
      ),
    }))
  const candidates = [
    ...(count > MOST_SHOWN ? [() => write(1, rounded)] : []),
    ...(count <= MOST_WRITTEN ? [() => write(count, rounded), () => write(count, (value) => value)] : []),
  ]
  for (const candidate of candidates) {
    const inputs = candidate()
    const tensors = new Map(inputs.map((input) => [input.name, toTensor(input)]))
    if (await session.run(tensors).catch(() => undefined)) return inputs
  }
  return undefined
}
