/** The workers as the scheduler knows them: who is free, and what each of the others has in hand. */

import type { Entry } from './queue.ts'
import type { Runner } from './runner.ts'

/** Requests that a worker was given at once. */
export type Batch = {
  entries: readonly Entry[]
  bytes: number
  /** Nothing else runs or waits. */
  alone: boolean
  /** When the worker could begin with it: once it was given, and what it had in hand before was done. */
  startedAt: number
  /** One request that had its worker for itself when it died. */
  blamed: boolean
  /** Stops the timer that watches it. */
  unwatch: () => void
  /** Tells the worker that nobody waits for this request any more. */
  cancel: (item: number) => void
  /** When the worker last said that it still reads the requests. */
  preparingAt?: number
}

export class Roster {
  /** What each has in hand, the oldest first; only of those that have something. */
  readonly #working = new Map<Runner, [Batch, ...Batch[]]>()
  /** The one that was busy last is at the end: its caches are warm. */
  readonly #free: Runner[] = []

  get size(): number {
    return this.#free.length + this.#working.size
  }

  get busy(): number {
    return this.#working.size
  }

  add(runner: Runner): void {
    this.#free.push(runner)
  }

  remove(runner: Runner): void {
    this.#working.delete(runner)
    const index = this.#free.indexOf(runner)
    if (index !== -1) this.#free.splice(index, 1)
  }

  get free(): Runner | undefined {
    return this.#free.at(-1)
  }

  /** Workers with something in hand: what each runs, and what it prepares meanwhile. */
  get working(): ReadonlyMap<Runner, readonly [Batch, ...Batch[]]> {
    return this.#working
  }

  /** Requests that a worker has but that wait for what it runs. */
  get prepared(): number {
    let sum = 0
    for (const [, second] of this.#working.values()) sum += second?.entries.length ?? 0
    return sum
  }

  /** What the worker runs, and what it prepares. */
  inHand(runner: Runner): readonly Batch[] {
    return this.#working.get(runner) ?? []
  }

  give(runner: Runner, batch: Batch): void {
    const index = this.#free.indexOf(runner)
    if (index === -1) {
      this.#working.get(runner)?.push(batch)
      return
    }
    this.#free.splice(index, 1)
    this.#working.set(runner, [batch])
  }

  /** The worker has answered. Returns the next batch that it has in hand and now begins with, if any. */
  done(runner: Runner, batch: Batch, now: number): Batch | undefined {
    const inHand = this.#working.get(runner)
    const index = inHand?.indexOf(batch) ?? -1
    // A worker that has gone, or a batch that it never had.
    if (inHand === undefined || index === -1) return undefined
    inHand.splice(index, 1)
    const next = inHand.at(0)
    if (next === undefined) {
      this.#free.push(runner)
      this.#working.delete(runner)
    } else next.startedAt = now
    return next
  }
}
