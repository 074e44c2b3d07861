/** Time as the scheduler knows it; tests bring their own. */

export type Clock = {
  /** Milliseconds that never go back. */
  now(): number
  /** Calls back once; returns the function that cancels it. */
  after(milliseconds: number, callback: () => void): () => void
  /** Calls back in the next turn of the event loop, when what has arrived at the same time has been read. */
  soon(callback: () => void): void
}

export const systemClock: Clock = {
  now: () => performance.now(),
  after: (milliseconds, callback) => {
    const timer = setTimeout(callback, milliseconds)
    return () => clearTimeout(timer)
  },
  soon: (callback) => {
    setImmediate(callback)
  },
}
