/** CloudWatch's memory of metrics: samples gathered by second, minute or whatever their writer rounds to. */

import type { Clock } from '../clock.ts'

export type Dimensions = Record<string, string>

/** All samples with one timestamp. */
export type Bucket = {
  sum: number
  count: number
  min: number
  max: number
  /** For percentiles: all samples, or as many as are worth keeping. */
  samples: number[]
}

export type Metric = { namespace: string; name: string; dimensions: Dimensions; buckets: Map<number, Bucket> }

/** Timestamps kept of a metric: a day of minutes. */
const MOST_BUCKETS = 1440

/** Samples kept of a bucket; beyond, each new one takes the place of a random old one. */
const MOST_SAMPLES = 2000

const MOST_METRICS = 10_000

/** SageMaker publishes by the minute. */
export const MINUTE_MS = 60_000

export const keyOf = (namespace: string, name: string, dimensions: Dimensions): string =>
  JSON.stringify([namespace, name, Object.entries(dimensions).sort(([a], [b]) => (a < b ? -1 : 1))])

const emptyBucket = (): Bucket => ({
  sum: 0,
  count: 0,
  min: Number.POSITIVE_INFINITY,
  max: Number.NEGATIVE_INFINITY,
  samples: [],
})

export type Sample = { value: number; count?: number; sum?: number; min?: number; max?: number }

export type Metrics = ReturnType<typeof createMetrics>

export const createMetrics = (clock: Clock) => {
  const metrics = new Map<string, Metric>()

  const metricOf = (namespace: string, name: string, dimensions: Dimensions): Metric | undefined => {
    const key = keyOf(namespace, name, dimensions)
    const known = metrics.get(key)
    if (known !== undefined || metrics.size >= MOST_METRICS) return known
    const metric = { namespace, name, dimensions, buckets: new Map() }
    metrics.set(key, metric)
    return metric
  }

  /** Adds samples to the bucket at a timestamp. */
  const put = (
    namespace: string,
    name: string,
    dimensions: Dimensions,
    { value, count = 1, sum = value * count, min = value, max = value }: Sample,
    timestamp: number,
  ): void => {
    const metric = metricOf(namespace, name, dimensions)
    if (metric === undefined) return
    const bucket = metric.buckets.get(timestamp) ?? emptyBucket()
    metric.buckets.set(timestamp, bucket)
    bucket.sum += sum
    bucket.count += count
    bucket.min = Math.min(bucket.min, min)
    bucket.max = Math.max(bucket.max, max)
    if (bucket.samples.length < MOST_SAMPLES) bucket.samples.push(value)
    else bucket.samples[Math.floor(Math.random() * MOST_SAMPLES)] = value
    if (metric.buckets.size > MOST_BUCKETS) metric.buckets.delete(Math.min(...metric.buckets.keys()))
  }

  return {
    all: () => [...metrics.values()],
    find: (namespace: string, name: string, dimensions: Dimensions) =>
      metrics.get(keyOf(namespace, name, dimensions)),
    put,
    /** A sample of now, by the minute. */
    record: (namespace: string, name: string, dimensions: Dimensions, value: number) =>
      put(namespace, name, dimensions, { value }, Math.floor(clock.now() / MINUTE_MS) * MINUTE_MS),
  }
}

/** One number of many samples: `Average`, `Sum`, `p99`, … */
export const statistic = (buckets: readonly Bucket[], name: string): number => {
  const total = { ...emptyBucket() }
  const samples: number[] = []
  for (const { sum, count, min, max, samples: some } of buckets) {
    total.sum += sum
    total.count += count
    total.min = Math.min(total.min, min)
    total.max = Math.max(total.max, max)
    for (const sample of some) samples.push(sample)
  }
  switch (name) {
    case 'Average':
      return total.sum / total.count
    case 'Sum':
      return total.sum
    case 'Minimum':
      return total.min
    case 'Maximum':
      return total.max
    case 'SampleCount':
      return total.count
    default: {
      // pNN: the nearest rank.
      const rank = Number(name.slice(1)) / 100
      samples.sort((a, b) => a - b)
      return samples[
        Math.min(samples.length - 1, Math.max(0, Math.ceil(rank * samples.length) - 1))
      ] as number
    }
  }
}

export type Point = { timestamp: number; value: number }

/** Points of a metric from `start` (inclusive) to `end` (exclusive), gathered by period, oldest first. */
export const points = (
  metric: Metric | undefined,
  name: string,
  periodMs: number,
  start: number,
  end: number,
): Point[] => {
  const periods = new Map<number, Bucket[]>()
  for (const [timestamp, bucket] of metric?.buckets ?? []) {
    if (timestamp < start || timestamp >= end) continue
    const at = start + Math.floor((timestamp - start) / periodMs) * periodMs
    periods.set(at, [...(periods.get(at) ?? []), bucket])
  }
  return [...periods]
    .sort(([a], [b]) => a - b)
    .map(([timestamp, buckets]) => ({ timestamp, value: statistic(buckets, name) }))
}
