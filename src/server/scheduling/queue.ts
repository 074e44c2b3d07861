/**
 * The requests that wait for a worker: small ones in one line, large ones in the other, each first in, first out. The lines
 * take turns while something waits in both. So a small request waits for one batch of large ones at a time and not for all
 * that came before it; and a large one for one batch of small ones. Unbounded: the lane decides what gets in.
 */

import type { Pending } from './pending.ts'

/** A body from this size on is large: as JSON it takes a worker some tenths of a second to read. */
export const LARGE_BYTES = 4 * 2 ** 20

class Line {
  #waiting: Pending[] = []
  bytes = 0

  get size(): number {
    return this.#waiting.length
  }

  get first(): Pending | undefined {
    return this.#waiting[0]
  }

  push(pending: Pending): void {
    this.#waiting.push(pending)
    this.bytes += pending.bytes
  }

  /** Puts one back before all that arrived later. */
  putBack(pending: Pending): void {
    const later = this.#waiting.findIndex(({ order }) => order > pending.order)
    this.#waiting.splice(later === -1 ? this.#waiting.length : later, 0, pending)
    this.bytes += pending.bytes
  }

  shift(): void {
    this.bytes -= this.#waiting.shift()?.bytes ?? 0
  }

  /** Takes out one that need not be there. */
  remove(pending: Pending): void {
    const index = this.#waiting.indexOf(pending)
    if (index === -1) return
    this.#waiting.splice(index, 1)
    this.bytes -= pending.bytes
  }
}

export type { Line }

export class Queue {
  readonly #small = new Line()
  readonly #large = new Line()
  #lastWasLarge = false

  get size(): number {
    return this.#small.size + this.#large.size
  }

  /** The one that has waited longest. */
  get oldest(): Pending | undefined {
    const [small, large] = [this.#small.first, this.#large.first]
    if (small === undefined || large === undefined) return small ?? large
    return small.order < large.order ? small : large
  }

  /** The line from which the next batch comes. One with whose first request a worker has died goes before all turns. */
  get turn(): Line {
    const [small, large] = [this.#small.first, this.#large.first]
    if (small === undefined || large === undefined) return small === undefined ? this.#large : this.#small
    if (small.suspect !== large.suspect) return small.suspect ? this.#small : this.#large
    return this.#lastWasLarge ? this.#small : this.#large
  }

  /** A batch came from this line: the next turn is the other's. */
  tookTurn(line: Line): void {
    this.#lastWasLarge = line === this.#large
  }

  push(pending: Pending): void {
    this.#lineOf(pending).push(pending)
  }

  putBack(pending: Pending): void {
    this.#lineOf(pending).putBack(pending)
  }

  remove(pending: Pending): void {
    this.#lineOf(pending).remove(pending)
  }

  #lineOf({ bytes }: Pending): Line {
    return bytes >= LARGE_BYTES ? this.#large : this.#small
  }
}
