import t from 'tap'
import { CostModel } from '../../../src/server/scheduling/cost-model.ts'
import { Queue } from '../../../src/server/scheduling/queue.ts'
import { heldUntil, MAX_BATCH_BYTES, takeBatch } from '../../../src/server/scheduling/take.ts'
import { pendingOf, requestOf, textOf } from './fakes.ts'

/** A queue of requests of so many bytes, named a, b, c, …, that arrived 1 ms after each other. */
const queueOf = (...sizes: (number | undefined)[]): Queue => {
  const queue = new Queue()
  for (const [index, size] of sizes.entries())
    queue.push(pendingOf(requestOf(String.fromCharCode(97 + index), size), index))
  return queue
}

const take = (queue: Queue, limits: Partial<Parameters<typeof takeBatch>[1]> = {}): string =>
  takeBatch(queue, { workers: 1, maxBatchSize: 64, cost: new CostModel(), now: 0, ...limits })
    .map(({ request }) => textOf(request))
    .join('')

/** One request of 8 bytes takes so long. */
const costing = (milliseconds: number): CostModel => {
  const cost = new CostModel()
  cost.seed(1, milliseconds, 8)
  return cost
}

t.test('An empty queue gives an empty batch', async (t) => {
  t.equal(take(new Queue()), '')
})

t.test('A batch is a fair share, rounded up, and no more than the model takes', async (t) => {
  t.equal(take(queueOf(8, 8, 8, 8, 8), { workers: 2 }), 'abc')
  t.equal(take(queueOf(8, 8, 8, 8, 8), { workers: 2, maxBatchSize: 2 }), 'ab')
})

t.test('A batch is no more than can be done before the deadline of its first', async (t) => {
  t.equal(take(queueOf(8, 8, 8, 8), { cost: costing(10) }), 'abcd', 'twice 40 ms of 100')
  t.equal(take(queueOf(8, 8, 8, 8), { cost: costing(10), now: 50 }), 'ab')
  t.equal(take(queueOf(8, 8), { cost: costing(1000) }), 'a', 'a batch has one request at least')
})

t.test('A batch has no more bytes than a message may have, but for one request', async (t) => {
  t.equal(take(queueOf(MAX_BATCH_BYTES, 5e6)), 'a')
  t.equal(take(queueOf(5e6, MAX_BATCH_BYTES - 5e6, 5e6)), 'ab')
})

t.test('A suspect is alone in its batch', async (t) => {
  const queue = queueOf(8, 8, 8)
  const suspect = pendingOf(requestOf('s'), 1.5)
  suspect.suspect = true
  queue.putBack(suspect)
  t.same([take(queue), take(queue), take(queue)], ['ab', 's', 'c'])
})

t.test(
  'A batch is held back until the delay of its first is over, and no longer than it may wait',
  async (t) => {
    const held = (queue: Queue, maxBatchDelayMs: number, maxBatchSize = 64) =>
      heldUntil(queue, { maxBatchSize, maxBatchDelayMs })
    t.equal(held(queueOf(8, 8), 20), 20)
    t.equal(held(queueOf(8, 8), 0), 0)
    t.equal(held(queueOf(8, 8), 500), 100, 'its deadline')
    t.equal(held(queueOf(8, 8), 20, 2), 0, 'it is full')
    t.equal(held(queueOf(3e6, 3e6), 20, 2), 0)
    t.equal(held(new Queue(), 20), 0)
  },
)
