/** A first-in-first-out queue of requests, bounded by nothing itself; the scheduler admits. */

import type { Reply, Request } from '../../protocol/request.ts'
import type { Batch } from './roster.ts'

/** One request from its admission to its outcome. Times are milliseconds of the scheduler's clock. */
export type Entry = {
  work: Request
  /** Counts up with each that arrives; the clock need not tell two of them apart. */
  order: number
  arrivedAt: number
  deadline: number
  /** How many workers have died of their own accord while they had this request and no other. */
  crashes: number
  /** A worker has ended with it: it is run alone. */
  suspect: boolean
  /** The batch that is to answer it; undefined while it waits. */
  batch: Batch | undefined
  /** Workers that have its body: more than one if the first is stuck. */
  holders: number
  /** Set once, with its outcome; from then on it is in no queue. */
  settled: boolean
  /** Without an outcome if nobody waits for one any more. */
  settle: (outcome: Reply | undefined) => void
}

export const bytesOf = ({ work }: Entry): number => work.body.byteLength

export class Queue {
  #waiting: Entry[] = []
  #bytes = 0

  get size(): number {
    return this.#waiting.length
  }

  /** Bytes of the bodies that wait. */
  get bytes(): number {
    return this.#bytes
  }

  push(entry: Entry): void {
    this.#waiting.push(entry)
    this.#bytes += bytesOf(entry)
  }

  /** Puts an entry back to where its arrival puts it: before all that arrived later. */
  putBack(entry: Entry): void {
    const later = this.#waiting.findIndex(({ order }) => order > entry.order)
    this.#waiting.splice(later === -1 ? this.#waiting.length : later, 0, entry)
    this.#bytes += bytesOf(entry)
  }

  peek(): Entry | undefined {
    return this.#waiting[0]
  }

  shift(): Entry | undefined {
    const first = this.#waiting.shift()
    if (first !== undefined) this.#bytes -= bytesOf(first)
    return first
  }

  /** Takes out an entry that need not be there. */
  remove(entry: Entry): void {
    const index = this.#waiting.indexOf(entry)
    if (index === -1) return
    this.#waiting.splice(index, 1)
    this.#bytes -= bytesOf(entry)
  }
}
