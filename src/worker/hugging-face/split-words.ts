/** Words that the client has divided, as one text: what `is_split_into_words` is to a tokenizer of transformers. */

import { countCodePoints } from './code-points.ts'
import { type Placed, pickPlaces } from './tokenizer.ts'

/**
 * @param words each encoded alone, with the tokens that the tokenizer adds
 * @param starts where each begins in the text that they are joined to, in code points
 * @returns the tokens of all of them, with those that are added once around, and offsets in that text
 */
export const joinWords = (words: readonly Placed[], starts: readonly number[]): Placed => {
  const sample = words.find(({ sequences }) => sequences.includes(0))
  if (sample === undefined) return words[0] as Placed
  const first = sample.sequences.indexOf(0)
  const last = sample.sequences.lastIndexOf(0)
  const pieces = words.map((word, index) => {
    const own = pickPlaces(
      word,
      placesWhere(word, (place) => word.sequences[place] === 0),
    )
    const start = starts[index] as number
    return {
      ...own,
      offsets: own.offsets.map(([from, to]) => [from + start, to + start] as const),
      words: own.words.map(() => index),
    }
  })
  const head = pickPlaces(
    sample,
    placesWhere(sample, (place) => place < first),
  )
  const tail = pickPlaces(
    sample,
    placesWhere(sample, (place) => place > last),
  )
  const all = [head, ...pieces, tail]
  return {
    ids: all.flatMap(({ ids }) => ids),
    typeIds: all.flatMap(({ typeIds }) => typeIds),
    tokens: all.flatMap(({ tokens }) => tokens),
    offsets: all.flatMap(({ offsets }) => offsets),
    words: all.flatMap((one) => one.words),
    sequences: all.flatMap(({ sequences }) => sequences),
  }
}

const placesWhere = ({ ids }: Placed, isWanted: (place: number) => boolean): number[] =>
  [...ids.keys()].filter(isWanted)

/** Where each word begins in `words.join(delimiter)`, in code points. */
export const startsOf = (words: readonly string[], delimiter: string): number[] => {
  let next = 0
  return words.map((word) => {
    const start = next
    next += countCodePoints(word) + countCodePoints(delimiter)
    return start
  })
}
