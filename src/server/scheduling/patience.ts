/**
 * How long clients wait before they hang up, as those who did have shown. A request that would wait longer is refused at once:
 * admitted, it would be computed for nobody, in place of one whose client is still there.
 *
 * Waits are counted in ranges, and forgotten slowly. Of those who wait as long as a range begins, a part leaves within it; the
 * product over the ranges says how many are left after each (Kaplan and Meier 1958). So one who was answered in good time counts
 * as one who might have waited longer, and a few who leave early do not speak for the others.
 */

/** Ranges of waiting, each √2 times as long as the one before. */
const FIRST_MS = 10
const RANGES = 40

/** Clients wait until half of them have left. */
const STILL_THERE = 0.5

/**
 * Those who leave in the same moment may all be one program that ends, with its pool of connections: a load test, a rollout of a
 * client. Fewer moments than this, after forgetting, prove nothing.
 */
const MOMENT_MS = 100
const LEAST_MOMENTS = 20

/** No client is taken for less patient: a wait like this comes of chance, without overload. */
const LEAST_MS = 200

/** Half of what was seen is forgotten in this time. */
const HALF_LIFE_MS = 60_000
const FORGET_EVERY_MS = 1000

const rangeOf = (milliseconds: number): number =>
  Math.min(RANGES - 1, Math.max(0, Math.floor(2 * Math.log2(milliseconds / FIRST_MS))))

const beginOf = (range: number): number => FIRST_MS * 2 ** (range / 2)

export class Patience {
  /** Requests that ended after a wait of each range: those whose clients left, and all. */
  readonly #left = new Float64Array(RANGES)
  readonly #ended = new Float64Array(RANGES)
  /** Moments in which clients left, each counted in the range of the first who did. */
  readonly #moments = new Float64Array(RANGES)
  #momentAt = Number.NEGATIVE_INFINITY
  #forgotAt = 0
  #limitMs = Number.POSITIVE_INFINITY
  #isCurrent = true

  /** Milliseconds after which half of those who waited had left; Infinity if hardly any do. */
  limitMs(now: number): number {
    this.#forget(now)
    if (!this.#isCurrent) this.#limitMs = this.#estimate()
    this.#isCurrent = true
    return this.#limitMs
  }

  /** A request has ended `waitedMs` after it was admitted: by its reply, or because its client left. */
  note(waitedMs: number, left: boolean, now: number): void {
    this.#forget(now)
    const range = rangeOf(waitedMs)
    this.#ended[range] = (this.#ended[range] as number) + 1
    if (!left) return
    this.#left[range] = (this.#left[range] as number) + 1
    this.#isCurrent = false
    if (now - this.#momentAt < MOMENT_MS) return
    this.#momentAt = now
    this.#moments[range] = (this.#moments[range] as number) + 1
  }

  #forget(now: number): void {
    const elapsed = now - this.#forgotAt
    if (elapsed < FORGET_EVERY_MS) return
    this.#forgotAt = now
    const kept = 0.5 ** (elapsed / HALF_LIFE_MS)
    for (const counts of [this.#left, this.#ended, this.#moments])
      for (let range = 0; range < RANGES; range++) counts[range] = (counts[range] as number) * kept
    this.#isCurrent = false
  }

  #estimate(): number {
    let waiting = this.#ended.reduce((sum, count) => sum + count, 0)
    let moments = 0
    let there = 1
    for (let range = 0; range < RANGES; range++) {
      const left = this.#left[range] as number
      moments += this.#moments[range] as number
      if (waiting > 0) there *= 1 - left / waiting
      if (there < STILL_THERE && moments >= LEAST_MOMENTS) return Math.max(LEAST_MS, beginOf(range))
      waiting -= this.#ended[range] as number
    }
    return Number.POSITIVE_INFINITY
  }
}
