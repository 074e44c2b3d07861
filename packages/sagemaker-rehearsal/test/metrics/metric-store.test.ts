/** Statistics of samples. */

import t from 'tap'
import { createManualClock } from '../../src/clock.ts'
import { createMetrics, points } from '../../src/metrics/metric-store.ts'

t.test('samples are gathered by the minute and read by any period', async (t) => {
  const clock = createManualClock(0)
  const metrics = createMetrics(clock)
  const put = (value: number) => metrics.record('n', 'm', { a: '1', b: '2' }, value)
  for (const value of [1, 2, 3]) put(value)
  await clock.advance(60_000)
  put(10)
  // The order of dimensions does not matter.
  const metric = metrics.find('n', 'm', { b: '2', a: '1' })
  const read = (name: string, periodMs: number) => points(metric, name, periodMs, 0, 120_000)
  t.strictSame(read('Sum', 60_000), [
    { timestamp: 0, value: 6 },
    { timestamp: 60_000, value: 10 },
  ])
  t.strictSame(read('Average', 120_000), [{ timestamp: 0, value: 4 }])
  t.strictSame(
    ['Minimum', 'Maximum', 'SampleCount', 'p50', 'p99'].map((name) => read(name, 120_000)[0]?.value),
    [1, 10, 4, 2, 10],
  )
  t.strictSame(points(metric, 'Sum', 60_000, 0, 60_000), [{ timestamp: 0, value: 6 }], 'the end is excluded')
})

t.test('memory is bounded', async (t) => {
  const clock = createManualClock(0)
  const metrics = createMetrics(clock)
  for (let at = 0; at < 3000; at++) metrics.put('n', 'm', {}, { value: at }, at * 60_000)
  for (let sample = 0; sample < 5000; sample++) metrics.put('n', 'm', {}, { value: 1 }, 9e12)
  const metric = metrics.find('n', 'm', {})
  t.equal(metric?.buckets.size, 1440)
  t.equal(metric?.buckets.get(9e12)?.samples.length, 2000)
  t.equal(metric?.buckets.get(9e12)?.count, 5000, 'counts and sums are exact')
})
