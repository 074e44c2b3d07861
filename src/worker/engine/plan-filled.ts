/**
 * Runs of rows of unequal length, such as texts: each is filled up to the longest of its run, which is computed in vain, and
 * each run costs something whatever is in it. The cuts are those for which both cost least together (docs/decisions/0013).
 */

import type { NamedTensors } from '../../tensor/tensor.ts'
import type { Job, Segment } from './plan.ts'

export type Filling = {
  /** What each input is filled up with along its second dimension, by its name; one that is not named has no such dimension. */
  values: ReadonlyMap<string, number>
  /** Jobs of unequal length may share a run. */
  unequal: boolean
  /** Most tokens in a run, with what is filled up; a longer row goes alone. */
  mostTokens: number
  /** What a run costs whatever is in it, in tokens. */
  runTokens: number
}

/** The common second dimension of the inputs that are filled up. */
export const lengthOf = (inputs: NamedTensors, { values }: Pick<Filling, 'values'>): number => {
  for (const [name, { dims }] of inputs) if (values.has(name)) return dims[1] ?? 0
  return 0
}

type Piece = { job: number; rows: number; length: number }

/** @param group numbers of jobs, each of which fits into a run */
export const planFilled = (
  group: readonly number[],
  jobOf: (index: number) => Job,
  maxRows: number,
  filling: Filling,
): Segment[][] => {
  const pieces = group
    .map((job): Piece => {
      const { inputs, rows } = jobOf(job)
      return { job, rows, length: lengthOf(inputs, filling) }
    })
    .sort((a, b) => a.length - b.length)
  const runs: Segment[][] = []
  const starts = cheapestStarts(pieces, maxRows, filling)
  for (let end = pieces.length; end > 0; end = starts[end] as number) {
    const run = pieces.slice(starts[end], end)
    runs.push(run.map(({ job, rows }) => ({ job, start: 0, end: rows })))
  }
  return runs
}

/** For each number of pieces, from the shortest on: where the last run of the cheapest plan for them begins. */
const cheapestStarts = (
  pieces: readonly Piece[],
  maxRows: number,
  { mostTokens, runTokens }: Filling,
): number[] => {
  const costs = [0]
  const starts = [0]
  for (const [last, { length }] of pieces.entries()) {
    let least = Number.POSITIVE_INFINITY
    let rows = 0
    for (let start = last; start >= 0; start -= 1) {
      rows += (pieces[start] as Piece).rows
      const tokens = rows * length
      if (start < last && (rows > maxRows || tokens > mostTokens)) break
      const cost = (costs[start] as number) + runTokens + tokens
      if (cost > least) continue
      least = cost
      starts[last + 1] = start
    }
    costs.push(least)
  }
  return starts
}
