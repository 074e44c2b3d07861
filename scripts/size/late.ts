/** How many of n requests may be late before a percentile is missed, said with confidence by the order of what was measured. */

/** The share that may be late: the rest of p99. */
export const LATE_SHARE = 0.01

/** A statement is wrong in at most so many of all measurements. */
export const ERROR = 0.05

export type Bounds = {
  /** No more late than this shows that the percentile is within its limit; -1 if n are too few to show it. */
  held: number
  /** So many late, or more, show that it is not. */
  over: number
}

/**
 * By the binomial distribution: of n requests, each late with the probability LATE_SHARE whatever becomes of the others, so few or
 * so many would be late in `error` of all measurements at most. The percentile lies, with as much each way, between the values of
 * these ranks from the top (David and Nagaraja, Order Statistics, 7.1).
 * @param n 1 or more
 */
export const boundsOf = (n: number, error = ERROR): Bounds => {
  const share = LATE_SHARE
  const odds = Math.log(share / (1 - share))
  let logarithm = n * Math.log(1 - share)
  let below = 0
  let held = -1
  for (let late = 0; late <= n; late += 1) {
    // P(fewer than `late`) is `below`.
    if (1 - below <= error) return { held, over: late }
    below += Math.exp(logarithm)
    if (below <= error) held = late
    logarithm += Math.log((n - late) / (late + 1)) + odds
  }
  return { held, over: n + 1 }
}

/** Nearest-rank quantile of values in ascending order; NaN of none. */
export const quantile = (sorted: Float64Array, q: number): number =>
  sorted[Math.max(0, Math.ceil(q * sorted.length) - 1)] ?? Number.NaN

/** Between which values p99 lies, with 95 % each way; `high` is Infinity where there are too few to say. */
export const p99Interval = (sorted: Float64Array): { low: number; high: number } => {
  const { held, over } = boundsOf(Math.max(1, sorted.length))
  return {
    low: sorted[sorted.length - over] ?? 0,
    high:
      held < 0 ? Number.POSITIVE_INFINITY : (sorted[sorted.length - 1 - held] ?? Number.POSITIVE_INFINITY),
  }
}

/** Parts of a step, between which it shows whether late requests come together. */
const BLOCKS = 20

/**
 * How many times as much the number of late requests varies as if each were late by itself: requests that wait in one queue are
 * late together, and so many of them say no more than one (the design effect of cluster sampling). At least 1.
 * @param isLate of each request, in the order in which they were due
 */
export const clusteringOf = (isLate: readonly boolean[]): number => {
  const late = isLate.filter(Boolean).length
  if (late < 2) return 1
  const size = isLate.length / BLOCKS
  const blocks = new Array<number>(BLOCKS).fill(0)
  for (const [at, each] of isLate.entries())
    if (each) blocks[Math.floor(at / size)] = (blocks[Math.floor(at / size)] ?? 0) + 1
  const mean = late / BLOCKS
  const variance = blocks.reduce((sum, count) => sum + (count - mean) ** 2, 0) / (BLOCKS - 1)
  return Math.max(1, variance / (mean * (1 - late / isLate.length) || 1))
}
