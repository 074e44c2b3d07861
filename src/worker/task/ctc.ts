/** CTC decoding, greedy, as PaddleOCR's CTCLabelDecode: the best class of each step, repeats and blanks dropped. */

import type { Model } from '../../model/model.ts'
import type { CtcConfig } from '../../model/postprocess-config.ts'
import { elementCount, type NamedTensors } from '../../tensor/tensor.ts'
import type { Prediction } from '../codec/codec.ts'
import { toNumbers } from './numbers.ts'
import { targetOf } from './target.ts'

/** What `postprocess.ctc` makes of scores [rows, steps, classes]; other outputs are left out. */
export const transcribe = (
  outputs: NamedTensors,
  byRow: boolean,
  model: Model,
  { blank, space }: CtcConfig,
): Prediction => {
  const name = targetOf(model)?.name ?? ''
  const tensor = outputs.get(name)
  if (tensor === undefined) return { outputs, byRow }
  const names = ctcNames(model.labels ?? [], blank, space)
  const values = toNumbers(tensor)
  const classes = tensor.dims.at(-1) ?? 1
  const size = elementCount(tensor.dims.slice(1))
  const json = (row: number): string => {
    const scores = values.subarray(row * size, (row + 1) * size)
    const { text, score } = decodeCtc(scores, classes, blank, (index) => names[index] ?? '')
    return JSON.stringify({ text, score: Number.isFinite(score) ? score : String(score) })
  }
  return { outputs: new Map([[name, tensor]]), byRow: true, shown: new Map([[name, { json }]]) }
}

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
