import { editDistance } from '../../src/model/config-issue.ts'

/** Of `words` the one that was probably meant, e.g. `ml.m7i.large` for `m7i.large`; undefined if none is near. */
export const nearest = (word: string, words: readonly string[]): string | undefined => {
  const near = words
    .map((candidate) => ({ candidate, distance: distance(word.toLowerCase(), candidate.toLowerCase()) }))
    .sort((a, b) => a.distance - b.distance)[0]
  return near === undefined || near.distance > 2 ? undefined : near.candidate
}

/** A word that is contained counts as near: what is missing is a prefix or a suffix. */
const distance = (word: string, candidate: string): number =>
  word.length >= 3 && candidate.includes(word) ? 1 : editDistance(word, candidate)
