/**
 * Random inputs that a model accepts: for the trial of its rows, for the trial of its optimised copy, and for warming up.
 * ONNX says types and shapes, but not which values make sense: token ids must lie in a vocabulary, a convolution needs a
 * smallest image. So recipes are tried, from the most telling to the plainest, until the model takes one.
 */

import { channelCount } from '../../model/channels.ts'
import type { Model } from '../../model/model.ts'
import type { ModelSignature, TensorSpec } from '../../model/signature.ts'
import { DATA_TYPES } from '../../tensor/data-type.ts'
import { elementCount, type NamedTensors } from '../../tensor/tensor.ts'
import { isDeviceFault } from './device-fault.ts'
import { fill, randomNumbers } from './fill.ts'
import type { Columns } from './graph/columns.ts'
import type { Session } from './session.ts'

/** How random inputs that a model accepts are made; found when it is inspected. */
export type Recipe = {
  /** 'normal' around 0, 'uniform' from 0, both times `scale`; or all zero. */
  floats: 'normal' | 'uniform' | 'zero'
  scale: number
  /** Integers from the first (included) to the second (excluded). */
  integers: readonly [number, number]
  strings: readonly string[]
  /** The values of columns of which the graph says them. */
  columns?: Columns
  /** What free dimensions other than rows are; those of an image are `preprocess`'s where it says them. */
  size: number
}

/** A small size that still lets positions mix comes first; convolutions need more, some models take only 1. */
const SIZES = [8, 16, 32, 64, 256, 1024, 2, 1]
const FLOATS = ['normal', 'uniform', 'zero'] as const
const INTEGERS = [
  [0, 2],
  [1, 3],
  [1, 2],
  [0, 1],
] as const
const STRINGS = [
  ['a', '0', '1.5'],
  ['a', 'b', 'c'],
  ['0', '1', '2'],
  ['1.5', '-0.5', '2.5'],
]

/** More elements than this in a row of an input are no small trial. */
const MAX_ELEMENTS = 2 ** 22

/** How long recipes are tried. A model that refuses one does so at once. */
const SEARCH_MS = 5000

/** A free dimension may be named as a sum, e.g. `past_length + length`. */
const freeSize = (name: string, size: number): number => name.split(' + ').length * size

/** What `preprocess` says of an image's tensor, by axis. */
const imageDims = ({ name, dims }: TensorSpec, { config, signature }: Model): Record<number, number> => {
  const { preprocess } = config
  if (preprocess === undefined || dims.length !== 4) return {}
  if (preprocess.input === undefined ? signature.inputs.length > 1 : preprocess.input !== name) return {}
  const { crop, resize, layout, color } = preprocess
  const size = crop ?? (resize !== undefined && 'width' in resize ? resize : undefined)
  const [channels, height] = layout === 'nchw' ? [1, 2] : [3, 1]
  return {
    [channels]: channelCount(color),
    ...(size && { [height]: size.height, [height + 1]: size.width }),
  }
}

const shapeOf = (spec: TensorSpec, model: Model, { size }: Recipe, rows: number): number[] => {
  const image = imageDims(spec, model)
  return spec.dims.map((dim, axis) => {
    if (typeof dim === 'number') return dim
    if (axis === 0 && model.signature.rows === 'dynamic') return rows
    return image[axis] ?? freeSize(dim, size)
  })
}

/** Inputs for `rows` rows where the model has rows; the same ones for the same seed. */
export const sampleInputs = (model: Model, recipe: Recipe, rows: number, seed = 1): NamedTensors => {
  const random = randomNumbers(seed)
  return new Map(
    model.signature.inputs.map((spec) => {
      const dims = shapeOf(spec, model, recipe, rows)
      return [spec.name, { type: spec.type, dims, data: fill(spec, elementCount(dims), recipe, random) }]
    }),
  )
}

/** Only what matters to the model's inputs is varied. */
const recipesFor = ({ inputs, rows }: ModelSignature, columns: Columns | undefined): Recipe[] => {
  const kinds = new Set(inputs.map(({ type }) => DATA_TYPES[type].kind))
  const isFree = inputs.some(({ dims }) =>
    dims.some((dim, axis) => typeof dim === 'string' && !(axis === 0 && rows === 'dynamic')),
  )
  const sizes = isFree ? SIZES : [1]
  const integers = kinds.has('integer') || kinds.has('bigint') ? INTEGERS : INTEGERS.slice(0, 1)
  const strings = kinds.has('string') ? STRINGS : STRINGS.slice(0, 1)
  const floats = kinds.has('float') ? FLOATS : FLOATS.slice(0, 1)
  const plain = integers.flatMap((range) =>
    strings.flatMap((words) =>
      floats.flatMap((kind) =>
        sizes.map((size): Recipe => ({ floats: kind, scale: 1, integers: range, strings: words, size })),
      ),
    ),
  )
  return columns === undefined || columns.size === 0
    ? plain
    : [...plain.map((recipe) => ({ ...recipe, columns })), ...plain]
}

const isEmpty = (tensors: NamedTensors): boolean =>
  [...tensors.values()].every(({ dims }) => elementCount(dims) === 0)

/**
 * The recipes of which the model takes one row and gives something, as many as are asked for in a few seconds. Throws what the
 * device says if it is the device that fails, and takes none.
 * @param columns what the graph says of the values, which is tried first
 */
export async function* acceptedRecipes(
  model: Model,
  session: Session,
  columns?: Columns,
): AsyncGenerator<Recipe, void> {
  const end = performance.now() + SEARCH_MS
  let fault: unknown
  let isAccepted = false
  for (const recipe of recipesFor(model.signature, columns)) {
    if (performance.now() > end) break
    const shapes = model.signature.inputs.map((spec) => shapeOf(spec, model, recipe, 1))
    if (shapes.some((dims) => elementCount(dims) > MAX_ELEMENTS)) continue
    // What the model refuses it refuses at once; the next may suit it.
    const outputs = await session.run(sampleInputs(model, recipe, 1)).catch((error) => {
      if (isDeviceFault(error)) fault = error
    })
    if (!outputs || isEmpty(outputs)) continue
    isAccepted = true
    yield recipe
  }
  if (fault !== undefined && !isAccepted) throw fault
}
