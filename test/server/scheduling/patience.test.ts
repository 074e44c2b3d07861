import t from 'tap'
import { simulateImpatient } from '../../../benchmark/programs/simulate.ts'
import { Patience } from '../../../src/server/scheduling/patience.ts'

/** Milliseconds from one who leaves to the next, where each is a client of their own. */
const APART_MS = 100

/** Gives the time of the last. */
const noteMany = (patience: Patience, waits: readonly number[], left: boolean, now = 0) => {
  for (const [index, waited] of waits.entries())
    patience.note(waited, left, now + index * (left ? APART_MS : 0))
  return now + waits.length * (left ? APART_MS : 0)
}

const times = (count: number, waited: number): number[] => Array(count).fill(waited)

t.test('nothing is known of clients who do not leave', async (t) => {
  const patience = new Patience()
  noteMany(patience, times(1000, 4000), false)
  t.equal(patience.limitMs(0), Number.POSITIVE_INFINITY)
})

t.test('clients that leave after five seconds are known to, within half of it', async (t) => {
  const patience = new Patience()
  const limit = patience.limitMs(noteMany(patience, times(100, 5000), true))
  t.ok(limit > 2500 && limit <= 5000, `${limit}`)
})

t.test('a load test that ends says nothing of how long clients wait', async (t) => {
  const patience = new Patience()
  noteMany(patience, times(50_000, 8), false)
  // It takes a moment to end, and its last requests wait longer than any before them.
  for (let index = 0; index < 64; index++) patience.note(20 + index, true, index)
  t.equal(patience.limitMs(1000), Number.POSITIVE_INFINITY)
})

t.test('few prove nothing, and early ones do not speak for those who wait', async (t) => {
  const patience = new Patience()
  let now = noteMany(patience, times(15, 5000), true)
  t.equal(patience.limitMs(now), Number.POSITIVE_INFINITY)
  now = noteMany(patience, times(400, 100), true, now)
  noteMany(patience, times(600, 8000), false, now)
  t.equal(patience.limitMs(now), Number.POSITIVE_INFINITY)
  // Whoever was answered before it could have left says nothing of those who waited.
  noteMany(patience, times(10_000, 20), false, now)
  now = noteMany(patience, times(5000, 9000), true, now)
  t.ok(patience.limitMs(now) < 9000)
})

t.test('what was seen is forgotten', async (t) => {
  const patience = new Patience()
  noteMany(patience, times(100, 5000), true)
  t.ok(patience.limitMs(60_000) < 5000)
  t.equal(patience.limitMs(600_000), Number.POSITIVE_INFINITY)
})

t.test('clients that leave at once do not close the server', async (t) => {
  const patience = new Patience()
  noteMany(patience, times(1000, 1), true)
  t.equal(patience.limitMs(0), 200)
})

/** A worker that does three requests a second, offered five times what two of them can do. */
const CURVE = { fixed: 0, each: 330, workers: 2, chance: 0.2 }
const LIMITS = { maxBatchSize: 32, maxBatchDelayMs: 0, requestTimeoutMs: 55_000 }
const SECONDS = 90
const CAPACITY = (2 / 0.33) * SECONDS

const goodput = async (givesUpAfterMs: (index: number) => number) => {
  const served = await simulateImpatient(CURVE, LIMITS, { perSecond: 30, seconds: SECONDS, givesUpAfterMs })
  return served.reduce((sum, count) => sum + count, 0) / CAPACITY
}

t.test('under five times the load the answers reach clients who give up', async (t) => {
  t.ok((await goodput(() => 5000)) >= 0.9, 'all after five seconds')
  t.ok((await goodput((index) => (index % 10 === 0 ? 500 : 15_000))) >= 0.9, 'some early, most late')
  // From 2 to 32 s, evenly by the logarithm: who of them leaves while it is computed cannot be known.
  t.ok(
    (await goodput((index) => 2000 * 2 ** (((index * 7919) % 1000) / 250))) >= 0.75,
    'each after another time',
  )
})
