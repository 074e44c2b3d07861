/** Fast numbers that depend on the seed only. */

/** Gives arrays of `length` numbers, uniform in [-limit, limit). */
export type Random = (length: number, limit: number) => Float32Array<ArrayBuffer>

export const seededRandom = (seed: number): Random => {
  // xorshift32, whose state must not be 0; the factor keeps small seeds from starting with small numbers.
  let state = Math.imul(seed, 0x9e3779b9)
  return (length, limit) => {
    const values = new Float32Array(length)
    const scale = limit / 2 ** 31
    for (let index = 0; index < length; index++) {
      state ^= state << 13
      state ^= state >>> 17
      state ^= state << 5
      values[index] = state * scale
    }
    return values
  }
}
