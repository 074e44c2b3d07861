/** Expressions of metric math. */

import t from 'tap'
import { evaluateExpression, type Series } from '../../src/metrics/metric-math.ts'

const SERIES: Record<string, Series> = {
  errors: new Map([
    [0, 1],
    [60, 6],
    [120, 0],
  ]),
  all: new Map([
    [0, 10],
    [60, 60],
    [120, 0],
    [180, 5],
  ]),
}

const evaluate = (expression: string): unknown => {
  const value = evaluateExpression(expression, {
    get: (id) => SERIES[id],
    metrics: () => Object.values(SERIES),
    timestamps: [0, 60, 120, 180],
  })
  return value instanceof Map ? Object.fromEntries(value) : value
}

const CASES: [expression: string, value: unknown][] = [
  ['1 + 2 * 3', 7],
  ['(1 + 2) * 3', 9],
  ['-2 ^ 2', -4],
  ['10 - 3 - 2', 5],
  ['1.5e1 / .5', 30],
  ['1 < 2 && 2 < 1 || 3 >= 3', 1],
  ['1 == 1 AND NOTHING', Error],
  // Only where both have a value, and never NaN.
  ['errors / all', { 0: 0.1, 60: 0.1 }],
  ['100 * errors / all', { 0: 10, 60: 10 }],
  // The guard against few requests, as in a rollback alarm.
  ['IF(all > 20, errors / all, 0)', { 0: 0, 60: 0.1 }],
  ['IF(all > 20, 1, 0)', { 0: 0, 60: 1, 120: 0, 180: 0 }],
  ['FILL(errors, 0)', { 0: 1, 60: 6, 120: 0, 180: 0 }],
  ['FILL(errors, REPEAT)', { 0: 1, 60: 6, 120: 0, 180: 0 }],
  ['SUM([errors, all])', { 0: 11, 60: 66, 120: 0, 180: 5 }],
  ['MAX(METRICS())', { 0: 10, 60: 60, 120: 0, 180: 5 }],
  ['AVG(errors)', 7 / 3],
  ['ABS(0 - errors)', { 0: 1, 60: 6, 120: 0 }],
]

for (const [expression, value] of CASES)
  t.test(expression, async (t) => {
    if (value === Error) t.throws(() => evaluate(expression), { code: 'ValidationError' })
    else t.strictSame(evaluate(expression), value)
  })

const BAD = [
  '',
  '1 +',
  '(1',
  '1)',
  'unknown',
  'SQRT(errors)',
  '1 $ 2',
  'IF(1, 2)',
  '[errors, all]',
  'FILL(1, 0)',
]

for (const expression of [...BAD, '('.repeat(2000), '-'.repeat(2040)])
  t.test(`refused: ${expression.slice(0, 30)}`, async (t) => {
    t.throws(() => evaluate(expression), { code: 'ValidationError' })
  })
