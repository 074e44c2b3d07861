/** How far apart numbers are. */

import type { Tensor } from '../../src/tensor/tensor.ts'

export type Difference = { sum: number; count: number; largest: number }

export const NONE: Difference = { sum: 0, count: 0, largest: 0 }

export const add = (a: Difference, b: Difference): Difference => ({
  sum: a.sum + b.sum,
  count: a.count + b.count,
  largest: Math.max(a.largest, b.largest),
})

/** Of two arrays of one length. */
export const differenceOf = (a: ArrayLike<number>, b: ArrayLike<number>): Difference => {
  let sum = 0
  let largest = 0
  for (let i = 0; i < a.length; i++) {
    const difference = Math.abs((a[i] as number) - (b[i] as number))
    sum += difference
    largest = Math.max(largest, difference)
  }
  return { sum, count: a.length, largest }
}

/** Of the outputs of two runs; those of other types than float32 and of other sizes are left out. */
export const outputDifference = (
  ours: ReadonlyMap<string, Tensor>,
  theirs: ReadonlyMap<string, Tensor>,
): Difference =>
  [...ours].reduce((total, [name, { type, data }]) => {
    const other = theirs.get(name)?.data
    if (type !== 'float32' || other?.length !== data.length) return total
    return add(total, differenceOf(data as Float32Array, other as Float32Array))
  }, NONE)

export const format = ({ sum, count, largest }: Difference): string =>
  [count === 0 ? 0 : sum / count, largest].map((value) => value.toExponential(2).padStart(10)).join('')
