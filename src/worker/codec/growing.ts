/** A tensor's elements while they are read: nothing is allocated for what a body only claims to hold. */

import { requireStringsWithin } from '../../model/limits.ts'
import { allocate, type DataType, type NumericArray, type TensorData } from '../../tensor/data-type.ts'

export type Growing = { readonly type: DataType; data: TensorData; length: number }

/** Until the first elements come, `data` is a list for every type: most requests are one row, whose length is then known. */
export const createGrowing = (type: DataType): Growing => ({ type, data: [], length: 0 })

/**
 * Makes room for `count` more elements, which are to be written to `data` from the returned index on. `data` may be
 * another array afterwards.
 *
 * @throws ServingError ERR_INVALID_INPUT for more strings than a request may have
 */
export const grow = (growing: Growing, count: number): number => {
  const start = growing.length
  growing.length += count
  if (growing.type === 'string') requireStringsWithin('string', growing.length)
  else if (growing.length > growing.data.length) {
    const larger = allocate(growing.type, Math.max(growing.length, growing.data.length * 2)) as NumericArray
    if (start > 0) larger.set((growing.data as NumericArray).subarray(0, start) as never)
    growing.data = larger
  }
  return start
}

/** The elements written so far. */
export const grown = ({ type, data, length }: Growing): TensorData => {
  if (type === 'string') return data
  if (data.length === length) return length === 0 ? allocate(type, 0) : data
  return (data as NumericArray).subarray(0, length)
}
