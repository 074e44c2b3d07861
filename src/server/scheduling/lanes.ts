/**
 * What waits for a worker: small requests in one lane, large ones in the other, each first in, first out. The lanes take
 * turns while something waits in both. So a small request waits for one batch of large ones at a time and not for all that
 * came before it; and a large one waits for one batch of small ones, at most twice as long as in a single queue as long as
 * a batch of small ones takes no longer than one of large ones.
 */

import { bytesOf, type Entry, Queue } from './queue.ts'

/** A body from this size on is large: as JSON it takes a worker some tenths of a second to read. */
export const LARGE_BYTES = 4 * 2 ** 20

export const isLarge = (entry: Entry): boolean => bytesOf(entry) >= LARGE_BYTES

export class Lanes {
  readonly #small = new Queue()
  readonly #large = new Queue()
  #lastWasLarge = false

  get size(): number {
    return this.#small.size + this.#large.size
  }

  get bytes(): number {
    return this.#small.bytes + this.#large.bytes
  }

  /** The one that has waited longest. */
  get oldest(): Entry | undefined {
    const [small, large] = [this.#small.peek(), this.#large.peek()]
    if (small === undefined || large === undefined) return small ?? large
    return small.order < large.order ? small : large
  }

  /** The lane from which the next batch comes. One that a worker has ended with goes before all turns. */
  get turn(): Queue {
    const [small, large] = [this.#small.peek(), this.#large.peek()]
    if (small === undefined || large === undefined) return small === undefined ? this.#large : this.#small
    if (small.suspect !== large.suspect) return small.suspect ? this.#small : this.#large
    return this.#lastWasLarge ? this.#small : this.#large
  }

  /** A batch came from this lane: the next turn is the other's. */
  taken(lane: Queue): void {
    this.#lastWasLarge = lane === this.#large
  }

  push(entry: Entry): void {
    this.#laneOf(entry).push(entry)
  }

  putBack(entry: Entry): void {
    this.#laneOf(entry).putBack(entry)
  }

  remove(entry: Entry): void {
    this.#laneOf(entry).remove(entry)
  }

  #laneOf(entry: Entry): Queue {
    return isLarge(entry) ? this.#large : this.#small
  }
}
