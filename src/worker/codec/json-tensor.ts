/** JSON values to tensors of the model's types, each on its own. */

import { ServingError } from '../../errors.ts'
import type { TensorSpec } from '../../model/signature.ts'
import type { Tensor } from '../../tensor/tensor.ts'
import { writeElement, writePlainNumbers } from '../../tensor/values.ts'
import { describe, formatSpec, quote } from '../../words.ts'
import { isOneColumn } from './columns.ts'
import { createGrowing, grow, grown } from './growing.ts'

/** Names an element by its indices, as [3, 17] → instances[3][17]. */
export type Place = (indices: readonly number[]) => string

export type TensorReader = {
  spec: TensorSpec
  /** @throws ServingError ERR_INVALID_INPUT naming the input, the place, what is expected and what was received */
  add(row: unknown): void
  finish(): Tensor
  /** Where rows may be uneven: how many elements each had. */
  lengths?: readonly number[]
}

export const misplaced = (
  spec: TensorSpec,
  place: string,
  expected: string,
  received: string,
): ServingError =>
  new ServingError(
    'ERR_INVALID_INPUT',
    `input ${quote(spec.name)} at ${place}: expected ${expected} for ${formatSpec(spec)}, received ${received}`,
  )

const notByRow = (spec: TensorSpec): ServingError =>
  new ServingError(
    'ERR_INVALID_INPUT',
    `input ${quote(spec.name)} (${formatSpec(spec)}) is a single value, and none for each row: send {"inputs": …}`,
  )

const UNEVEN = '; the rows of a request have one length, that of the first: send others by themselves'

/**
 * Flattens rows, which are nested lists of the spec's rank less one, into a tensor of its type. Sizes that the spec leaves
 * free come from the first row. Where the spec fixes all of them at 1, a row may be a scalar as well.
 */
export const createTensorReader = (
  spec: TensorSpec,
  place: Place,
  shown: TensorSpec = spec,
): TensorReader => {
  const { type } = spec
  const rank = spec.dims.length - 1
  const takesScalars = isOneColumn(spec)
  const elements = createGrowing(type)
  let dims: number[] | undefined
  let rows = 0
  const indices: number[] = []
  const write = (value: unknown, depth: number, sizes: readonly number[]): void => {
    if (!Array.isArray(value) || value.length !== sizes[depth]) {
      const isUneven = Array.isArray(value) && typeof spec.dims[depth + 1] === 'string'
      const received = `${describe(value)}${isUneven ? UNEVEN : ''}`
      throw misplaced(shown, place(indices.slice(0, depth + 1)), `a list of ${sizes[depth]}`, received)
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
    spec,
    add: (row) => {
      if (rank < 0) throw notByRow(shown)
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
