/** The numbers are SciPy 1.17's and statsmodels 0.14's, by the calls beside them. */

import t from 'tap'
import { compare, holm } from '../../../scripts/experiment/compare.ts'
import {
  chiSquareTail,
  normalQuantile,
  normalTails,
  studentQuantile,
  studentTails,
} from '../../../scripts/experiment/distributions.ts'
import { estimate, intervalOf, type Unit } from '../../../scripts/experiment/estimate.ts'
import { simulate } from '../../../scripts/experiment/simulate.ts'

const near = (actual: number | undefined, expected: number) =>
  actual !== undefined && Math.abs(actual - expected) <= 1e-9 * Math.max(1e-6, Math.abs(expected))

t.test('tails and quantiles are those of SciPy', async (t) => {
  const cases: [string, number, number][] = [
    ['2*t.sf(0.1, 1)', studentTails(0.1, 1), 0.936548965138893],
    ['2*t.sf(1.96, 1)', studentTails(1.96, 1), 0.3003428917760331],
    ['2*t.sf(10, 1)', studentTails(10, 1), 0.06345103486110713],
    ['2*t.sf(0.1, 3)', studentTails(0.1, 3), 0.9266523488008059],
    ['2*t.sf(1.96, 3)', studentTails(1.96, 3), 0.14485220856485365],
    ['2*t.sf(10, 3)', studentTails(10, 3), 0.0021283990584141503],
    ['2*t.sf(0.1, 5.5)', studentTails(0.1, 5.5), 0.9238885611430917],
    ['2*t.sf(1.96, 5.5)', studentTails(1.96, 5.5), 0.10206162468246861],
    ['2*t.sf(10, 5.5)', studentTails(10, 5.5), 9.832412780888311e-5],
    ['2*t.sf(0.1, 30)', studentTails(0.1, 30), 0.9210096117902712],
    ['2*t.sf(1.96, 30)', studentTails(1.96, 30), 0.05934231289605049],
    ['2*t.sf(10, 30)', studentTails(10, 30), 4.575251408229618e-11],
    ['2*t.sf(0.1, 1000)', studentTails(0.1, 1000), 0.9203643690236041],
    ['2*t.sf(1.96, 1000)', studentTails(1.96, 1000), 0.050273184955748736],
    ['2*t.sf(10, 1000)', studentTails(10, 1000), 1.6670702958600137e-22],
    ['2*t.sf(0.1, 1e+06)', studentTails(0.1, 1_000_000), 0.9203443454920432],
    ['2*t.sf(1.96, 1e+06)', studentTails(1.96, 1_000_000), 0.04999606758526985],
    ['2*t.sf(10, 1e+06)', studentTails(10, 1_000_000), 1.527861076817818e-23],
    ['chi2.sf(0.01, 1)', chiSquareTail(0.01, 1), 0.920344325445942],
    ['chi2.sf(3.84, 1)', chiSquareTail(3.84, 1), 0.05004352124870519],
    ['chi2.sf(10.828, 1)', chiSquareTail(10.828, 1), 0.0009997657195830916],
    ['chi2.sf(50, 1)', chiSquareTail(50, 1), 1.537459794428033e-12],
    ['chi2.sf(200, 1)', chiSquareTail(200, 1), 2.0884875837625688e-45],
    ['chi2.sf(0.01, 2)', chiSquareTail(0.01, 2), 0.9950124791926823],
    ['chi2.sf(3.84, 2)', chiSquareTail(3.84, 2), 0.14660696213035013],
    ['chi2.sf(10.828, 2)', chiSquareTail(10.828, 2), 0.004453789375974795],
    ['chi2.sf(50, 2)', chiSquareTail(50, 2), 1.3887943864964e-11],
    ['chi2.sf(200, 2)', chiSquareTail(200, 2), 3.7200759760208177e-44],
    ['chi2.sf(0.01, 9)', chiSquareTail(0.01, 9), 0.9999999999991591],
    ['chi2.sf(3.84, 9)', chiSquareTail(3.84, 9), 0.9216240561764936],
    ['chi2.sf(10.828, 9)', chiSquareTail(10.828, 9), 0.2876832201007043],
    ['chi2.sf(50, 9)', chiSquareTail(50, 9), 1.0772382022574693e-7],
    ['chi2.sf(200, 9)', chiSquareTail(200, 9), 3.312992393909567e-38],
    ['chi2.sf(0.01, 40)', chiSquareTail(0.01, 40), 1.0],
    ['chi2.sf(3.84, 40)', chiSquareTail(3.84, 40), 0.9999999999999692],
    ['chi2.sf(10.828, 40)', chiSquareTail(10.828, 40), 0.9999988512400148],
    ['chi2.sf(50, 40)', chiSquareTail(50, 40), 0.1335748340856504],
    ['chi2.sf(200, 40)', chiSquareTail(200, 40), 3.764893576001532e-23],
    ['2*norm.sf(0)', normalTails(0), 1.0],
    ['2*norm.sf(0.5)', normalTails(0.5), 0.6170750774519738],
    ['2*norm.sf(1.96)', normalTails(1.96), 0.04999579029644087],
    ['2*norm.sf(8)', normalTails(8), 1.244192114854348e-15],
    ['norm.isf(0.05/2)', normalQuantile(0.05), 1.9599639845400545],
    ['t.isf(0.05/2, 1)', studentQuantile(0.05, 1), 12.706204736174705],
    ['t.isf(0.05/2, 4)', studentQuantile(0.05, 4), 2.7764451051977943],
    ['t.isf(0.05/2, 100000)', studentQuantile(0.05, 100000), 1.95998770753461],
    ['norm.isf(0.001/2)', normalQuantile(0.001), 3.2905267314918945],
    ['t.isf(0.001/2, 1)', studentQuantile(0.001, 1), 636.6192487687196],
    ['t.isf(0.001/2, 4)', studentQuantile(0.001, 4), 8.610301581379275],
    ['t.isf(0.001/2, 100000)', studentQuantile(0.001, 100000), 3.290624031411883],
    ['norm.isf(0.4/2)', normalQuantile(0.4), 0.8416212335729142],
    ['t.isf(0.4/2, 1)', studentQuantile(0.4, 1), 1.3763819204711736],
    ['t.isf(0.4/2, 4)', studentQuantile(0.4, 4), 0.9409645772351811],
    ['t.isf(0.4/2, 100000)', studentQuantile(0.4, 100000), 0.8416248279969006],
  ]
  for (const [call, actual, expected] of cases) t.ok(near(actual, expected), `${call}: ${actual}`)
})

const rate = (ones: number, users: number): Unit[] =>
  Array.from({ length: users }, (_, at) => ({ n: 1, y: at < ones ? 1 : 0 }))
const mean = (values: number[]): Unit[] => values.map((y) => ({ n: 1, y }))

t.test('rates: Newcombe, Wilson, Katz and the pooled z test are those of statsmodels', async (t) => {
  // confint_proportions_2indep(x1, n1, x0, n0, method='newcomb'), proportions_ztest([x1, x0], [n1, n0]), proportion_confint(x0, n0, method='wilson')
  for (const [x1, n1, x0, n0, low, high, p, wilsonLow, wilsonHigh] of [
    [
      120, 1000, 100, 1000, -0.007492167515211062, 0.047550667456339055, 0.1529177818639462,
      0.08290944359309571, 0.1201519631953484,
    ],
    [
      12, 4031, 5, 15969, 0.0013232785833423794, 0.004890607227029428, 2.151596201229147e-7,
      0.00013374762377889527, 0.0007328144626462753,
    ],
    [
      0, 50, 3, 60, -0.1370051647634852, 0.02854702483316282, 0.10890129793272194, 0.017149502164395668,
      0.1370051647634852,
    ],
    [
      499, 500, 480, 500, 0.02125933101922766, 0.05903815300777609, 2.7849714838996526e-5, 0.9390264041651492,
      0.9739592026102227,
    ],
  ] as const) {
    const control = estimate(rate(x0, n0))
    const comparison = compare(control, estimate(rate(x1, n1)))
    const interval = intervalOf(control, true)
    const found = [
      comparison?.difference.low,
      comparison?.difference.high,
      comparison?.pValue,
      interval.low,
      interval.high,
    ]
    for (const [at, expected] of [low, high, p, wilsonLow, wilsonHigh].entries())
      t.ok(near(found[at], expected), `${x1}/${n1} and ${x0}/${n0}: ${found[at]} is ${expected}`)
  }
  // confint_proportions_2indep(…, compare='ratio', method='log') divides by n where we do by n - 1.
  const { relative } = compare(estimate(rate(100, 1000)), estimate(rate(120, 1000))) ?? {}
  t.ok(Math.abs((relative?.low ?? 0) - (0.9341057510629938 - 1)) < 1e-3)
  t.ok(Math.abs((relative?.high ?? 0) - (1.541581344897308 - 1)) < 1e-3)
  t.equal(compare(estimate(rate(0, 60)), estimate(rate(3, 50)))?.relative, null, 'nothing is a share of 0')
})

t.test('means: Welch is that of SciPy and statsmodels', async (t) => {
  // ttest_ind(b, a, equal_var=False), CompareMeans(…).tconfint_diff(usevar='unequal')
  const comparison = compare(
    estimate(mean([1.5, 2, 9, 4, 4.5, 7, 0.5, 3])),
    estimate(mean([2, 2.5, 11, 3, 8, 6, 5])),
  )
  t.ok(near(comparison?.pValue, 0.39250029165987516))
  t.ok(near(comparison?.difference.low, -2.0654490522756412))
  t.ok(near(comparison?.difference.high, 4.904734766561354))
})

t.test('several outcomes of a user are not as many users', async (t) => {
  const units = Array.from({ length: 40 }, (_, at) => ({ n: 1 + (at % 5), y: (1 + (at % 5)) * (at % 2) }))
  // By hand: R = Σy / Σn; its variance is that of y - R n over the users, divided by the mean of n.
  const { value, variance, outcomes } = estimate(units)
  t.equal(outcomes, 120)
  t.equal(value, 0.5)
  const parts = units.map(({ n, y }) => (y - 0.5 * n) / 3)
  t.ok(near(variance, parts.reduce((sum, part) => sum + part ** 2, 0) / 39 / 40))
  const once = estimate(units.map(({ n, y }) => ({ n: 10 * n, y: 10 * y })))
  t.ok(near(once.variance, variance), 'ten times the requests of the same users are no more evidence')
})

t.test('Holm is that of statsmodels', async (t) => {
  const adjusted = holm([0.01, 0.04, 0.03, 0.2])
  for (const [at, expected] of [0.04, 0.09, 0.09, 0.2].entries()) t.ok(near(adjusted[at], expected))
  t.strictSame(holm([]), [])
  t.strictSame(holm([0.9, 0.8]), [1, 1])
})

t.test('users without a spread, and too few of them, give no nonsense', async (t) => {
  t.equal(compare(estimate(rate(0, 1)), estimate(rate(1, 100))), undefined)
  t.match(compare(estimate(rate(0, 10)), estimate(rate(0, 10))), { pValue: 1, relative: null })
  t.match(compare(estimate(mean([2, 2, 2])), estimate(mean([2, 2, 2]))), {
    pValue: 1,
    difference: { value: 0 },
  })
})

/** Four standard errors of a share of a thousand: a seed that is not made for it passes. */
const within = (share: number, expected: number) =>
  Math.abs(share - expected) <= 4 * Math.sqrt((expected * (1 - expected)) / 1000)

const COMMON = { users: 600, experiments: 1000 } as const

t.test('where there is no effect, one of 20 experiments errs, and the split hardly ever', async (t) => {
  for (const [seed, world] of (['rate', 'mean', 'ratio'] as const).entries()) {
    const { found, covered, mismatched, foundByRequests } = simulate({ ...COMMON, world, effect: 0, seed })
    t.ok(within(found, 0.05), `${world}: ${found} found`)
    t.ok(within(covered, 0.95), `${world}: ${covered} covered`)
    t.ok(mismatched <= 0.005, `${world}: ${mismatched} with a mismatch`)
    if (world === 'ratio') t.ok(foundByRequests > 0.1, `as requests it would be ${foundByRequests}`)
  }
})

t.test('an effect that is there is found, and the interval has it', async (t) => {
  for (const [world, effect] of [
    ['rate', 0.12],
    ['mean', 4],
    ['ratio', 0.1],
  ] as const) {
    const { found, covered } = simulate({ ...COMMON, world, effect, seed: 7 })
    t.ok(found > 0.9, `${world}: ${found} found`)
    t.ok(within(covered, 0.95), `${world}: ${covered} covered`)
  }
  const { mismatched } = simulate({
    ...COMMON,
    users: 6000,
    experiments: 100,
    world: 'rate',
    effect: 0,
    lost: 0.2,
    seed: 3,
  })
  t.ok(mismatched > 0.9, `${mismatched} of the splits that lose a fifth of a variant are noticed`)
})

t.test('who looks ten times errs more often', async (t) => {
  const { foundByPeeking } = simulate({ ...COMMON, world: 'rate', effect: 0, seed: 1, peeks: true })
  t.ok(foundByPeeking > 0.12, `${foundByPeeking}`)
})
