import t from 'tap'
import { CostModel } from '../../../src/server/scheduling/cost-model.ts'
import { Queue } from '../../../src/server/scheduling/queue.ts'
import { isBetterLater, shareOfDevice } from '../../../src/server/scheduling/shared-device.ts'
import { MAX_BATCH_BYTES } from '../../../src/server/scheduling/take.ts'
import { pendingOf, requestOf } from './fakes.ts'

const BYTES = 100

/** Runs of 1, 2 and 4 requests take so long. */
const costing = (...milliseconds: number[]): CostModel => {
  const cost = new CostModel()
  cost.padded = true
  for (const [index, each] of milliseconds.entries()) cost.seed(2 ** index, each, 2 ** index * BYTES)
  return cost
}

const waiting = (requests: number, { bytes = BYTES, suspect = false } = {}) => {
  const queue = new Queue()
  for (let n = 0; n < requests; n++) {
    const pending = pendingOf(requestOf('x', bytes), n)
    pending.suspect = suspect
    queue.push(pending)
  }
  return queue.turn
}

const flat = { cost: costing(3, 3, 3), maxBatchSize: 4 }
const one = { requests: 1, bytes: BYTES }

t.test('What takes as long with others waits for them', async (t) => {
  t.equal(isBetterLater(waiting(1), one, flat), true)
  t.equal(isBetterLater(waiting(1), one, { ...flat, cost: costing(10, 20, 40) }), false, 'one by one')
})

t.test('Nothing waits without a reason', async (t) => {
  t.equal(isBetterLater(waiting(1), { requests: 0, bytes: 0 }, flat), false, 'the device has nothing')
  t.equal(isBetterLater(waiting(4), one, flat), false, 'the batch is full')
  t.equal(isBetterLater(waiting(0), one, flat), false, 'there is nothing to wait')
  t.equal(isBetterLater(waiting(1), one, { ...flat, cost: new CostModel() }), false, 'no cost is known')
})

t.test('Nor does what could not join', async (t) => {
  t.equal(isBetterLater(waiting(1, { suspect: true }), one, flat), false, 'a worker died with it')
  t.equal(isBetterLater(waiting(1), { requests: 1, bytes: MAX_BATCH_BYTES }, flat), false, 'too large')
})

t.test(
  'Workers on one device do not divide what waits, and two may have batches that are nearly as quick',
  async (t) => {
    t.strictSame(shareOfDevice(1), { workers: { size: 1, free: 1 } })
    t.match(shareOfDevice(2), { workers: { size: 1, free: 1 }, gain: 0.25 })
  },
)
