import t from 'tap'
import { isGood, type Limits, pointOf, poolVerdict, type Sample } from '../../../scripts/size/point.ts'

const LIMITS: Limits = { p99Ms: 100, errorShare: 0.005 }

/** One request every 10 ms; `of` says what becomes of each. */
const point = (seconds: number, of: (at: number) => Partial<Sample> = () => ({}), cutShort = false) =>
  pointOf(
    Array.from({ length: seconds * 100 }, (_, at) => ({
      due: at * 10,
      sent: at * 10,
      done: at * 10 + 20,
      status: 200,
      ...of(at),
    })),
    { perSecond: 100, seconds, cutShort, generatorCpu: 0.1 },
    LIMITS,
  )

t.test('the first fifth does not count', async (t) => {
  const { sent, counted, late, verdict } = point(10, (at) => (at < 200 ? { done: at * 10 + 500 } : {}))
  t.strictSame({ sent, counted, late, verdict }, { sent: 1000, counted: 800, late: 0, verdict: 'held' })
})

t.test('latency counts from when a request was due, concurrency from when it was sent', async (t) => {
  const found = point(10, (at) => ({ sent: at * 10 + 30, done: at * 10 + 50 }))
  t.equal(found.p50Ms, 50)
  t.equal(found.p99Ms, 50)
  t.equal(found.generatorLateMs, 30)
  t.equal(found.generatorIsLimit, true)
  // 20 ms at 100 requests a second.
  t.ok(Math.abs(found.concurrency - 2) < 0.02, `${found.concurrency}`)
  t.equal(point(10).generatorIsLimit, false)
})

t.test('a reply that is no answer is late however quick it was', async (t) => {
  const { late, errors, statuses, p99Ms, verdict } = point(10, (at) => (at % 10 === 0 ? { status: 503 } : {}))
  t.strictSame(
    { late, errors, statuses, p99Ms, verdict },
    {
      late: 80,
      errors: 80,
      statuses: { 200: 900, 503: 100 },
      p99Ms: Number.POSITIVE_INFINITY,
      verdict: 'over',
    },
  )
})

t.test('more errors than are allowed are too many, one alone is none', async (t) => {
  const failing = (every: number) => point(10, (at) => (at % every === 1 ? { status: 500 } : {}))
  t.equal(failing(999).errors, 0)
  t.match(failing(500), { errors: 1, verdict: 'held' })
  // 6 of 800 are 0.75 %, and fewer than 1 %.
  t.match(failing(140), { errors: 6, verdict: 'over' })
})

t.test('a step that was cut short is not held', async (t) => {
  t.match(point(10, undefined, true), { verdict: 'over' })
  t.equal(isGood(point(10, undefined, true)), false)
  t.equal(isGood(point(10)), true)
})

t.test('what one step does not show, several do', async (t) => {
  const short = point(3)
  t.equal(short.verdict, 'undecided')
  t.equal(poolVerdict([short, short], LIMITS, 1), 'held')
  t.equal(poolVerdict([short, short], LIMITS, 20), 'undecided', 'each look may err')
  const late = point(3, (at) => (at % 20 === 0 ? { done: at * 10 + 500 } : {}))
  t.equal(poolVerdict([late, late, late], LIMITS, 1), 'over')
})

t.test('a step of nothing is no crash', async (t) => {
  t.match(pointOf([], { perSecond: 1, seconds: 1, cutShort: false, generatorCpu: 0 }, LIMITS), {
    counted: 0,
    concurrency: 0,
    verdict: 'undecided',
  })
})
