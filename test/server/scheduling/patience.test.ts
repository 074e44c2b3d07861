import t from 'tap'
import { simulateImpatient } from '../../../benchmark/programs/simulate.ts'
import { Patience } from '../../../src/server/scheduling/patience.ts'

const noteMany = (patience: Patience, waits: readonly number[], left: boolean, now = 0) => {
  for (const waited of waits) patience.note(waited, left, now)
}

const times = (count: number, waited: number): number[] => Array(count).fill(waited)

t.test('nothing is known of clients who do not leave', async (t) => {
  const patience = new Patience()
  noteMany(patience, times(1000, 4000), false)
  t.equal(patience.limitMs(0), Number.POSITIVE_INFINITY)
})

t.test('clients that leave after five seconds are known to, within half of it', async (t) => {
  const patience = new Patience()
  noteMany(patience, times(100, 5000), true)
  const limit = patience.limitMs(0)
  t.ok(limit > 2500 && limit <= 5000, `${limit}`)
})

t.test('few prove nothing, and early ones do not speak for those who wait', async (t) => {
  const patience = new Patience()
  noteMany(patience, times(15, 5000), true)
  t.equal(patience.limitMs(0), Number.POSITIVE_INFINITY)
  noteMany(patience, times(400, 100), true)
  noteMany(patience, times(600, 8000), false)
  t.equal(patience.limitMs(0), Number.POSITIVE_INFINITY)
  // Whoever was answered before it could have left says nothing of those who waited.
  noteMany(patience, times(10_000, 20), false)
  noteMany(patience, times(5000, 9000), true)
  t.ok(patience.limitMs(0) < 9000)
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
