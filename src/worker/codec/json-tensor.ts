/** JSON values to tensors of the model's types: rows (`instances`, lines) or columns (`inputs`). */

import { ServingError } from '../../errors.ts'
import { requireRowsWithin } from '../../model/limits.ts'
import type { Model } from '../../model/model.ts'
import { requireInputNames } from '../../model/names.ts'
import type { TensorSpec } from '../../model/signature.ts'
import type { NamedTensors, Tensor } from '../../tensor/tensor.ts'
import { writeElement, writePlainNumbers } from '../../tensor/values.ts'
import { describe, formatSpec, listNames, quote } from '../../words.ts'
import { createGrowing, grow, grown } from './growing.ts'

/** Names an element by its indices, as [3, 17] → instances[3][17]. */
type Place = (indices: readonly number[]) => string

type JsonObject = Record<string, unknown>

export const isObject = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const invalid = (message: string): ServingError => new ServingError('ERR_INVALID_INPUT', message)

const brackets = (indices: readonly number[]): string => indices.map((index) => `[${index}]`).join('')

/** Takes rows one by one, so that a body of lines needs no list of them all. */
export type RowReader = {
  /** @throws ServingError ERR_INVALID_INPUT naming the input, the place, what is expected and what was received */
  add(row: unknown): void
  /** @throws ServingError ERR_INVALID_INPUT if there were no rows */
  finish(): NamedTensors
}

/**
 * Rows to tensors: each row is the value of the only input without its first dimension, or an object by input name, or
 * `{"features": value}` as SageMaker's own algorithms have it. The first row settles which.
 *
 * @param placeOf names a row in messages, as 3 → instances[3]
 */
export const createRowReader = (model: Model, placeOf: (row: number) => string): RowReader => {
  const { inputs } = model.signature
  const [only] = inputs
  let rows = 0
  let areObjects = false
  let readers: TensorReader[] = []
  const begin = (first: unknown): void => {
    areObjects = isObject(first)
    if (!areObjects && (only === undefined || inputs.length > 1)) {
      throw needsNames(inputs, `${placeOf(0)} is ${describe(first)}`)
    }
    readers = inputs.map((spec) =>
      createTensorReader(spec, rowPlace(placeOf, areObjects ? `.${spec.name}` : '')),
    )
  }
  return {
    add: (row) => {
      requireRowsWithin(rows + 1, model.config.limits.maxRows)
      if (rows === 0) begin(row)
      const members = areObjects ? toRowObject(row, inputs, () => placeOf(rows)) : undefined
      for (const reader of readers) reader.add(members === undefined ? row : members[reader.name])
      rows += 1
    },
    finish: () => {
      if (rows === 0) throw invalid('the request has no rows')
      return new Map(readers.map((reader) => [reader.name, reader.finish()]))
    },
  }
}

/** The value of `inputs`, with the first dimension: the only input's value, or an object by input name. */
export const columnsToTensors = (value: unknown, model: Model): NamedTensors => {
  const { inputs } = model.signature
  const [only] = inputs
  if (isObject(value)) {
    requireInputNames(Object.keys(value), inputs, 'inputs')
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
    `the model has ${inputs.length} inputs, so an object by input name is expected ` +
      `(${listNames(inputs.map(({ name }) => name))}); ${received}`,
  )

const toRowObject = (row: unknown, inputs: readonly TensorSpec[], place: () => string): JsonObject => {
  if (!isObject(row)) throw invalid(`${place()}: expected an object by input name, received ${describe(row)}`)
  const keys = Object.keys(row)
  if (keys.length === inputs.length && inputs.every(({ name }) => Object.hasOwn(row, name))) return row
  const [only] = inputs
  if (only !== undefined && inputs.length === 1 && keys.join() === 'features') {
    return { [only.name]: row.features }
  }
  requireInputNames(keys, inputs, place())
  return row
}

/** A value that has the first dimension inside: a list of rows, or a scalar where the input is one. */
const toTensor = (value: unknown, spec: TensorSpec, place: Place): Tensor => {
  if (spec.dims.length === 0) {
    const reader = createTensorReader(
      { ...spec, dims: ['', ...spec.dims] },
      ([, ...rest]) => place(rest),
      spec,
    )
    reader.add(value)
    return { ...reader.finish(), dims: [] }
  }
  if (!Array.isArray(value)) throw misplaced(spec, place([]), 'a list', describe(value))
  const reader = createTensorReader(spec, place)
  for (const row of value) reader.add(row)
  return reader.finish()
}

const misplaced = (spec: TensorSpec, place: string, expected: string, received: string): ServingError =>
  invalid(
    `input ${quote(spec.name)} at ${place}: expected ${expected} for ${formatSpec(spec)}, received ${received}`,
  )

type TensorReader = { name: string; add(row: unknown): void; finish(): Tensor }

/**
 * Flattens rows, which are nested lists of the spec's rank less one, into a tensor of its type. Sizes that the spec leaves
 * free come from the first row. Where the spec fixes all of them at 1, a row may be a scalar as well.
 */
const createTensorReader = (spec: TensorSpec, place: Place, shown: TensorSpec = spec): TensorReader => {
  const { type } = spec
  const rank = spec.dims.length - 1
  const takesScalars = spec.dims.every((dim, axis) => axis === 0 || dim === 1)
  const elements = createGrowing(type)
  let dims: number[] | undefined
  let rows = 0
  const indices: number[] = []
  const write = (value: unknown, depth: number, sizes: readonly number[]): void => {
    if (!Array.isArray(value) || value.length !== sizes[depth]) {
      throw misplaced(shown, place(indices.slice(0, depth + 1)), `a list of ${sizes[depth]}`, describe(value))
    }
    if (depth === rank - 1) writeList(value, depth + 1)
    else {
      for (let i = 0; i < value.length; i++) {
        indices[depth + 1] = i
        write(value[i], depth + 1, sizes)
      }
    }
  }
  /** `depth` is how many indices lead to the list. */
  const writeList = (list: readonly unknown[], depth: number): void => {
    const start = grow(elements, list.length)
    for (let i = writePlainNumbers(type, elements.data, start, list); i < list.length; i++) {
      const misfit = writeElement(type, elements.data, start + i, list[i])
      if (misfit === undefined) continue
      throw misplaced(shown, place([...indices.slice(0, depth), i]), misfit.expected, misfit.received)
    }
  }
  const writeScalar = (value: unknown): void => {
    const index = grow(elements, 1)
    const misfit = writeElement(type, elements.data, index, value)
    if (misfit !== undefined) throw misplaced(shown, place([rows]), misfit.expected, misfit.received)
  }
  return {
    name: spec.name,
    add: (row) => {
      dims ??= rowShape(row, spec)
      indices[0] = rows
      if (rank === 0 || (takesScalars && !Array.isArray(row))) writeScalar(row)
      else write(row, 0, dims)
      rows += 1
    },
    finish: () => ({ type, dims: [rows, ...(dims ?? rowShape(undefined, spec))], data: grown(elements) }),
  }
}

/** A row's sizes: the spec's where it fixes them, else as the first lists have them. */
const rowShape = (row: unknown, spec: TensorSpec): number[] => {
  let list = row
  return spec.dims.slice(1).map((dim) => {
    const length = Array.isArray(list) ? list.length : 0
    list = Array.isArray(list) ? list[0] : undefined
    return typeof dim === 'number' ? dim : length
  })
}
