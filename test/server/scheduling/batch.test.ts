import t from 'tap'
import { Batch } from '../../../src/server/scheduling/batch.ts'
import { CostModel } from '../../../src/server/scheduling/cost-model.ts'
import type { Pending } from '../../../src/server/scheduling/pending.ts'
import { FakeClock, FakeRunner, pendingOf, requestOf, settled } from './fakes.ts'

/** A batch of these requests under way, whose deadlines are 100 ms away. */
const start = (...texts: string[]) => {
  const [clock, runner, cost] = [new FakeClock(), new FakeRunner(), new CostModel()]
  const expired: string[] = []
  const requests = texts.map((text) => pendingOf(requestOf(text), clock.now()))
  const batch = new Batch(runner, requests, false, {
    cost,
    clock,
    requestTimeoutMs: 100,
    expired: (pending: Pending) => {
      expired.push(pending.request.body.toString())
      pending.settle(undefined)
    },
  })
  const end = batch.run().then(
    () => 'done',
    (error: Error) => error.name,
  )
  return { clock, runner, cost, batch, requests, expired, end }
}

t.test('It is the batch of its requests, has their bytes, and ends when the worker is done', async (t) => {
  const { batch, requests, runner, end, clock } = start('a', 'bcd')
  t.ok(requests.every((pending) => pending.batch === batch))
  t.equal(batch.bytes, 4)
  await runner.answer()
  t.equal(await end, 'done')
  t.ok(requests.every((pending) => pending.settled))
  t.equal(clock.timers, 0)
})

t.test('A reply settles its request before the batch is done', async (t) => {
  const { requests, runner } = start('a', 'b')
  await runner.reply(1)
  t.same(
    requests.map((pending) => pending.settled),
    [false, true],
  )
})

t.test('At their deadlines requests expire, once, and the worker is told', async (t) => {
  const { runner, clock, expired } = start('a', 'b')
  await runner.reply(0)
  await clock.advance(100)
  t.same(expired, ['b'])
  t.same(runner.cancelled, ['b'])
})

t.test('The worker is killed once nobody waits for it: at the deadline if no cost is known', async (t) => {
  const { runner, clock } = start('a')
  await clock.advance(99)
  t.equal(runner.killed, undefined)
  await clock.advance(1)
  t.match(runner.killed, /outlived the deadline/)
  t.equal(clock.timers, 0)
})

t.test('It counts as stuck after 1.5 s at least, later if the worker still reads', async (t) => {
  const { batch, runner, clock, cost } = start('a')
  t.equal(batch.stuckAt, Number.POSITIVE_INFINITY, 'no cost is known')
  cost.seed(1, 1, 1)
  t.equal(batch.stuckAt - batch.startedAt, 1500)
  await clock.advance(50)
  runner.preparing()
  t.equal(batch.stuckAt - batch.startedAt, 1550)
})

t.test('If the worker dies, the batch rejects', async (t) => {
  const { runner, end } = start('a')
  await runner.die({ remove: () => {} })
  await settled()
  t.equal(await end, 'WorkerDiedError')
})

t.test('A request whose deadline passed before the batch began expires at once', async (t) => {
  const clock = new FakeClock()
  const late = pendingOf(requestOf('late'), clock.now() - 100)
  const batch = new Batch(new FakeRunner(), [late], false, {
    cost: new CostModel(),
    clock,
    requestTimeoutMs: 100,
    expired: (pending) => pending.settle(undefined),
  })
  void batch.run()
  await clock.advance(0)
  t.equal(late.settled, true)
})
