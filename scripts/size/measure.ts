/** Measures rates within a bound of time and of requests. */

import { setTimeout as delay } from 'node:timers/promises'
import { arrivals } from './arrivals.ts'
import { boundsOf } from './late.ts'
import { openLoop, type Send } from './open-loop.ts'
import { FILLING, isOk, type Limits, type Point, pointOf } from './point.ts'
import { type Measure, Stopped } from './search.ts'

/** A step is lengthened until it has its requests, but not for their sake beyond this. */
const LONGEST_S = 60

/** Between two steps, so that what one has left behind is over; less after a short one. */
const restOf = (seconds: number): number => Math.min(300, 100 * seconds)

/** How long a rate is measured, in seconds. */
export const secondsOf = (
  perSecond: number,
  { seconds, requests }: { seconds: number; requests: number },
): number => Math.max(seconds, Math.min(LONGEST_S, requests / perSecond / (1 - FILLING)))

export type Bounds = { mostMs: number; mostRequests: number }

export type Measuring = {
  measure: Measure
  /** One request after another, for at least so long and so many: how long those took that were answered, in ms. */
  alone: (wanted: { ms: number; requests: number }) => Promise<number[]>
  sent: () => number
}

/** @param onPoint is told of each rate as it is measured */
export const createMeasuring = (
  send: Send,
  limits: Limits,
  bounds: Bounds,
  {
    signal,
    onStep,
    onPoint,
  }: {
    signal: AbortSignal
    onStep: (perSecond: number, seconds: number) => void
    onPoint: (point: Point) => void
  },
): Measuring => {
  const from = performance.now()
  let sent = 0

  const requireRoom = (ms: number, requests: number): void => {
    if (signal.aborted) throw new Stopped('interrupted')
    if (performance.now() - from + ms > bounds.mostMs) throw new Stopped('time')
    if (sent + requests > bounds.mostRequests) throw new Stopped('requests')
  }

  return {
    sent: () => sent,
    async alone({ ms, requests }) {
      const times: number[] = []
      const began = performance.now()
      for (let count = 0; count < requests || performance.now() - began < ms; count += 1) {
        requireRoom(0, 1)
        const at = performance.now()
        const status = await send(sent)
        sent += 1
        if (isOk(status)) times.push(performance.now() - at)
      }
      return times
    },
    async measure(perSecond, wanted) {
      const seconds = secondsOf(perSecond, wanted)
      const due = arrivals(perSecond, seconds, Math.random)
      requireRoom(seconds * 1000, due.length)
      onStep(perSecond, seconds)
      const countFrom = seconds * 1000 * FILLING
      const counted = due.filter((at) => at >= countFrom).length
      const before = process.cpuUsage()
      const at = performance.now()
      const { samples, cutShort } = await openLoop(send, {
        due,
        limitMs: limits.p99Ms,
        mostLate: boundsOf(Math.max(1, counted)).over,
        countFrom,
        signal,
      })
      sent += samples.length
      const { user, system } = process.cpuUsage(before)
      const generatorCpu = (user + system) / 1000 / (performance.now() - at)
      if (signal.aborted) throw new Stopped('interrupted')
      const point = pointOf(samples, { perSecond, seconds, cutShort, generatorCpu }, limits)
      onPoint(point)
      await delay(restOf(seconds))
      return point
    },
  }
}
