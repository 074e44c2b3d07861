/** JSON values to tensors of the model's types: rows (`instances`, lines) or columns (`inputs`). */

import { ServingError } from '../errors.ts'
import type { Model } from '../model/model.ts'
import { formatSpec, type TensorSpec } from '../model/signature.ts'
import { allocate } from '../tensor/data-type.ts'
import type { NamedTensors, Tensor } from '../tensor/tensor.ts'
import { describe, excerpt, writeElement, writePlainNumbers } from '../tensor/values.ts'

/** Names an element by its indices, as [3, 17] → instances[3][17]. */
type Place = (indices: readonly number[]) => string

type JsonObject = Record<string, unknown>

export const isObject = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const invalid = (message: string): ServingError => new ServingError('ERR_INVALID_INPUT', message)

const brackets = (indices: readonly number[]): string => indices.map((index) => `[${index}]`).join('')

const quoted = (names: readonly string[]): string => {
  const text = names.map((name) => JSON.stringify(excerpt(name))).join(', ')
  return text.length > 240 ? `${text.slice(0, 239)}…` : text
}

/**
 * Rows to tensors: each row is the value of the only input without its first dimension, or an object by input name, or
 * `{"features": value}` as SageMaker's own algorithms have it.
 *
 * @param placeOf names a row in messages, as 3 → instances[3]
 * @throws ServingError ERR_INVALID_INPUT naming the input, the place, what is expected and what was received
 */
export const rowsToTensors = (
  rows: readonly unknown[],
  model: Model,
  placeOf: (row: number) => string,
): NamedTensors => {
  const { inputs } = model.signature
  const [only] = inputs
  if (rows.length === 0) throw invalid('The request has no rows.')
  if (!isObject(rows[0])) {
    if (only === undefined || inputs.length > 1)
      throw needsNames(inputs, `${placeOf(0)} is ${describe(rows[0])}`)
    return new Map([[only.name, toTensor(rows, only, rowPlace(placeOf, ''))]])
  }
  const objects = rows.map((row, index) => toRowObject(row, inputs, placeOf(index)))
  return new Map(
    inputs.map((spec) => {
      const values = objects.map((row) => row[spec.name])
      return [spec.name, toTensor(values, spec, rowPlace(placeOf, `.${spec.name}`))]
    }),
  )
}

/** The value of `inputs`, with the first dimension: the only input's value, or an object by input name. */
export const columnsToTensors = (value: unknown, model: Model): NamedTensors => {
  const { inputs } = model.signature
  const [only] = inputs
  if (isObject(value)) {
    requireNames(value, inputs, 'inputs')
    return new Map(
      inputs.map((spec) => [
        spec.name,
        toTensor(value[spec.name], spec, (indices) => `inputs.${spec.name}${brackets(indices)}`),
      ]),
    )
  }
  if (only === undefined || inputs.length > 1) throw needsNames(inputs, `inputs is ${describe(value)}`)
  return new Map([[only.name, toTensor(value, only, (indices) => `inputs${brackets(indices)}`)]])
}

const rowPlace =
  (placeOf: (row: number) => string, member: string): Place =>
  ([row, ...rest]) =>
    row === undefined ? 'the rows' : `${placeOf(row)}${member}${brackets(rest)}`

const needsNames = (inputs: readonly TensorSpec[], received: string): ServingError =>
  invalid(
    `The model has ${inputs.length} inputs, so an object by input name is expected ` +
      `(${quoted(inputs.map((spec) => spec.name))}); ${received}.`,
  )

const toRowObject = (row: unknown, inputs: readonly TensorSpec[], place: string): JsonObject => {
  if (!isObject(row)) throw invalid(`${place}: expected an object by input name, received ${describe(row)}.`)
  const [only] = inputs
  if (only !== undefined && inputs.length === 1 && Object.keys(row).join() === 'features') {
    return { [only.name]: row.features }
  }
  requireNames(row, inputs, place)
  return row
}

const requireNames = (value: JsonObject, inputs: readonly TensorSpec[], place: string): void => {
  const names = inputs.map((spec) => spec.name)
  const missing = names.filter((name) => !Object.hasOwn(value, name))
  const unknown = Object.keys(value).filter((name) => !names.includes(name))
  if (missing.length === 0 && unknown.length === 0) return
  const faults = [
    ...(missing.length > 0 ? [`lacks ${quoted(missing.slice(0, 4))}`] : []),
    ...(unknown.length > 0 ? [`has unknown ${quoted(unknown.slice(0, 4))}`] : []),
  ]
  throw invalid(`${place} ${faults.join(' and ')}; the model's inputs are ${quoted(names)}.`)
}

/**
 * Flattens nested lists into a tensor of the spec's rank and type. Sizes that the spec leaves free come from the first
 * list of their depth; nothing is allocated before all lists have been found to be of one size.
 */
const toTensor = (value: unknown, spec: TensorSpec, place: Place): Tensor => {
  const fail = (indices: readonly number[], expected: string, received: string): ServingError =>
    invalid(
      `Input ${JSON.stringify(spec.name)} at ${place(indices)}: ` +
        `expected ${expected} for ${formatSpec(spec)}, received ${received}.`,
    )
  const dims = shapeOf(value, spec)
  const rank = dims.length
  const lists: unknown[][] = []
  const indices: number[] = []
  const collect = (list: unknown, depth: number): void => {
    if (!Array.isArray(list) || list.length !== dims[depth]) {
      const expected = depth === 0 ? 'a list' : `a list of ${dims[depth]}`
      throw fail(indices.slice(0, depth), expected, describe(list))
    }
    if (depth === rank - 1) lists.push(list)
    else {
      for (let i = 0; i < list.length; i++) {
        indices[depth] = i
        collect(list[i], depth + 1)
      }
    }
  }
  if (rank === 0) lists.push([value])
  else collect(value, 0)

  const width = lists[0]?.length ?? 0
  const data = allocate(spec.type, lists.length * width)
  for (let row = 0; row < lists.length; row++) {
    const list = lists[row] as unknown[]
    const offset = row * width
    for (let i = writePlainNumbers(spec.type, data, offset, list); i < width; i++) {
      const misfit = writeElement(spec.type, data, offset + i, list[i])
      if (misfit !== undefined) throw fail(unravel(offset + i, dims), misfit.expected, misfit.received)
    }
  }
  return { type: spec.type, dims, data }
}

/** The first dimension is what was sent; others are the spec's where it fixes them, else as the first list has them. */
const shapeOf = (value: unknown, spec: TensorSpec): number[] => {
  let list = value
  return spec.dims.map((dim, depth) => {
    const length = Array.isArray(list) ? list.length : 0
    list = Array.isArray(list) ? list[0] : undefined
    return depth > 0 && typeof dim === 'number' ? dim : length
  })
}

/** Indices of the element at `offset` in row-major order. */
const unravel = (offset: number, dims: readonly number[]): number[] => {
  let rest = offset
  return dims
    .toReversed()
    .map((dim) => {
      const index = rest % dim
      rest = Math.floor(rest / dim)
      return index
    })
    .toReversed()
}
