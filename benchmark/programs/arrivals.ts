/**
 * When the requests of an open loop are due, and a clock that says so, on a thread of its own: timers of the event loop go by
 * whole milliseconds, which is as long as a light model takes.
 */

import { Worker } from 'node:worker_threads'
import { seededRandom } from '../models/random.ts'

/** Milliseconds from the start: even, or with a seed those of a Poisson process. */
export const arrivals = (perSecond: number, seconds: number, seed?: number): Float64Array => {
  const gap = 1000 / perSecond
  const count = Math.max(1, Math.round(perSecond * seconds))
  const even = Float64Array.from({ length: count }, (_, index) => (index + 1) * gap)
  if (seed === undefined) return even
  const uniform = seededRandom(seed)(count, 1)
  let at = 0
  return even.map((_, index) => {
    const u = ((uniform[index] as number) + 1) / 2
    // As float32, u may be rounded to 1.
    at -= gap * Math.log(Math.max(1 - u, 2 ** -25))
    return at
  })
}

/** Milliseconds of a clock that all threads share. */
export const sharedNow = (): number => Number(process.hrtime.bigint()) / 1e6

/** What the threads share: how many are due by now, and whether the caller has been told and has not looked yet. */
const CELLS = { count: 0, told: 1, never: 2 }

/** Calls back with how many are due in all, whenever more are. `due` are milliseconds after `from`. */
export const onArrivals = (due: Float64Array, from: number, callback: (count: number) => void): void => {
  const state = new Int32Array(new SharedArrayBuffer(12))
  const workerData = { due, from, state, cells: CELLS }
  const clock = new Worker(new URL('clock-thread.js', import.meta.url), { workerData, execArgv: [] })
  clock.on('message', () => {
    Atomics.store(state, CELLS.told, 0)
    callback(Atomics.load(state, CELLS.count))
  })
}
