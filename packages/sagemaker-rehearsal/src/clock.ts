/** Time in the rehearsal. All waits and timestamps of AWS go by it; what processes do takes the time it takes. */

import { setTimeout as delay } from 'node:timers/promises'

export type Clock = {
  /** Milliseconds since 1970. */
  now(): number
  /** Resolves after so many milliseconds of this clock; rejects with the signal's reason when that aborts. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>
}

/** setTimeout takes no more than 2³¹ − 1 ms. */
const LONGEST_MS = 2_147_483_647

/** Begins at the present and runs `speed` times as fast as time does. */
export const createClock = (speed = 1): Clock => {
  const start = Date.now()
  const began = performance.now()
  return {
    now: () => Math.round(start + (performance.now() - began) * speed),
    async sleep(ms, signal) {
      await delay(Math.min(ms / speed, LONGEST_MS), undefined, signal === undefined ? {} : { signal })
    },
  }
}

export type ManualClock = Clock & {
  /** Lets so many milliseconds pass, step by step, so that whoever wakes up may sleep again. */
  advance(ms: number): Promise<void>
}

/** Stands still until it is told to go on: for tests. */
export const createManualClock = (start = Date.UTC(2026, 0, 1)): ManualClock => {
  let now = start
  let sleepers: { at: number; wake: () => void }[] = []
  /** Several turns of the event loop: whoever was woken gets to their next sleep, if nothing but promises is between. */
  const settle = async () => {
    for (let turn = 0; turn < 10; turn++) await new Promise((resolve) => setImmediate(resolve))
  }
  return {
    now: () => now,
    sleep: (ms, signal) =>
      new Promise((resolve, reject) => {
        if (signal?.aborted) return reject(signal.reason)
        const sleeper = {
          at: now + Math.max(0, ms),
          wake: () => {
            signal?.removeEventListener('abort', abort)
            resolve()
          },
        }
        const abort = () => {
          sleepers = sleepers.filter((other) => other !== sleeper)
          reject(signal?.reason)
        }
        signal?.addEventListener('abort', abort, { once: true })
        sleepers.push(sleeper)
      }),
    async advance(ms) {
      const end = now + ms
      await settle()
      for (;;) {
        const next = Math.min(...sleepers.map(({ at }) => at))
        if (next > end) break
        now = Math.max(now, next)
        const due = sleepers.filter(({ at }) => at <= now)
        sleepers = sleepers.filter(({ at }) => at > now)
        for (const { wake } of due) wake()
        await settle()
      }
      now = end
    },
  }
}
