import t from 'tap'
import { Batch } from '../../../src/server/scheduling/batch.ts'
import { Lane } from '../../../src/server/scheduling/lane.ts'
import { Pending } from '../../../src/server/scheduling/pending.ts'
import { Roster } from '../../../src/server/scheduling/roster.ts'
import { WorkerDiedError } from '../../../src/server/scheduling/runner.ts'
import { bodyOf, FakeClock, FakeRunner, noEvents, OPTIONS, requestOf, textOf } from './fakes.ts'

const ALONE = { size: 1, free: 1 }

const arrange = (limits: Partial<typeof OPTIONS> = {}) => {
  const clock = new FakeClock()
  const options = { ...OPTIONS, ...limits }
  const lane = new Lane(options, noEvents, clock)
  lane.maxBatchSize = 8
  const admit = (text: string): Pending => {
    const admitted = lane.admit(requestOf(text), 1)
    if (!(admitted instanceof Pending)) throw new Error(`${text} is refused`)
    return admitted
  }
  const batchOf = (requests: readonly Pending[]) => {
    const { requestTimeoutMs } = options
    const batch = new Batch(new FakeRunner(), requests, false, {
      ...{ cost: lane.cost, clock, requestTimeoutMs },
      expired: () => {},
    })
    void batch.run()
    return batch
  }
  const take = () => lane.take(ALONE).map(({ request }) => textOf(request))
  return { lane, clock, admit, batchOf, take }
}

t.test('What was admitted waits until it is taken, and is pending until it has its reply', async (t) => {
  const { lane, admit, batchOf } = arrange()
  const first = admit('a')
  admit('bc')
  t.strictSame([lane.waiting, lane.pending, lane.bytes], [2, 2, 3])
  const batch = batchOf(lane.take(ALONE))
  t.strictSame([lane.waiting, lane.pending, lane.bytes], [0, 2, 3])
  first.settle({ ok: true, body: 'done', contentType: 'x/y' })
  t.strictSame([lane.pending, lane.bytes], [1, 3], 'a worker still has its body')
  lane.end(batch, new WorkerDiedError('died', true))
  t.strictSame([lane.waiting, lane.pending, lane.bytes], [1, 1, 2])
})

t.test('Those of a worker that died go first, each alone', async (t) => {
  const { lane, admit, batchOf, take } = arrange()
  for (const text of ['a', 'b']) admit(text)
  const batch = batchOf(lane.take(ALONE))
  for (const text of ['c', 'd']) admit(text)
  lane.end(batch, new WorkerDiedError('died', false))
  t.strictSame([take(), take(), take()], [['a'], ['b'], ['c', 'd']])
})

t.test('What has waited until its deadline is answered, and the next deadline is the next one', async (t) => {
  const { lane, clock, admit } = arrange({ requestTimeoutMs: 100 })
  const first = admit('a')
  await clock.advance(60)
  admit('b')
  t.equal(lane.nextDeadline, clock.now() + 40)
  await clock.advance(40)
  lane.expire()
  t.equal(bodyOf(await first.reply), 'ERR_DEADLINE_EXCEEDED')
  t.equal(lane.nextDeadline, clock.now() + 60)
})

t.test('A batch is held back for company, and not once it is full', async (t) => {
  const { lane, clock, admit } = arrange({ maxBatchDelayMs: 5 })
  admit('a')
  t.equal(lane.heldUntil(new Roster()), clock.now() + 5)
  for (const text of 'bcdefgh') admit(text)
  t.ok(lane.heldUntil(new Roster()) <= clock.now())
})

t.test('What a request would wait is what is before it, divided among the workers', async (t) => {
  const { lane, admit } = arrange()
  lane.cost.seed(1, 10, 1)
  for (const text of 'abcd') admit(text)
  t.equal(lane.predictedWaitMs(1), 4 * lane.cost.each)
  t.equal(lane.predictedWaitMs(2), 2 * lane.cost.each)
  t.equal(lane.predictedWaitMs(0), lane.predictedWaitMs(1))
})

t.test('Closed, it answers all that is pending and admits nothing', async (t) => {
  const { lane, admit } = arrange()
  const pending = admit('a')
  lane.close()
  t.equal(bodyOf(await pending.reply), 'ERR_UNAVAILABLE')
  t.match(lane.admit(requestOf('b'), 1), { code: 'ERR_UNAVAILABLE' })
})
