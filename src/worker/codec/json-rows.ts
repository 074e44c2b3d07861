/** JSON values to the tensors of a request: rows (`instances`, lines) or columns (`inputs`). */

import { ServingError } from '../../errors.ts'
import { requireRowsWithin } from '../../model/limits.ts'
import type { Model } from '../../model/model.ts'
import { requireInputNames } from '../../model/names.ts'
import type { TensorSpec } from '../../model/signature.ts'
import type { NamedTensors } from '../../tensor/tensor.ts'
import { describe, listNames } from '../../words.ts'
import { createTensorReader, misplaced, type Place, type TensorReader } from './json-tensor.ts'
import { createReader, finishReaders } from './json-tokens.ts'

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
 * `{"features": value}` as SageMaker's own algorithms have it. The first row settles which, and which inputs are left out.
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
    const members = areObjects ? toMembers(first, inputs, undefined, () => placeOf(0)) : undefined
    readers = inputs
      .filter(({ name }) => members === undefined || Object.hasOwn(members, name))
      .map((spec) => createReader(spec, rowPlace(placeOf, areObjects ? `.${spec.name}` : ''), inputs))
  }
  return {
    add: (row) => {
      requireRowsWithin(rows + 1, model.config.limits.maxRows)
      if (rows === 0) begin(row)
      if (areObjects) {
        const members = toMembers(row, inputs, readers.length, () => placeOf(rows))
        for (const reader of readers) reader.add(members[reader.spec.name])
      } else for (const reader of readers) reader.add(row)
      rows += 1
    },
    finish: () => {
      if (rows === 0) throw invalid('the request has no rows')
      return finishReaders(readers, inputs, placeOf)
    },
  }
}

/** The value of `inputs`, with the first dimension: the only input's value, or an object by input name. */
export const columnsToTensors = (value: unknown, model: Model): NamedTensors => {
  const { inputs } = model.signature
  const [only] = inputs
  if (isObject(value)) {
    const names = Object.keys(value)
    requireInputNames(names, inputs, 'inputs')
    const readers = inputs
      .filter(({ name }) => Object.hasOwn(value, name))
      .map((spec) => readWhole(value[spec.name], spec, `inputs.${spec.name}`, inputs))
    return finishReaders(readers, inputs, (row) => `row ${row}`)
  }
  if (only === undefined || inputs.length > 1) throw needsNames(inputs, `inputs is ${describe(value)}`)
  return new Map([[only.name, readWhole(value, only, 'inputs', inputs).finish()]])
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

/** @param count how many inputs the rows before have; undefined for the first */
const toMembers = (
  row: unknown,
  inputs: readonly TensorSpec[],
  count: number | undefined,
  place: () => string,
): JsonObject => {
  if (!isObject(row)) throw invalid(`${place()}: expected an object by input name, received ${describe(row)}`)
  const keys = Object.keys(row)
  const isWhole = keys.length === inputs.length && inputs.every(({ name }) => Object.hasOwn(row, name))
  if (isWhole && keys.length === (count ?? keys.length)) return row
  const [only] = inputs
  if (only !== undefined && inputs.length === 1 && keys.join() === 'features') {
    return { [only.name]: row.features }
  }
  requireInputNames(keys, inputs, place())
  if (keys.length === (count ?? keys.length)) return row
  throw invalid(`${place()} has ${keys.length} of the inputs, the rows before it ${count}`)
}

/** Reads a value that has the first dimension inside: a list of rows, or a scalar where the input is one. */
const readWhole = (
  value: unknown,
  spec: TensorSpec,
  name: string,
  inputs: readonly TensorSpec[],
): TensorReader => {
  const place: Place = (indices) => `${name}${brackets(indices)}`
  if (spec.dims.length === 0) {
    const reader = createTensorReader({ ...spec, dims: [''] }, ([, ...rest]) => place(rest), spec)
    reader.add(value)
    return { ...reader, spec, finish: () => ({ ...reader.finish(), dims: [] }) }
  }
  if (!Array.isArray(value)) throw misplaced(spec, place([]), 'a list', describe(value))
  const reader = createReader(spec, place, inputs)
  for (const row of value) reader.add(row)
  return reader
}
