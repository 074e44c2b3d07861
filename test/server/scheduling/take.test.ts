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

type Limits = Parameters<typeof takeBatch>[1] & Parameters<typeof takeBatch>[2]

const take = (queue: Queue, limits: Partial<Limits> = {}): string => {
  const all: Limits = {
    workers: { size: 1, free: 1 },
    maxBatchSize: 64,
    cost: new CostModel(),
    now: 0,
    patienceMs: Number.POSITIVE_INFINITY,
    ...limits,
  }
  return takeBatch(queue, all, all)
    .map(({ request }) => textOf(request))
    .join('')
}

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
  t.equal(take(queueOf(8, 8, 8, 8, 8), { workers: { size: 2, free: 1 } }), 'abc')
  t.equal(take(queueOf(8, 8, 8, 8, 8), { workers: { size: 2, free: 1 }, maxBatchSize: 2 }), 'ab')
})

/** Batches of 1, 2 and 4 requests of 8 bytes have been seen to take so long. */
const seen = (milliseconds: (requests: number) => number): CostModel => {
  const cost = new CostModel()
  for (const requests of [1, 2, 4]) cost.seed(requests, milliseconds(requests), 8 * requests)
  return cost
}

t.test('What costs hardly more as a whole is divided among the free workers only', async (t) => {
  const of = (milliseconds: (requests: number) => number, free: number, ...sizes: number[]) =>
    take(queueOf(...sizes), { workers: { size: 4, free }, cost: seen(milliseconds) })
  const fixed = (n: number) => 10 + 0.1 * n
  t.equal(of(fixed, 1, 8, 8, 8, 8), 'abcd', 'the others are busy')
  t.equal(of(fixed, 2, 8, 8, 8, 8), 'ab')
  t.equal(of(fixed, 4, 8, 8, 8, 8), 'a')
  t.equal(
    of((n) => 6 + 2 * n, 1, 8, 8, 8, 8),
    'a',
    'four cost 14, one 8',
  )
  t.equal(of(fixed, 1, 3e6, 3e6, 3e6, 3e6), 'ab', 'a share of the bytes is left to the others')
  t.equal(of(fixed, 1, ...Array<number>(9).fill(8)), 'abcdefghi', 'more than was ever seen, as it goes on')
  t.equal(take(queueOf(8, 8, 8, 8), { workers: { size: 4, free: 1 } }), 'a', 'nothing is known')
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

t.test('A batch is done before the patience of its first client ends', async (t) => {
  const limits = { cost: costing(10), patienceMs: 45 }
  // Twice 10 ms for each, since a prediction may be wrong by that.
  t.equal(take(queueOf(8, 8, 8, 8, 8), limits), 'ab')
  t.equal(take(queueOf(8, 8, 8, 8, 8), { ...limits, patienceMs: 5 }), 'a')
})
