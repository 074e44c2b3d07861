/** CTC decoding, greedy, as PaddleOCR's CTCLabelDecode: the best class of each step, repeats and blanks dropped. */

/** `score` is the mean of the kept steps' best scores; 0 without any. */
export type Line = { text: string; score: number }

/**
 * @param scores of one row: `classes` for each step
 * @param nameOf the text of a class that is not the blank
 */
export const decodeCtc = (
  scores: ArrayLike<number>,
  classes: number,
  blank: number,
  nameOf: (index: number) => string,
): Line => {
  let text = ''
  let sum = 0
  let count = 0
  let before = -1
  for (let start = 0; start < scores.length; start += classes) {
    const best = bestOf(scores, start, classes)
    if (best !== before && best !== blank) {
      text += nameOf(best)
      sum += scores[start + best] as number
      count += 1
    }
    before = best
  }
  return { text, score: count === 0 ? 0 : sum / count }
}

const bestOf = (scores: ArrayLike<number>, start: number, classes: number): number => {
  let best = 0
  for (let index = 1; index < classes; index++) {
    if ((scores[start + index] as number) > (scores[start + best] as number)) best = index
  }
  return best
}

/** The names of the classes: `labels` in order with the blank left out of them, and with `space` a space after the last. */
export const ctcNames = (labels: readonly string[], blank: number, space: boolean): readonly string[] =>
  (space ? [...labels, ' '] : [...labels]).toSpliced(blank, 0, '')
