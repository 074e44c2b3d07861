import t from 'tap'
import { sampleRatio } from '../../../scripts/traffic/sample-ratio.ts'

t.test('the statistic is the sum of squared differences over what was expected', async (t) => {
  // Expected 90 and 10: (85 − 90)² / 90 + (15 − 10)² / 10.
  const found = sampleRatio({ primary: 85, challenger: 15 }, { primary: 9, challenger: 1 })
  t.match(found, { degreesOfFreedom: 1, mismatch: false })
  t.ok(Math.abs((found?.chiSquare ?? 0) - (25 / 90 + 25 / 10)) < 1e-12)
})

t.test('a split that chance does not explain is a mismatch', async (t) => {
  t.match(sampleRatio({ a: 5000, b: 5000 }, { a: 1, b: 1 }), { chiSquare: 0, mismatch: false })
  t.match(sampleRatio({ a: 5200, b: 4800 }, { a: 1, b: 1 }), { chiSquare: 16, mismatch: true })
  // The same number is none with more variants to spread it on.
  t.match(sampleRatio({ a: 5200, b: 4800, c: 5000, d: 5000 }, { a: 1, b: 1, c: 1, d: 1 }), {
    chiSquare: 16,
    degreesOfFreedom: 3,
    mismatch: false,
  })
  t.match(sampleRatio({ a: 10_000 }, { a: 1, b: 1 }), { chiSquare: 10_000, mismatch: true })
})

t.test('it says nothing of too few users or of one variant', async (t) => {
  t.equal(sampleRatio({}, { a: 1, b: 1 }), undefined)
  t.equal(sampleRatio({ a: 40, b: 0 }, { a: 9, b: 1 }), undefined)
  t.equal(sampleRatio({ a: 1000 }, { a: 1 }), undefined)
  t.equal(sampleRatio({ a: 1000, b: 3 }, { a: 1, b: 0 }), undefined)
})
