/** Logits to scores, in 32 bits as Python has them, so that what is equal there is equal here. */

import { ServingError } from '../../errors.ts'
import { fromFloat16 } from '../../tensor/float16.ts'
import type { Tensor } from '../../tensor/tensor.ts'
import type { Outputs } from '../task/task.ts'

export type Floats = Float32Array | Float64Array

/** Numbers of an output from place `start` to `end` (not included). */
export const floatsOf = (
  { outputs }: Pick<Outputs, 'outputs'>,
  name: string,
  start = 0,
  end?: number,
): Floats => {
  const { type, data } = outputs.get(name) as Tensor
  const part = (data as Float32Array).subarray(start, end)
  return type === 'float16' ? Float32Array.from(part, fromFloat16) : part
}

/** @throws ServingError ERR_MODEL_FAILED for NaN or an infinity, of which no answer can be made */
export const requireFinite = (scores: Floats): Floats => {
  for (const score of scores)
    if (!Number.isFinite(score))
      throw new ServingError('ERR_MODEL_FAILED', `the model gives ${score} for this input, which is no score`)
  return scores
}

export const softmax = (logits: Floats): Floats => {
  let largest = Number.NEGATIVE_INFINITY
  for (const logit of logits) if (logit > largest) largest = logit
  const powers = Float32Array.from(logits, (logit) => Math.exp(Math.fround(logit - largest)))
  let sum = 0
  for (const power of powers) sum += power
  return requireFinite(powers.map((power) => power / sum))
}

export const sigmoid = (logits: Floats): Floats =>
  requireFinite(Float32Array.from(logits, (logit) => 1 / (1 + Math.exp(-logit))))

/** The place of the largest, of equal ones the first. */
export const indexOfLargest = (scores: Floats): number => {
  let best = 0
  for (let index = 1; index < scores.length; index++)
    if ((scores[index] as number) > (scores[best] as number)) best = index
  return best
}

/** Places from the largest score down; equal ones stay in order. */
export const ranked = (scores: Floats): number[] =>
  [...scores.keys()].sort((a, b) => (scores[b] as number) - (scores[a] as number))

/**
 * The `count` candidates with the highest scores, best first, of equal ones the first.
 * @param candidates those to choose from, or how many there are from 0 on
 */
export const best = (
  candidates: readonly number[] | number,
  count: number,
  scoreOf: (candidate: number) => number,
): number[] => {
  let found: { candidate: number; score: number }[] = []
  let least = Number.NEGATIVE_INFINITY
  const keepBest = (): void => {
    // A stable sort: of equal ones the first stay in front.
    found = found.sort((a, b) => b.score - a.score).slice(0, count)
    if (found.length === count) least = (found.at(-1) as (typeof found)[number]).score
  }
  const consider = (candidate: number): void => {
    const score = scoreOf(candidate)
    if (score <= least) return
    // As many again are gathered before they are sorted, so that many are not sorted one by one.
    if (found.push({ candidate, score }) >= 2 * count + 64) keepBest()
  }
  if (typeof candidates === 'number') for (let index = 0; index < candidates; index++) consider(index)
  else candidates.forEach(consider)
  keepBest()
  return found.map(({ candidate }) => candidate)
}

/** A classification pipeline's `function_to_apply`. */
export const FUNCTIONS = { sigmoid, softmax, none: requireFinite } satisfies Record<
  string,
  (logits: Floats) => Floats
>

/** What transformers applies where nobody says. */
export const usualFunction = (problemType: unknown, labels: number): keyof typeof FUNCTIONS => {
  if (problemType === 'regression') return 'none'
  return problemType === 'multi_label_classification' || labels === 1 ? 'sigmoid' : 'softmax'
}
