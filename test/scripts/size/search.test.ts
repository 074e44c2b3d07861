import t from 'tap'
import { arrivals } from '../../../scripts/size/arrivals.ts'
import { secondsOf } from '../../../scripts/size/measure.ts'
import { pointOf } from '../../../scripts/size/point.ts'
import { type Found, type Measure, search } from '../../../scripts/size/search.ts'
import { randomNumbers } from '../../../src/worker/engine/fill.ts'
import { exponential, fixed, measureOf, type Queue } from './simulated.ts'

const LIMITS = { p99Ms: 100, errorShare: 0.005 }
const BEGIN = { start: 50, seconds: 10 }
const SEEDS = [1, 2, 3, 4, 5, 6, 7, 8]

const searches = async (queue: Queue): Promise<Found[]> =>
  Promise.all(SEEDS.map((seed) => search(measureOf(queue, LIMITS, seed), LIMITS, BEGIN)))

const rates = (found: readonly Found[]): number[] => found.map(({ rate = 0 }) => rate).sort((a, b) => a - b)

t.test('M/M/1: finds the rate at which 1 % take longer, and seldom more', async (t) => {
  // The time in it is exponential with the rate that is left: P(T > t) = exp(-(μ - λ) t).
  const truth = 500 - Math.log(100) / 0.1
  const found = await searches({ servers: 1, service: exponential(2) })
  const sorted = rates(found)
  t.ok((sorted[0] as number) > 0.86 * truth && (sorted.at(-1) as number) < 1.06 * truth, `${sorted}`)
  t.ok(Math.abs((sorted[4] as number) / truth - 1) < 0.05, `the median of ${sorted}`)
  t.ok(found.every(({ shown, above = 0, rate = 0, limit }) => shown && above > rate && limit === 'target'))
  t.ok(found.every(({ points }) => points.length < 45))
})

t.test('M/D/4: no more than the servers can do, and not much less', async (t) => {
  const sorted = rates(await searches({ servers: 4, service: fixed(10) }))
  t.ok((sorted[0] as number) > 0.8 * 400 && (sorted.at(-1) as number) < 400, `${sorted}`)
})

t.test('begins anywhere', async (t) => {
  const queue = { servers: 4, service: fixed(10) }
  for (const start of [2, 390, 5000]) {
    const { rate = 0 } = await search(measureOf(queue, LIMITS, 5), LIMITS, { ...BEGIN, start })
    t.ok(rate > 320 && rate < 400, `from ${start}: ${rate}`)
  }
})

/** Answers in 5 ms, and refuses what goes beyond a rate; so much at once is let through. */
const throttled =
  (perSecond: number, burst: number, seed: number): Measure =>
  async (asked, wanted) => {
    const random = randomNumbers(seed + asked)
    const seconds = secondsOf(asked, wanted)
    let tokens = burst
    let last = 0
    const samples = arrivals(asked, seconds, random).map((due) => {
      tokens = Math.min(burst, tokens + ((due - last) * perSecond) / 1000)
      last = due
      const isLet = tokens >= 1
      if (isLet) tokens -= 1
      return { due, sent: due, done: due + 5, status: isLet ? 200 : 429 }
    })
    return pointOf(samples, { perSecond: asked, seconds, cutShort: false, generatorCpu: 0 }, LIMITS)
  }

t.test('what answers with errors above a rate holds no more than that, however quick they are', async (t) => {
  for (const seed of SEEDS) {
    const { rate = 0, points } = await search(throttled(200, 50, seed), LIMITS, BEGIN)
    t.ok(rate > 150 && rate < 210, `${rate}`)
    t.ok(points.some(({ statuses, errors }) => (statuses['429'] ?? 0) > 0 && errors > 0))
  }
})

t.test(
  'a target that stalls now and then is not held for less than it does by far, nor for more',
  async (t) => {
    for (const seed of SEEDS) {
      const random = randomNumbers(seed)
      let stall = Number.NaN
      const queue: Queue = {
        servers: 4,
        service: (_, at) => {
          // Of a new step: in one of five all servers stand still for 150 ms.
          if (Number.isNaN(stall) || at < 50)
            stall = random() < 0.2 ? 4000 * random() : Number.POSITIVE_INFINITY
          return at > stall && at < stall + 150 ? 150 : 10
        },
      }
      const { rate = 0 } = await search(measureOf(queue, LIMITS, seed), LIMITS, BEGIN)
      t.ok(rate > 200 && rate < 400, `${rate}`)
    }
  },
)

t.test('no rate is found where none holds', async (t) => {
  const slow = await search(measureOf({ servers: 4, service: fixed(101) }, LIMITS, 1), LIMITS, BEGIN)
  t.match(slow, { rate: undefined, shown: false, limit: 'target' })
  const often = await search(
    measureOf({ servers: 9, service: (random) => (random() < 0.05 ? 200 : 5) }, LIMITS, 1),
    LIMITS,
    BEGIN,
  )
  t.match(often, { rate: undefined, limit: 'target' })
})

t.test('a generator that is late is told from a target that is', async (t) => {
  const queue = {
    servers: 40,
    service: fixed(10),
    generatorLateMs: (perSecond: number) => (perSecond > 300 ? 95 : 0),
  }
  const { rate = 0, limit, above = 0 } = await search(measureOf(queue, LIMITS, 1), LIMITS, BEGIN)
  t.equal(limit, 'generator')
  t.ok(rate > 250 && rate <= 300 && above > 300, `${rate} ${above}`)
})

t.test('so few requests that they show nothing are said to', async (t) => {
  const limits = { ...LIMITS, p99Ms: 4000 }
  const queue = { servers: 1, service: fixed(1000) }
  const { rate = 0, shown } = await search(measureOf(queue, limits, 2), limits, { start: 0.5, seconds: 10 })
  t.ok(rate > 0.1 && rate < 1, `${rate}`)
  t.equal(shown, false)
})

t.test('what is stopped tells what is known', async (t) => {
  const queue = { servers: 4, service: fixed(10) }
  const none = await search(measureOf(queue, LIMITS, 1, 0), LIMITS, BEGIN)
  t.match(none, { stopped: 'time', points: [], rate: undefined })
  const some = await search(measureOf(queue, LIMITS, 1, 4), LIMITS, BEGIN)
  t.match(some, { stopped: 'time', shown: false, rate: 200 })
  t.equal(some.points.length, 4)
})

t.test('no more than the highest rate that may be tried is', async (t) => {
  const measure = measureOf({ servers: 4, service: fixed(10) }, LIMITS, 1)
  for (const start of [50, 1000]) {
    const found = await search(measure, LIMITS, { start, most: 180, seconds: 10 })
    t.match(found, { rate: 180, shown: true, above: undefined, limit: undefined })
    t.equal(Math.max(...found.points.map(({ perSecond }) => perSecond)), 180)
  }
})

t.test('a rate that was not held while something else disturbed is tried again', async (t) => {
  let steps = 0
  const quiet = measureOf({ servers: 4, service: fixed(10) }, LIMITS, 1)
  const disturbed = measureOf({ servers: 4, service: fixed(150) }, LIMITS, 1)
  const { rate = 0, shown } = await search(
    (perSecond, wanted) => {
      steps += 1
      return (steps === 2 || steps === 3 ? disturbed : quiet)(perSecond, wanted)
    },
    LIMITS,
    BEGIN,
  )
  t.ok(rate > 320 && rate < 400 && shown, `${rate}, although 100 a second were not held at first`)
})

t.test('what was shown stays so, whatever disturbs the steps beyond it', async (t) => {
  let steps = 0
  const quiet = measureOf({ servers: 4, service: fixed(10) }, LIMITS, 1)
  const disturbed = measureOf({ servers: 4, service: fixed(150) }, LIMITS, 1)
  const { rate, shown, points } = await search(
    (perSecond, wanted) => {
      steps += 1
      return (steps === 2 || steps === 3 || steps > 12 ? disturbed : quiet)(perSecond, wanted)
    },
    LIMITS,
    BEGIN,
  )
  t.ok(points.length > 12)
  t.match({ rate, shown }, { rate: Number, shown: true })
})
