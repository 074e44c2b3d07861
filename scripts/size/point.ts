/** What a rate of requests has come to. */

import { boundsOf, clusteringOf, ERROR, LATE_SHARE, p99Interval, quantile } from './late.ts'

/** One request; times in ms from the beginning of its step. */
export type Sample = {
  /** When it was to be sent. */
  due: number
  sent: number
  /** When its reply had come, or it was given up. */
  done: number
  /** Of the reply; 0 where there was none. */
  status: number
}

export type Limits = {
  p99Ms: number
  /** Requests without a reply of 2xx, of 1. */
  errorShare: number
}

/** `over`: shown not to hold the limits, or stopped because it could not any more. `undecided`: neither is shown. */
export type Verdict = 'held' | 'over' | 'undecided'

export type Point = {
  /** Requests a second that were due. */
  perSecond: number
  /** How long they were sent, what does not count included. */
  seconds: number
  sent: number
  /** Of these: the first of a step meet queues that are not yet filled, and do not count. */
  counted: number
  /** Without a reply of 2xx in time, of those that count. */
  late: number
  errors: number
  /** So many late requests say as much as one that is late by itself; at least 1. */
  clustering: number
  /** By status; 0 is no reply. */
  statuses: Record<string, number>
  /** Counted from when a request was due. Those without a reply of 2xx are Infinity. */
  p50Ms: number
  p99Ms: number
  /** p99 lies between these, with 95 % each way. */
  p99LowMs: number
  p99HighMs: number
  /** Mean number of requests under way: rate × mean time from sending to reply (Little's law). */
  concurrency: number
  /** How late the generator itself was, p99. */
  generatorLateMs: number
  /** Of one CPU, how much the generator took. */
  generatorCpu: number
  /** So late that what was measured is the generator. */
  generatorIsLimit: boolean
  verdict: Verdict
}

/** Of a step that does not count. */
export const FILLING = 0.2

/** A timer is late by a millisecond without anybody's fault. */
const GENERATOR_LATE_MS = 2

export const isOk = (status: number): boolean => status >= 200 && status < 300

const isLate = ({ due, done, status }: Sample, { p99Ms }: Limits): boolean =>
  !isOk(status) || done - due > p99Ms

/** More errors than are allowed; one alone may be an accident. */
const hasErrors = (errors: number, counted: number, { errorShare }: Limits): boolean =>
  errors > 1 && errors > errorShare * counted

type Numbers = Pick<Point, 'counted' | 'late' | 'errors' | 'clustering'>

const verdictOf = (
  { counted, late, errors, clustering }: Numbers,
  limits: Limits,
  error: number = ERROR,
): Verdict => {
  const { held, over } = boundsOf(Math.max(1, Math.round(counted / clustering)), error)
  if (late / clustering >= over || hasErrors(errors, counted, limits)) return 'over'
  return late / clustering <= held ? 'held' : 'undecided'
}

const ascending = (values: readonly number[]): Float64Array => Float64Array.from(values).sort()

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0)

/**
 * @param samples by the time they were due
 * @param step what was asked for; `cutShort` if it was stopped since it could not be held any more
 */
export const pointOf = (
  samples: readonly Sample[],
  {
    perSecond,
    seconds,
    cutShort,
    generatorCpu,
  }: { perSecond: number; seconds: number; cutShort: boolean; generatorCpu: number },
  limits: Limits,
): Point => {
  const from = seconds * 1000 * FILLING
  const counted = samples.filter(({ due }) => due >= from)
  const statuses: Record<string, number> = {}
  for (const { status } of samples) statuses[status] = (statuses[status] ?? 0) + 1
  const latencies = ascending(
    counted.map(({ due, done, status }) => (isOk(status) ? done - due : Number.POSITIVE_INFINITY)),
  )
  const { low, high } = p99Interval(latencies)
  const lateness = counted.map((sample) => isLate(sample, limits))
  const numbers = {
    counted: counted.length,
    late: lateness.filter(Boolean).length,
    clustering: clusteringOf(lateness),
    errors: counted.filter(({ status }) => !isOk(status)).length,
  }
  const generatorLateMs = quantile(ascending(counted.map(({ due, sent }) => sent - due)), 0.99)
  const verdict = cutShort ? 'over' : verdictOf(numbers, limits)
  const last = counted.at(-1)?.due ?? from
  return {
    perSecond,
    seconds,
    sent: samples.length,
    ...numbers,
    statuses,
    p50Ms: quantile(latencies, 0.5),
    p99Ms: quantile(latencies, 0.99),
    p99LowMs: low,
    p99HighMs: high,
    concurrency: last > from ? sum(counted.map(({ sent, done }) => done - sent)) / (last - from) : 0,
    generatorLateMs,
    generatorCpu,
    generatorIsLimit: generatorLateMs > Math.max(GENERATOR_LATE_MS, limits.p99Ms / 10),
    verdict,
  }
}

/** Whether the limits were met by what was measured, shown or not. */
export const isGood = (point: Point): boolean => isGoodTogether([point])

export const isGoodTogether = (points: readonly Point[]): boolean =>
  points.every(({ verdict }) => verdict !== 'over') &&
  sum(points.map(({ late }) => late)) <= LATE_SHARE * sum(points.map(({ counted }) => counted))

/**
 * What several steps at one rate come to.
 * @param looks how often it is asked, of which each may err
 */
export const poolVerdict = (points: readonly Point[], limits: Limits, looks: number): Verdict => {
  const counted = sum(points.map(({ counted }) => counted))
  return verdictOf(
    {
      counted,
      late: sum(points.map(({ late }) => late)),
      errors: sum(points.map(({ errors }) => errors)),
      clustering: sum(points.map(({ clustering, counted }) => clustering * counted)) / Math.max(1, counted),
    },
    limits,
    ERROR / looks,
  )
}

/** Whether so many requests would show that the limits are held, if none of them were late. */
export const canShow = (points: readonly Point[], looks: number): boolean =>
  boundsOf(Math.max(1, sum(points.map(({ counted }) => counted))), ERROR / looks).held >= 0
