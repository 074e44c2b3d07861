/** A first-in-first-out queue of requests, bounded by nothing itself; the scheduler admits. Cancelled ones are skipped. */

import type { Outcome, Work } from '../workers/protocol.ts'

/** One request from its admission to its outcome. Times are milliseconds of the scheduler's clock. */
export type Entry = {
  work: Work
  arrivedAt: number
  deadline: number
  /** How many workers have died with it. */
  crashes: number
  /** Set once; afterwards the entry is only waste to be skipped. */
  settled: boolean
  settle: (outcome: Outcome) => void
}

export class Queue {
  #waiting: Entry[] = []
  #head = 0

  /** Entries that wait, settled ones that were not yet skipped included. */
  get size(): number {
    return this.#waiting.length - this.#head
  }

  push(entry: Entry): void {
    this.#waiting.push(entry)
  }

  /** Puts entries before all others, in their order: they have waited longest. */
  unshift(entries: readonly Entry[]): void {
    this.#waiting = [...entries, ...this.#waiting.slice(this.#head)]
    this.#head = 0
  }

  /** The oldest entry that is not settled; settled ones before it are dropped. */
  peek(): Entry | undefined {
    while (this.#head < this.#waiting.length) {
      const entry = this.#waiting[this.#head]
      if (entry !== undefined && !entry.settled) return entry
      this.#head += 1
    }
    this.#waiting = []
    this.#head = 0
    return undefined
  }

  shift(): Entry | undefined {
    const entry = this.peek()
    if (entry === undefined) return undefined
    this.#head += 1
    if (this.#head > 1024 && this.#head * 2 > this.#waiting.length) {
      this.#waiting = this.#waiting.slice(this.#head)
      this.#head = 0
    }
    return entry
  }
}
