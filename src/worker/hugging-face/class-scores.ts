/** Logits of classes to ranked labels, as the classification pipelines do it. */

import type { Json } from '../../model/layouts/hugging-face.ts'

/** A pipeline's `function_to_apply`. */
export const FUNCTIONS = ['sigmoid', 'softmax', 'none'] as const

export type ScoreFunction = (typeof FUNCTIONS)[number]

/** What a pipeline applies unless it is told, by `problem_type` of config.json. */
export const functionOf = ({ problem_type }: Json, classes: number): ScoreFunction => {
  if (problem_type === 'regression') return 'none'
  return problem_type === 'multi_label_classification' || classes === 1 ? 'sigmoid' : 'softmax'
}

export const toScores = (logits: ArrayLike<number>, apply: ScoreFunction): number[] => {
  const values = Array.from(logits)
  if (apply === 'none') return values
  if (apply === 'sigmoid') return values.map(sigmoid)
  const largest = values.reduce((most, value) => Math.max(most, value), Number.NEGATIVE_INFINITY)
  const powers = values.map((value) => Math.exp(value - largest))
  const sum = powers.reduce((total, power) => total + power, 0)
  return powers.map((power) => power / sum)
}

export const sigmoid = (value: number): number => 1 / (1 + Math.exp(-value))

export type Ranked = { label: string; score: number }

/** Best first, the earlier of equals first. @param labels a name for each score */
export const rank = (scores: readonly number[], labels: readonly string[], most: number): Ranked[] =>
  scores
    .map((score, index) => ({ label: labels[index] as string, score }))
    .sort((a, b) => b.score - a.score)
    .slice(0, most)
