import { setTimeout as delay } from 'node:timers/promises'

/** Time in ms. Tests run it fast. */
export type Clock = {
  now: () => number
  /** Rejects when the signal aborts. */
  sleep: (ms: number, signal: AbortSignal) => Promise<void>
}

export const realClock: Clock = {
  now: () => Date.now(),
  sleep: async (ms, signal) => {
    await delay(ms, undefined, { signal })
  },
}
