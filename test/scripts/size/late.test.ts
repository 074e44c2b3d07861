import t from 'tap'
import { boundsOf, clusteringOf, p99Interval, quantile } from '../../../scripts/size/late.ts'
import { randomNumbers } from '../../../src/worker/engine/fill.ts'

t.test('how many late requests show something, by the binomial distribution', async (t) => {
  // 0.99 ** 298 is above 0.05, and 0.99 ** 299 below it.
  t.match(boundsOf(298), { held: -1 })
  t.match(boundsOf(299), { held: 0 })
  t.strictSame(boundsOf(1), { held: -1, over: 1 })
  // P(at most 4 of 1000) is 0.029, P(at most 5) 0.066; P(16 or more) is 0.048, P(15 or more) 0.082.
  t.strictSame(boundsOf(1000), { held: 4, over: 16 })
  t.match(boundsOf(200_000), { held: 1926, over: 2074 }, 'no number is too small for it')
  t.ok((boundsOf(1000, 0.01).held as number) < 4, 'surer with fewer')
})

t.test('p99 lies within its interval, with 95 % each way', async (t) => {
  const random = randomNumbers(7)
  const p99 = Math.log(100)
  let below = 0
  let above = 0
  const TIMES = 2000
  for (let time = 0; time < TIMES; time += 1) {
    const values = Float64Array.from({ length: 800 }, () => -Math.log(1 - random())).sort()
    const { low, high } = p99Interval(values)
    if (p99 < low) below += 1
    if (p99 > high) above += 1
  }
  t.ok(below / TIMES < 0.06, `${below} of ${TIMES} begin above it`)
  t.ok(above / TIMES < 0.06, `${above} of ${TIMES} end below it`)
  t.ok((below + above) / TIMES > 0.04, 'and is no longer than that takes')
})

t.test('too few values have no upper end', async (t) => {
  t.match(p99Interval(Float64Array.of(1, 2, 3)), { high: Number.POSITIVE_INFINITY })
  t.match(p99Interval(new Float64Array(0)), { low: 0, high: Number.POSITIVE_INFINITY })
  t.equal(quantile(Float64Array.of(1, 2, 3, 4), 0.5), 2)
  t.ok(Number.isNaN(quantile(new Float64Array(0), 0.5)))
})

t.test('requests that are late together count for less', async (t) => {
  const random = randomNumbers(3)
  const alone = Array.from({ length: 10_000 }, () => random() < 0.01)
  t.ok(clusteringOf(alone) < 2, `${clusteringOf(alone)}`)
  const together = alone.map((_, at) => at >= 4_200 && at < 4_300)
  t.ok(clusteringOf(together) > 50, `${clusteringOf(together)}`)
  t.equal(clusteringOf([true, false]), 1)
  t.equal(clusteringOf([]), 1)
})
