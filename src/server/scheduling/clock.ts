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

/** One timer, which is set to another time as what it waits for changes. */
export class Alarm {
  readonly #clock: Clock
  readonly #ring: () => void
  #at = Number.POSITIVE_INFINITY
  #cancel = () => {}

  constructor(clock: Clock, ring: () => void) {
    this.#clock = clock
    this.#ring = ring
  }

  /** Rings once at this time of the clock, and at no other; at Infinity it does not. */
  set(at: number): void {
    if (at === this.#at) return
    this.#cancel()
    this.#at = at
    this.#cancel = () => {}
    if (at === Number.POSITIVE_INFINITY) return
    this.#cancel = this.#clock.after(Math.max(0, at - this.#clock.now()), () => {
      this.#at = Number.POSITIVE_INFINITY
      this.#ring()
    })
  }
}
