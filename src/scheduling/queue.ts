/** A first-in-first-out queue of requests, bounded by nothing itself; the scheduler admits. */

import type { Outcome, Work } from '../workers/protocol.ts'

/** One request from its admission to its outcome. Times are milliseconds of the scheduler's clock. */
export type Entry = {
  work: Work
  /** Counts up with each that arrives. */
  order: number
  arrivedAt: number
  deadline: number
  /** How many workers have died with it of their own accord. */
  crashes: number
  /** A worker has ended with it: it is run alone. */
  suspect: boolean
  /** Set once, with its outcome. */
  settled: boolean
  settle: (outcome: Outcome) => void
}

export class Queue {
  #waiting: Entry[] = []

  get size(): number {
    return this.#waiting.length
  }

  push(entry: Entry): void {
    this.#waiting.push(entry)
  }

  /** Puts entries back to where their arrival puts them: before all that arrived later. */
  putBack(entries: readonly Entry[]): void {
    this.#waiting = [...entries, ...this.#waiting].sort((a, b) => a.order - b.order)
  }

  peek(): Entry | undefined {
    return this.#waiting[0]
  }

  shift(): Entry | undefined {
    return this.#waiting.shift()
  }

  /** Takes out an entry that need not be there. */
  remove(entry: Entry): void {
    const index = this.#waiting.indexOf(entry)
    if (index !== -1) this.#waiting.splice(index, 1)
  }
}
