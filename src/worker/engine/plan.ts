/** Which rows of which requests share a run. */

import type { RowMode } from '../../model/signature.ts'
import type { NamedTensors } from '../../tensor/tensor.ts'

/** A request's inputs, validated. `rows` is the first dimension, or 1 where the model has no rows. */
export type Job = {
  inputs: NamedTensors
  rows: number
  /** False once its client has gone: what has not been run need not be. */
  isWanted?: () => boolean
}

export type Limits = {
  rows: RowMode
  /** Most rows in a run; of no meaning where the model has no rows and each job is a run of its own. */
  maxRows: number
  /** What inputs of unequal length are filled up with along their second dimension, by name; without it only equal ones share a run. */
  padding?: { values: ReadonlyMap<string, number> } | undefined
}

/** Rows `start` to `end` of job number `job`. */
export type Segment = { job: number; start: number; end: number }

/** Requests that may share a tensor: the same types and the same dimensions after the first, or after the one that is padded. */
const shapeKey = (inputs: NamedTensors, padding: Limits['padding']): string => {
  let key = ''
  for (const [name, { type, dims }] of inputs) {
    key += `|${name}:${type}`
    for (let axis = padding?.values.has(name) ? 2 : 1; axis < dims.length; axis += 1) key += `:${dims[axis]}`
  }
  return key
}

/** Cuts jobs into runs of at most `maxRows` rows. A job stays whole unless it is larger than that by itself. */
export const planRuns = (jobs: readonly Job[], { maxRows, padding }: Limits): Segment[][] => {
  const groups = new Map<string, { runs: Segment[][]; rowsOfLast: number }>()
  jobs.forEach((job, index) => {
    const key = shapeKey(job.inputs, padding)
    const group = groups.get(key) ?? { runs: [], rowsOfLast: 0 }
    groups.set(key, group)
    let start = 0
    do {
      const end = Math.min(start + maxRows, job.rows)
      const segment = { job: index, start, end }
      const last = group.runs.at(-1)
      if (last !== undefined && group.rowsOfLast + end - start <= maxRows) {
        last.push(segment)
        group.rowsOfLast += end - start
      } else {
        group.runs.push([segment])
        group.rowsOfLast = end - start
      }
      start = end
    } while (start < job.rows)
  })
  return [...groups.values()].flatMap(({ runs }) => runs)
}
