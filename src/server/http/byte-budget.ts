/** Counts the bytes that the server process holds for requests and replies, so that together they stay below a limit. */

/** A part of the budget. It may grow and shrink; after `release` it is nothing, however often that is called. */
export type Hold = { resize(bytes: number): void; release(): void }

export class ByteBudget {
  readonly #limit: number
  readonly #elsewhere: () => number
  #held = 0

  /** @param elsewhere bytes that count too and are kept track of by somebody else */
  constructor(limit: number, elsewhere: () => number = () => 0) {
    this.#limit = limit
    this.#elsewhere = elsewhere
  }

  get held(): number {
    return this.#held + this.#elsewhere()
  }

  /** True if `bytes` more may be held. What is larger than the limit is let in while there is nothing else. */
  fits(bytes: number): boolean {
    const { held } = this
    return held === 0 || held + bytes <= this.#limit
  }

  hold(bytes: number): Hold {
    let size = bytes
    let released = false
    this.#held += size
    const resize = (to: number) => {
      if (released) return
      this.#held += to - size
      size = to
    }
    const release = () => {
      resize(0)
      released = true
    }
    return { resize, release }
  }
}
