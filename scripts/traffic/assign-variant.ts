/**
 * Which variant a user sees, by weighted rendezvous hashing: nothing is stored, every caller computes the same, and when
 * weights change no more users move than must. docs/ab-testing.md has the algorithm, its test vectors and it in Python.
 */

import { createHash } from 'node:crypto'

/** By variant: relative and not negative; nobody is assigned to one of 0. */
export type Weights = Readonly<Record<string, number>>

/** Texts as UTF-8, each after its length in bytes (32 bits, big-endian): different lists never give the same bytes. */
const encode = (texts: readonly string[]): Buffer =>
  Buffer.concat(
    texts.flatMap((text) => {
      const bytes = Buffer.from(text, 'utf8')
      const length = Buffer.alloc(4)
      length.writeUInt32BE(bytes.length)
      return [length, bytes]
    }),
  )

/** SHA-256 of the texts, as hexadecimal digits. */
export const hash = (...texts: readonly string[]): string =>
  createHash('sha256').update(encode(texts)).digest('hex')

/** In (0, 1), both exclusive: the first 52 bits of the hash, and half a step more, which a double holds exactly. */
const uniform = (...texts: readonly string[]): number =>
  (Number.parseInt(hash(...texts).slice(0, 13), 16) + 0.5) / 2 ** 52

/**
 * The variant that this user sees; undefined if no weight is above 0. Another salt, usually the experiment's name, is
 * another and independent split. Throws a RangeError if a weight is negative or no number.
 */
export const assignVariant = (userId: string, weights: Weights, salt: string): string | undefined => {
  let chosen: { variant: string; score: number } | undefined
  // In the order of their names, so that a tie is decided in the same way everywhere.
  for (const variant of Object.keys(weights).sort()) {
    const weight = weights[variant] as number
    if (!(weight >= 0 && weight < Number.POSITIVE_INFINITY))
      throw new RangeError(`the weight of ${variant} is ${weight}; it must be a number from 0`)
    if (weight === 0) continue
    const score = -weight / Math.log(uniform(salt, variant, userId))
    if (chosen === undefined || score > chosen.score) chosen = { variant, score }
  }
  return chosen?.variant
}
