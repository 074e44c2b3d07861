/** The workers: who is free, and what batch each of the others has. */

import type { Batch } from './batch.ts'
import type { Runner } from './runner.ts'

export class Roster {
  readonly #busy: { runner: Runner; batch: Batch }[] = []
  /** The one that was busy last is at the end: its caches are warm. */
  readonly #free: Runner[] = []

  get size(): number {
    return this.#free.length + this.#busy.length
  }

  get free(): Runner | undefined {
    return this.#free.at(-1)
  }

  get freeCount(): number {
    return this.#free.length
  }

  get isIdle(): boolean {
    return this.#busy.length === 0
  }

  /** Workers that take so much longer than they should that they cannot be counted on. */
  stuck(now: number): number {
    let stuck = 0
    for (const { batch } of this.#busy) if (batch.isStuck(now)) stuck += 1
    return stuck
  }

  /** What the batches have that are under way and not late, and when the next of them will be. */
  underWay(now: number): { requests: number; bytes: number; lateAt: number } {
    const batches = this.#busy.map(({ batch }) => batch).filter(({ lateAt }) => lateAt > now)
    return {
      requests: batches.reduce((sum, { requests }) => sum + requests.length, 0),
      bytes: batches.reduce((sum, { bytes }) => sum + bytes, 0),
      lateAt: Math.min(...batches.map(({ lateAt }) => lateAt)),
    }
  }

  add(runner: Runner): void {
    this.#free.push(runner)
  }

  /** A worker that need not be here any more. */
  remove(runner: Runner): void {
    this.#endOf(runner)
    const index = this.#free.indexOf(runner)
    if (index !== -1) this.#free.splice(index, 1)
  }

  /** @throws if the worker is not free */
  give(runner: Runner, batch: Batch): void {
    const index = this.#free.indexOf(runner)
    if (index === -1) throw new Error('a batch for a worker that is not free. This is a bug.')
    this.#free.splice(index, 1)
    this.#busy.push({ runner, batch })
  }

  /** The worker has done its batch, unless it has gone meanwhile. */
  done(runner: Runner): void {
    if (this.#endOf(runner)) this.#free.push(runner)
  }

  #endOf(runner: Runner): boolean {
    const index = this.#busy.findIndex((busy) => busy.runner === runner)
    if (index !== -1) this.#busy.splice(index, 1)
    return index !== -1
  }
}
