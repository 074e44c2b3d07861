/** Targets in simulated time: queues whose answers are known, so that hours of load take milliseconds. */

import { arrivals } from '../../../scripts/size/arrivals.ts'
import { secondsOf } from '../../../scripts/size/measure.ts'
import { type Limits, type Point, pointOf, type Sample } from '../../../scripts/size/point.ts'
import { type Measure, Stopped } from '../../../scripts/size/search.ts'
import { randomNumbers } from '../../../src/worker/engine/fill.ts'

export type Queue = {
  servers: number
  /** Milliseconds that a request takes of a server; `at` is the time since the step began. */
  service: (random: () => number, at: number) => number
  /** Requests that find so many waiting are refused. */
  room?: number
  /** By how many ms the generator is late at a rate. */
  generatorLateMs?: (perSecond: number) => number
}

/** What becomes of requests that are due then: first come, first served. */
const serve = (queue: Queue, due: readonly number[], perSecond: number, random: () => number): Sample[] => {
  const free = new Array<number>(queue.servers).fill(0)
  /** When those that wait begin. */
  const begins: number[] = []
  const lateMs = queue.generatorLateMs?.(perSecond) ?? 0
  return due.map((at) => {
    const sent = at + lateMs
    const server = free.indexOf(Math.min(...free))
    while (begins.length > 0 && (begins[0] as number) <= sent) begins.shift()
    if (begins.length >= (queue.room ?? Number.POSITIVE_INFINITY))
      return { due: at, sent, done: sent + 1, status: 503 }
    const begun = Math.max(sent, free[server] as number)
    if (begun > sent) begins.push(begun)
    const done = begun + queue.service(random, at)
    free[server] = done
    return { due: at, sent, done, status: 200 }
  })
}

/** Measures the queue, at most so many steps. */
export const measureOf = (
  queue: Queue,
  limits: Limits,
  seed: number,
  mostSteps = Number.POSITIVE_INFINITY,
): Measure => {
  const random = randomNumbers(seed)
  let steps = 0
  return async (perSecond, wanted): Promise<Point> => {
    steps += 1
    if (steps > mostSteps) throw new Stopped('time')
    const seconds = secondsOf(perSecond, wanted)
    const samples = serve(queue, arrivals(perSecond, seconds, random), perSecond, random)
    return pointOf(samples, { perSecond, seconds, cutShort: false, generatorCpu: 0 }, limits)
  }
}

/** Exponential times: with Poisson arrivals and one server, M/M/1. */
export const exponential = (meanMs: number) => (random: () => number) => -meanMs * Math.log(1 - random())

export const fixed = (ms: number) => () => ms
