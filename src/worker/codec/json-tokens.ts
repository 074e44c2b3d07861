/** Rows of token ids, which may have uneven lengths where the model has an attention mask: they are padded with 0 at the end. */

import { ServingError } from '../../errors.ts'
import type { TensorSpec } from '../../model/signature.ts'
import { IDS, isPadded, MASK } from '../../model/token-inputs.ts'
import { allocate, type NumericArray } from '../../tensor/data-type.ts'
import type { NamedTensors, Tensor } from '../../tensor/tensor.ts'
import { writeElement, writePlainNumbers } from '../../tensor/values.ts'
import { describe, quote } from '../../words.ts'
import { createGrowing, grow, grown } from './growing.ts'
import { createTensorReader, misplaced, type Place, type TensorReader } from './json-tensor.ts'

/** Elements of an input once it is padded: a row of one id beside a long one costs as much as the long one. */
const MAX_PADDED = 2 ** 22

export const createReader = (spec: TensorSpec, place: Place, inputs: readonly TensorSpec[]): TensorReader =>
  isPadded(spec, inputs) ? createTokenReader(spec, place) : createTensorReader(spec, place)

const createTokenReader = (spec: TensorSpec, place: Place): TensorReader => {
  const { type } = spec
  const elements = createGrowing(type)
  const lengths: number[] = []
  return {
    spec,
    lengths,
    add: (row) => {
      const index = lengths.length
      if (!Array.isArray(row)) throw misplaced(spec, place([index]), 'a list', describe(row))
      const start = grow(elements, row.length)
      for (let i = writePlainNumbers(type, elements.data, start, row); i < row.length; i++) {
        const misfit = writeElement(type, elements.data, start + i, row[i])
        if (misfit !== undefined) throw misplaced(spec, place([index, i]), misfit.expected, misfit.received)
      }
      lengths.push(row.length)
    },
    finish: () => pad({ type, dims: [], data: grown(elements) }, lengths),
  }
}

const longestOf = (lengths: readonly number[]): number =>
  lengths.reduce((longest, length) => Math.max(longest, length), 0)

const pad = ({ type, data }: Tensor, lengths: readonly number[]): Tensor => {
  const longest = longestOf(lengths)
  const dims = [lengths.length, longest]
  if (data.length === lengths.length * longest) return { type, dims, data }
  if (lengths.length * longest > MAX_PADDED) {
    throw new ServingError(
      'ERR_INVALID_INPUT',
      `${lengths.length} rows padded to the longest, of ${longest}, have more than ${MAX_PADDED} elements; ` +
        'send rows of like lengths together',
    )
  }
  const padded = allocate(type, lengths.length * longest) as NumericArray
  let start = 0
  lengths.forEach((length, row) => {
    padded.set((data as NumericArray).subarray(start, start + length) as never, row * longest)
    start += length
  })
  return { type, dims, data: padded }
}

/**
 * What the readers read. If rows are uneven, all inputs of tokens must be so alike, and a mask that was left out is made.
 *
 * @param place names a row in messages
 */
export const finishReaders = (
  readers: readonly TensorReader[],
  inputs: readonly TensorSpec[],
  place: (row: number) => string,
): NamedTensors => {
  const tensors: NamedTensors = new Map(readers.map((reader) => [reader.spec.name, reader.finish()]))
  const ids = readers.find(({ spec }) => spec.name === IDS)?.lengths
  if (ids === undefined || ids.every((length) => length === ids[0])) return tensors
  for (const { spec, lengths } of readers) {
    const row =
      lengths?.length === ids.length ? lengths.findIndex((length, index) => length !== ids[index]) : -1
    if (row === -1) continue
    throw new ServingError(
      'ERR_INVALID_INPUT',
      `input ${quote(spec.name)} at ${place(row)} has ${lengths?.[row]} elements, but ${quote(IDS)} has ${ids[row]}`,
    )
  }
  const mask = inputs.find(({ name }) => name === MASK)
  if (mask !== undefined && !tensors.has(MASK)) {
    const ones = allocate(
      mask.type,
      ids.reduce((sum, length) => sum + length, 0),
    ) as Int32Array
    ones.fill((mask.type === 'int64' ? 1n : 1) as never)
    tensors.set(MASK, pad({ type: mask.type, dims: [], data: ones }, ids))
  }
  return tensors
}
