/** Which rows of which requests share a run. */

import type { RowMode } from '../../model/signature.ts'
import type { NamedTensors } from '../../tensor/tensor.ts'
import { type Filling, lengthOf, planFilled } from './plan-filled.ts'

/** A request's inputs or a part of them, validated. `rows` is the first dimension, or 1 where the model has no rows. */
export type Job = {
  inputs: NamedTensors
  rows: number
  /** Jobs of the same request, this one included; those of requests with few are run first. 1 if it does not say. */
  siblings?: number
  /** False once its client has gone: what has not been run need not be. */
  isWanted?: () => boolean
}

export type Limits = {
  rows: RowMode
  /** Most rows in a run; of no meaning where the model has no rows and each job is a run of its own. */
  maxRows: number
  /** What runs of texts are; without it only equal inputs share a run. */
  filling?: Filling | undefined
}

/** Rows `start` to `end` of job number `job`. */
export type Segment = { job: number; start: number; end: number }

/** Requests that may share a tensor: the same types and the same dimensions after the first, or after the one that is filled up. */
const shapeKey = (inputs: NamedTensors, filling: Filling | undefined): string => {
  let key = ''
  for (const [name, { type, dims }] of inputs) {
    key += `|${name}:${type}`
    for (let axis = filling?.unequal && filling.values.has(name) ? 2 : 1; axis < dims.length; axis += 1)
      key += `:${dims[axis]}`
  }
  return key
}

const groupBy = <T>(values: readonly T[], keyOf: (value: T) => string): T[][] => {
  const groups = new Map<string, T[]>()
  for (const value of values) {
    const key = keyOf(value)
    const group = groups.get(key)
    if (group === undefined) groups.set(key, [value])
    else group.push(value)
  }
  return [...groups.values()]
}

/** Cuts jobs into runs of at most `maxRows` rows. A job stays whole unless it is larger than that by itself. */
export const planRuns = (jobs: readonly Job[], { maxRows, filling }: Limits): Segment[][] => {
  const jobOf = (index: number) => jobs[index] as Job
  // What must be cut has outputs of one length only if it is filled up nowhere.
  const fillingOf = ({ rows, inputs }: Job) =>
    filling !== undefined &&
    (rows === 1 || (rows <= maxRows && rows * lengthOf(inputs, filling) <= filling.mostTokens))
      ? filling
      : undefined
  const keyOf = (index: number) => {
    const own = fillingOf(jobOf(index))
    return `${own !== undefined}${shapeKey(jobOf(index).inputs, own)}`
  }
  const runs = groupBy([...jobs.keys()], keyOf).flatMap((group) => {
    const own = fillingOf(jobOf(group[0] as number))
    return own === undefined ? planAlike(group, jobOf, maxRows) : planFilled(group, jobOf, maxRows, own)
  })
  return smallFirst(runs, jobOf)
}

/** In the order in which they come. */
const planAlike = (group: readonly number[], jobOf: (index: number) => Job, maxRows: number): Segment[][] => {
  const runs: Segment[][] = []
  let rowsOfLast = 0
  for (const job of group) {
    const { rows } = jobOf(job)
    let start = 0
    do {
      const end = Math.min(start + maxRows, rows)
      const segment = { job, start, end }
      const last = runs.at(-1)
      if (last !== undefined && rowsOfLast + end - start <= maxRows) {
        last.push(segment)
        rowsOfLast += end - start
      } else {
        runs.push([segment])
        rowsOfLast = end - start
      }
      start = end
    } while (start < rows)
  }
  return runs
}

/** A request of a few texts does not wait until one of thousands is done. */
const smallFirst = (runs: Segment[][], jobOf: (index: number) => Job): Segment[][] => {
  const least = (run: readonly Segment[]) => Math.min(...run.map(({ job }) => jobOf(job).siblings ?? 1))
  return runs
    .map((run) => ({ run, least: least(run) }))
    .sort((a, b) => a.least - b.least)
    .map(({ run }) => run)
}
