/** Which tokens of texts that are too long the model gets, as `tokenizers` itself cuts in Python. Plain arithmetic. */

/** Which of two texts is cut: whichever is longer, or the one that may be. */
export type Strategy = 'longest_first' | 'only_first' | 'only_second'

/** Tokens from `start` to `end` (not included) of one text, without those that the tokenizer adds. */
export type Range = { start: number; end: number }

/**
 * How many tokens of each text stay, as `truncate_encodings` of tokenizers 0.23 has it.
 *
 * @param lengths tokens of the first text and of the second, 0 where there is none
 * @param room tokens that the model takes beside those that the tokenizer adds
 * @returns undefined if the text that may be cut has no token left then
 */
export const keptLengths = (
  [first, second]: readonly [number, number],
  room: number,
  strategy: Strategy,
): [number, number] | undefined => {
  const excess = first + second - room
  if (excess <= 0) return [first, second]
  if (strategy === 'only_first') return first > excess ? [first - excess, second] : undefined
  if (strategy === 'only_second') return second > excess ? [first, second - excess] : undefined
  if (second === 0) return [room, 0]
  const shorter = Math.min(first, second)
  const longer = shorter > room ? shorter : Math.max(shorter, room - shorter)
  if (shorter + longer > room) {
    const half = Math.floor(room / 2)
    return first > second ? [room - half, half] : [half, room - half]
  }
  return first > second ? [longer, shorter] : [shorter, longer]
}

/**
 * Windows over a text, each `size` tokens long but the last, which is shorter.
 * @param overlap tokens that a window shares with the one before; less than `size`
 */
export const windowsOf = (length: number, size: number, overlap: number): Range[] => {
  const windows: Range[] = []
  for (let start = 0; ; start += size - overlap) {
    const end = Math.min(start + size, length)
    windows.push({ start, end })
    if (end === length) return windows
  }
}

/**
 * Places in a whole encoding of the tokens that stay: those in the range of their text, and all that the tokenizer has added.
 * @param sequences 0 or 1 for a token of the first or the second text, null for one that was added
 */
export const placesOf = (
  sequences: readonly (number | null | undefined)[],
  ranges: readonly Range[],
): number[] => {
  const seen = ranges.map(() => 0)
  const places: number[] = []
  for (const [place, sequence] of sequences.entries()) {
    if (sequence === null || sequence === undefined) places.push(place)
    else {
      const rank = seen[sequence] as number
      seen[sequence] = rank + 1
      const { start, end } = ranges[sequence] as Range
      if (rank >= start && rank < end) places.push(place)
    }
  }
  return places
}

/** Tokens of the first text and of the second. */
export const lengthsOf = (sequences: readonly (number | null | undefined)[]): [number, number] => {
  const lengths: [number, number] = [0, 0]
  for (const sequence of sequences) if (sequence === 0 || sequence === 1) lengths[sequence] += 1
  return lengths
}
