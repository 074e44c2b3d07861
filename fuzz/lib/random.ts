/** Random choices that depend on a seed and a number only, so that a case can be made again by itself. */

import { randomNumbers } from '../../src/worker/engine/fill.ts'

export type Random = {
  /** A whole number from 0 up to, not including, `end`. */
  below(end: number): number
  /** A whole number from `least` to `most`. */
  between(least: number, most: number): number
  /** True with this probability. */
  chance(probability: number): boolean
  pick<T>(list: readonly T[]): T
  bytes(length: number): Buffer
}

export const randomOf = (seed: number, number: number): Random => {
  const next = randomNumbers((Math.imul(seed, 0x9e3779b1) ^ Math.imul(number + 1, 0x85ebca6b)) | 0)
  const below = (end: number): number => Math.floor(next() * end)
  return {
    below,
    between: (least, most) => least + below(most - least + 1),
    chance: (probability) => next() < probability,
    pick: <T>(list: readonly T[]): T => list[below(list.length)] as T,
    bytes: (length) => Buffer.from(Array.from({ length }, () => below(256))),
  }
}
