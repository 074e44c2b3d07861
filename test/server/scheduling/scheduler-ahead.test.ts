/** Handing over ahead of time, light work, workers that are stuck, and inputs that workers die of. */

import t from 'tap'
import { arrange, FakeRunner, settled } from './fakes.ts'

/** Requests of 8 bytes that take 10 ms each, whatever their number: batches gain nothing. */
const heavy = async (workers: number, options: Parameters<typeof arrange>[1] = {}) => {
  const arranged = arrange(workers, { maxBatchSize: 1, ...options })
  arranged.scheduler.expect(10, 8)
  return arranged
}

t.test('While a worker runs, one more full hand-over is prepared by it, and no third', async (t) => {
  const { runners, submit, answers, scheduler, clock } = await heavy(1)
  const [runner] = runners
  submit('a', 'b', 'c')
  t.same([runner.bodies, runner.prepared], [['a'], ['b']])
  t.equal(scheduler.waiting, 1)
  t.equal(scheduler.predictedWaitMs, 20, 'what is prepared waits too')
  await clock.advance(10)
  await runner.answer()
  t.same([runner.bodies, runner.prepared], [['b'], ['c']])
  await runner.answer()
  await runner.answer()
  t.same(answers, { a: 'a', b: 'b', c: 'c' })
})

t.test('A hand-over that could still grow is not given ahead of time', async (t) => {
  const { runners, submit, scheduler } = arrange(1)
  scheduler.expect(10, 8)
  submit('a')
  submit('b')
  submit('c')
  t.same([runners[0].bodies, runners[0].prepared], [['a'], []])
})

t.test('Nothing is put behind a request that is much larger than others', async (t) => {
  const { runners, submit } = await heavy(2)
  const [small, large] = runners as [FakeRunner, FakeRunner]
  submit('x'.repeat(8000))
  t.equal(large.bodies.length, 1)
  submit('a', 'b', 'c')
  t.same(large.prepared, [])
  t.same([small.bodies, small.prepared], [['a'], ['b']])
})

t.test('Nothing is put behind a run that is long overdue', async (t) => {
  const { runners, submit, clock } = await heavy(1)
  submit('slow')
  await clock.advance(21)
  submit('a')
  t.same(runners[0].prepared, [])
})

t.test('Nothing shares a worker with a request that a worker has died of', async (t) => {
  const { runners, submit, scheduler } = await heavy(1)
  submit('a', 'b', 'c')
  await runners[0].die(scheduler)
  const second = new FakeRunner()
  scheduler.add(second)
  t.same([second.bodies, second.prepared], [['a'], []])
  await second.answer()
  t.same([second.bodies, second.prepared], [['b'], []])
  await second.answer()
  t.same([second.bodies, second.prepared], [['c'], []])
})

t.test('What is prepared behind a run that does not end is given to another worker', async (t) => {
  const { runners, submit, answers, clock, scheduler, recorded } = await heavy(2)
  const [second, first] = runners as [FakeRunner, FakeRunner]
  submit('hangs', 'b', 'c', 'd')
  t.same([first.bodies, first.prepared], [['hangs'], ['c']])
  t.same([second.bodies, second.prepared], [['b'], ['d']])
  await second.answer()
  await second.answer()
  await clock.advance(1499)
  t.same([second.bodies, scheduler.stuck], [[], 0])
  await clock.advance(1)
  t.equal(scheduler.stuck, 1)
  t.same(second.bodies, ['c'])
  await second.answer()
  t.same(answers, { b: 'b', c: 'c', d: 'd' })
  await first.die(scheduler)
  t.equal(recorded.retried, 1, 'only what it ran')
  t.same(second.bodies, ['hangs'])
  await second.answer()
  t.equal(answers.hangs, 'hangs')
})

t.test('Of several requests with which a worker is stuck only the culprit is late', async (t) => {
  const { runners, submit, answers, clock, scheduler } = arrange(1, { requestTimeoutMs: 20_000 })
  scheduler.expect(10, 8)
  clock.deferred = []
  submit('a', 'hangs', 'b')
  clock.deferred.pop()?.()
  clock.deferred = undefined
  t.same(runners[0].bodies, ['a', 'hangs', 'b'])
  await clock.advance(1500)
  t.match(runners[0].killed, /stuck with several/)
  await runners[0].die(scheduler)
  const second = new FakeRunner()
  scheduler.add(second)
  await second.answer()
  t.same(second.bodies, ['hangs'])
  const third = new FakeRunner()
  scheduler.add(third)
  await third.answer()
  t.same(answers, { a: 'a', b: 'b' })
  await clock.advance(17_000)
  t.equal(second.killed, undefined, 'one that is alone may take as long as it has')
  await clock.advance(1500)
  t.match(second.killed, /outlived the deadline/)
  t.equal(answers.hangs, 'ERR_DEADLINE_EXCEEDED')
})

t.test('What was given away and is answered after all counts once, and waits no more', async (t) => {
  const { runners, submit, answers, clock, scheduler } = await heavy(1)
  const [runner] = runners
  submit('slow', 'b')
  await clock.advance(1500)
  t.equal(scheduler.waiting, 1)
  await runner.answer()
  await runner.answer()
  t.same(answers, { slow: 'slow', b: 'b' })
  t.equal(scheduler.waiting, 0)
  t.equal(scheduler.pending, 0)
  t.same(runner.history, [['slow'], ['b']])
})

t.test(
  'A worker is stuck by what its requests should take: eight times as long, by their size',
  async (t) => {
    const { clock, scheduler, submit } = arrange(1, { requestTimeoutMs: 1e6 })
    scheduler.expect(10, 8)
    submit('x'.repeat(8000))
    await clock.advance(79_999)
    t.equal(scheduler.stuck, 0)
    await clock.advance(1)
    t.equal(scheduler.stuck, 1)
  },
)

t.test('As long as no cost is known, no worker is stuck', async (t) => {
  const { clock, scheduler, submit } = arrange(1)
  submit('first')
  await clock.advance(9999)
  t.equal(scheduler.stuck, 0)
})

t.test(
  'After light work, requests that come back at once are handed over with those that waited',
  async (t) => {
    const { runners, submit, clock, scheduler } = arrange(1)
    scheduler.expect(0.1, 8)
    clock.ownCost = 1
    const [runner] = runners
    const [first] = submit('a')
    submit('b')
    clock.deferred = []
    void first?.outcome.then(() => submit('a again'))
    await runner.answer()
    t.same(runner.bodies, [], 'those who were answered come first')
    for (const callback of clock.deferred.splice(0)) callback()
    t.same(runner.bodies, ['b', 'a again'])
  },
)

t.test('After work that is not light, the next hand-over begins at once', async (t) => {
  const { runners, submit, clock, scheduler } = arrange(1)
  scheduler.expect(0.1, 8)
  clock.ownCost = 0.01
  submit('a')
  submit('b')
  clock.deferred = []
  await runners[0].answer()
  t.same(runners[0].bodies, ['b'])
})

/** A scheduler that knows its own cost, and two idle workers; `first` is given work before `second`. */
const learnt = async (milliseconds: number, ownCost: number) => {
  const arranged = arrange(2)
  const { runners, submit, clock, scheduler } = arranged
  const [second, first] = runners as [FakeRunner, FakeRunner]
  scheduler.expect(milliseconds, 8)
  clock.ownCost = ownCost
  submit('warm-up')
  await first.answer()
  return { ...arranged, first, second }
}

t.test('Light work waits for the worker that does such already, but not for long', async (t) => {
  const { first, second, submit, clock } = await learnt(0.2, 1)
  submit('a')
  await clock.advance(0.5)
  submit('b')
  submit('c')
  t.same([first.bodies, second.bodies], [['a'], []])
  await first.answer()
  t.same([first.bodies, second.bodies], [['b', 'c'], []])
  submit('d')
  await clock.advance(7.9)
  t.same(second.bodies, [])
  await clock.advance(0.1)
  t.same(second.bodies, ['d'])
})

t.test(
  'Work that costs a worker more than the server is divided, be it ever so short; and so is what takes long in all',
  async (t) => {
    const short = await learnt(0.2, 0.1)
    short.submit('a', 'b')
    t.same([short.first.bodies, short.second.bodies], [['a'], ['b']])
    const long = await learnt(5, 10)
    long.submit('a', 'b')
    t.same([long.first.bodies, long.second.bodies], [['a'], ['b']])
  },
)

t.test('What the server does between requests is not what they cost it', async (t) => {
  const { first, second, submit, clock } = await learnt(0.2, 0.1)
  clock.worked += 1000
  submit('a')
  await first.answer()
  submit('b', 'c')
  t.same([first.bodies, second.bodies], [['b'], ['c']])
})

t.test('What arrives together is handed over together', async (t) => {
  const { runners, submit, clock } = arrange(1)
  clock.deferred = []
  submit('a')
  submit('b')
  t.same([runners[0].bodies, clock.deferred.length], [[], 1])
  clock.deferred.pop()?.()
  t.same(runners[0].bodies, ['a', 'b'])
})

t.test('The bytes that two workers died of are refused, without a third', async (t) => {
  const { submit, scheduler, runners, answers } = arrange(1)
  submit('poison')
  await runners[0].die(scheduler)
  const second = new FakeRunner()
  scheduler.add(second)
  await second.die(scheduler)
  t.equal(answers.poison, 'ERR_WORKER_CRASHED')
  const third = new FakeRunner()
  scheduler.add(third)
  const { outcome } = submit('poison', 'good')[0] as { outcome: Promise<{ ok: boolean }> }
  await settled()
  t.match(await outcome, { ok: false, code: 'ERR_WORKER_CRASHED' })
  t.same(third.bodies, ['good'])
})

t.test(
  'What another has answered is not computed again because the worker that had it first dies',
  async (t) => {
    const { runners, submit, answers, clock, scheduler, recorded } = await heavy(2)
    const [second, first] = runners as [FakeRunner, FakeRunner]
    submit('hangs', 'b', 'c')
    t.same([first.bodies, first.prepared, second.bodies], [['hangs'], ['c'], ['b']])
    await second.answer()
    await clock.advance(1500)
    t.same(second.bodies, ['c'], 'the first is stuck')
    await first.answer()
    t.same(first.bodies, ['c'], 'and gets on after all')
    await first.die(scheduler)
    t.equal(recorded.retried, 0, 'the second has it already')
    t.equal(scheduler.waiting, 0)
    await second.answer()
    t.same([second.bodies, second.history], [[], [['b'], ['c']]])
    t.same(answers, { hangs: 'hangs', b: 'b', c: 'c' })
  },
)

t.test(
  'A death in company, and one with something prepared behind it, count against no request',
  async (t) => {
    const { runners, submit, scheduler, answers } = await heavy(1)
    submit('a', 'b')
    t.same([runners[0].bodies, runners[0].prepared], [['a'], ['b']])
    await runners[0].die(scheduler)
    const [second, third, fourth] = [new FakeRunner(), new FakeRunner(), new FakeRunner()]
    scheduler.add(second)
    t.same([second.bodies, second.prepared], [['a'], []])
    await second.die(scheduler)
    t.same(answers, {}, 'it has died alone only once')
    scheduler.add(third)
    await third.answer()
    t.same([third.bodies, third.prepared], [['b'], []])
    await third.die(scheduler)
    scheduler.add(fourth)
    await fourth.answer()
    t.same(answers, { a: 'a', b: 'b' })
  },
)

t.test('The bytes that workers died of are tried again after ten minutes', async (t) => {
  const { submit, scheduler, runners, clock } = arrange(1)
  submit('poison')
  await runners[0].die(scheduler)
  const second = new FakeRunner()
  scheduler.add(second)
  await second.die(scheduler)
  const third = new FakeRunner()
  scheduler.add(third)
  await clock.advance(599_999)
  submit('poison')
  t.same(third.bodies, [])
  await clock.advance(1)
  submit('poison')
  t.same(third.bodies, ['poison'])
})

t.test('What is only prepared is watched for its deadline, and no timer looks at it before', async (t) => {
  const { runners, submit, clock } = await heavy(1)
  submit('a', 'b')
  t.same(runners[0].prepared, ['b'])
  await clock.advance(1500)
  t.equal(clock.fired, 1, 'the worker is stuck')
  await clock.advance(8000)
  t.equal(clock.fired, 1)
})
