/**
 * From requests to runs and back: runs of rows that share one, and each request's outputs afterwards.
 * If a run fails, it is repeated in halves until the request that makes it fail stands alone.
 */

import { setImmediate as nextTurn } from 'node:timers/promises'
import { concat, sliceRows } from '../../tensor/batch.ts'
import { allocate, type NumericArray } from '../../tensor/data-type.ts'
import { elementCount, type NamedTensors, type Tensor } from '../../tensor/tensor.ts'
import { DeviceLostError } from './device-fault.ts'
import { padTo } from './pad.ts'
import { type Job, type Limits, planRuns, type Segment } from './plan.ts'
import type { Session } from './session.ts'

/** `byRow`: the first dimension of each output counts the request's rows. */
export type JobResult = { ok: true; outputs: NamedTensors; byRow: boolean } | { ok: false; error: unknown }

export type RunTiming = { rows: number; seconds: number }

const gather = (
  jobs: readonly Job[],
  segments: readonly Segment[],
  filling: Limits['filling'],
): NamedTensors => {
  const names = [...(jobs[segments[0]?.job ?? 0]?.inputs.keys() ?? [])]
  return new Map(
    names.map((name) => {
      const parts = segments.flatMap(({ job, start, end }) => {
        const source = jobs[job]
        const tensor = source?.inputs.get(name)
        if (source === undefined || tensor === undefined) return []
        return start === 0 && end === source.rows ? tensor : sliceRows(tensor, start, end)
      })
      const value = filling?.values.get(name)
      return [name, concat(value === undefined ? parts : padTo(parts, value))]
    }),
  )
}

type Context = { session: Session; jobs: readonly Job[]; limits: Limits; timings: RunTiming[] }

/** A request of a million rows takes tens of thousands of runs; what they took is not worth a message of megabytes. */
const MOST_TIMINGS = 1000

type SegmentResult = { segment: Segment; result: JobResult }

/** One run, and after a failure the two halves of it. */
const runSegments = async (context: Context, segments: readonly Segment[]): Promise<SegmentResult[]> => {
  const apart = async () => {
    const middle = Math.ceil(segments.length / 2)
    const first = await runSegments(context, segments.slice(0, middle))
    return [...first, ...(await runSegments(context, segments.slice(middle)))]
  }
  const { session, jobs, timings } = context
  const rows = segments.reduce((sum, segment) => sum + segment.end - segment.start, 0)
  const start = performance.now()
  let outputs: NamedTensors
  try {
    outputs = await session.run(gather(jobs, segments, context.limits.filling))
  } catch (error) {
    // No request is to blame, and none of them is answered here.
    if (error instanceof DeviceLostError) throw error
    if (segments.length > 1) return apart()
    return segments.map((segment) => ({ segment, result: { ok: false, error } }))
  }
  if (timings.length < MOST_TIMINGS) timings.push({ rows, seconds: (performance.now() - start) / 1000 })
  const byRow =
    context.limits.rows !== 'none' && [...outputs.values()].every((tensor) => tensor.dims[0] === rows)
  if (!byRow && segments.length > 1) return apart()
  let offset = 0
  return segments.map((segment) => {
    const [first, last] = [offset, offset + segment.end - segment.start]
    offset = last
    const own: NamedTensors =
      segments.length === 1
        ? outputs
        : new Map([...outputs].map(([name, tensor]) => [name, sliceRows(tensor, first, last)]))
    return { segment, result: { ok: true, outputs: own, byRow } }
  })
}

const WRONG_ROWS = new Error('the model returned a different number of rows than it received')

/** What a job's runs gave so far. Of a job that takes several, each output is written into one array for all its rows. */
type Progress = { job: Job; result: JobResult | undefined; rowsDone: number }

/** Adds the outputs of some rows of a job. After a failure nothing is added, and none of its runs is made. */
const advance = (progress: Progress, next: JobResult, { start, end }: Segment): void => {
  const rows = end - start
  const { job, result } = progress
  if (!next.ok || rows === job.rows) progress.result = next
  else if (!next.byRow || (result?.ok && !fits(result.outputs, next.outputs))) {
    progress.result = { ok: false, error: WRONG_ROWS }
  } else if (result === undefined || result.ok) {
    const outputs = result?.outputs ?? allocateRows(next.outputs, job.rows)
    for (const [name, tensor] of next.outputs) copyRows(tensor, outputs.get(name) as Tensor, start)
    progress.result = { ok: true, outputs, byRow: true }
  }
  progress.rowsDone += rows
}

const shapeOfRow = ({ type, dims }: Tensor): string => `${type}:${dims.slice(1)}`

/** True if rows of `next` are of the types and the shapes of those before. */
const fits = (outputs: NamedTensors, next: NamedTensors): boolean =>
  [...next].every(([name, tensor]) => shapeOfRow(tensor) === shapeOfRow(outputs.get(name) as Tensor))

const allocateRows = (outputs: NamedTensors, rows: number): NamedTensors =>
  new Map(
    [...outputs].map(([name, { type, dims }]) => {
      const all = [rows, ...dims.slice(1)]
      return [name, { type, dims: all, data: allocate(type, elementCount(all)) }]
    }),
  )

const copyRows = (from: Tensor, to: Tensor, row: number): void => {
  const offset = row * elementCount(to.dims.slice(1))
  if (to.type !== 'string') (to.data as NumericArray).set(from.data as never, offset)
  else for (let i = 0; i < from.data.length; i++) to.data[offset + i] = from.data[i] as string
}

/** Jobs that are finished, each with its number. */
type Finished = [job: number, result: JobResult][]

/**
 * Runs all jobs, together where they may be. Rejects only with DeviceLostError.
 * @param onFinished given the jobs that a run has finished, if others follow; the next run waits for it
 * @returns the jobs that the last run has finished; those that nobody wants any more are left out
 */
export const runJobs = async (
  session: Session,
  jobs: readonly Job[],
  limits: Limits,
  onFinished: (finished: Finished) => Promise<void>,
): Promise<{ last: Finished; timings: RunTiming[] }> => {
  const timings: RunTiming[] = []
  const context = { session, jobs, limits, timings }
  const underWay = new Map(
    jobs.map((job, index) => [index, { job, result: undefined, rowsDone: 0 } as Progress]),
  )
  let finished: Finished = []
  const plan =
    limits.rows === 'none'
      ? jobs.map((job, index) => [{ job: index, start: 0, end: job.rows }])
      : planRuns(jobs, limits)
  for (const run of plan) {
    if (run !== plan[0]) {
      if (!run.some(({ job }) => underWay.has(job))) continue
      if (finished.length > 0) await onFinished(finished)
      finished = []
      // A run keeps this thread: now is the time to hear of jobs that are no longer wanted.
      await nextTurn()
    }
    for (const { job } of run) if (jobs[job]?.isWanted?.() === false) underWay.delete(job)
    const segments = run.filter(({ job }) => underWay.has(job))
    if (segments.length === 0) continue
    for (const { segment, result } of await runSegments(context, segments)) {
      const progress = underWay.get(segment.job) as Progress
      advance(progress, result, segment)
      if (progress.result === undefined || (progress.result.ok && progress.rowsDone < progress.job.rows))
        continue
      finished.push([segment.job, progress.result])
      underWay.delete(segment.job)
    }
  }
  return { last: finished, timings }
}
