/**
 * The requests that wait for a worker: small ones in one line, large ones in the other, each first in, first out. The lines
 * take turns while something waits in both. So a small request waits for one batch of large ones at a time and not for all
 * that came before it; and a large one for one batch of small ones. Unbounded: the lane decides what gets in. Whoever has waited
 * longer than clients do stands aside until nobody else waits in the line: most of them will have gone by then.
 */

import type { Pending } from './pending.ts'

/** A body from this size on is large: as JSON it takes a worker some tenths of a second to read. */
export const LARGE_BYTES = 4 * 2 ** 20

class Line {
  #waiting: Pending[] = []
  #aside: Pending[] = []
  bytes = 0

  get size(): number {
    return this.#waiting.length + this.#aside.length
  }

  /** Those that go before one that comes now. */
  get ahead(): number {
    return this.#waiting.length
  }

  /** The one whose turn it is. */
  get first(): Pending | undefined {
    return this.#waiting[0] ?? this.#aside[0]
  }

  get oldest(): Pending | undefined {
    return this.#aside[0] ?? this.#waiting[0]
  }

  /** Those that arrived before then stand aside; suspects never do. */
  setAside(before: number): void {
    let count = 0
    const stays = (pending: Pending | undefined) =>
      pending === undefined || pending.suspect || pending.arrivedAt >= before
    while (!stays(this.#waiting[count])) count++
    if (count > 0) this.#aside.push(...this.#waiting.splice(0, count))
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
    const first = this.#waiting.shift() ?? this.#aside.shift()
    this.bytes -= first?.bytes ?? 0
  }

  /** Takes out one that need not be there. */
  remove(pending: Pending): void {
    for (const line of [this.#aside, this.#waiting]) {
      const index = line.indexOf(pending)
      if (index === -1) continue
      line.splice(index, 1)
      this.bytes -= pending.bytes
    }
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

  /** Those that go before one that comes now. */
  get ahead(): number {
    return this.#small.ahead + this.#large.ahead
  }

  /** The one that has waited longest. */
  get oldest(): Pending | undefined {
    const [small, large] = [this.#small.oldest, this.#large.oldest]
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

  /** Those that arrived before then give way to those who came later. */
  setAside(before: number): void {
    this.#small.setAside(before)
    this.#large.setAside(before)
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
