/** Medians and their spread, of measurements that were taken in turns. */

export type Spread = { median: number; least: number; most: number }

/** Nearest-rank quantile, 0 ≤ q ≤ 1. */
export const quantile = (values: readonly number[], q: number): number => {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.max(0, Math.ceil(q * sorted.length) - 1))] ?? Number.NaN
}

export const spread = (values: readonly number[]): Spread => ({
  median: quantile(values, 0.5),
  least: Math.min(...values),
  most: Math.max(...values),
})

/**
 * Measures the subjects in turns, A B A B …, so that whatever else the machine does meets all of them alike.
 * The first round is for warming up and does not count.
 */
export const interleave = async <K extends string>(
  rounds: number,
  subjects: Record<K, () => Promise<number>>,
): Promise<Record<K, number[]>> => {
  const entries = Object.entries(subjects) as [K, () => Promise<number>][]
  const values = Object.fromEntries(entries.map(([name]) => [name, [] as number[]])) as Record<K, number[]>
  for (let round = 0; round <= rounds; round += 1) {
    for (const [name, measure] of entries) {
      const value = await measure()
      if (round > 0) values[name].push(value)
    }
  }
  return values
}

/** Round by round a ÷ b: what both met in the same round cancels out. */
export const ratios = (a: readonly number[], b: readonly number[]): number[] =>
  a.map((value, index) => value / (b[index] ?? Number.NaN))
