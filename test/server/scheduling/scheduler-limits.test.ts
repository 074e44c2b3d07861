/** What is refused, late, cancelled, crashed or stopped. */

import t from 'tap'
import { WorkerDiedError } from '../../../src/server/scheduling/runner.ts'
import { arrange, FakeRunner, requestOf, settled } from './fakes.ts'

t.test('A request beyond maxQueueSize is refused at once', async (t) => {
  const { runners, submit, answers, recorded, scheduler } = arrange(1, { maxQueueSize: 2 })
  submit('running', 'a', 'b')
  t.equal(scheduler.isFull(1), true)
  submit('c')
  await settled()
  t.same(answers, { c: 'ERR_OVERLOADED' })
  t.same(recorded.dropped, ['refused'])
  await runners[0].answer()
  t.equal(scheduler.isFull(1), false)
})

t.test('Bytes count from the admission to the answer, also while a worker has them', async (t) => {
  const { runners, submit, answers, scheduler } = arrange(1, { maxQueueBytes: 10 })
  submit('123456')
  t.equal(scheduler.isFull(4), false)
  t.equal(scheduler.isFull(5), true)
  submit('abcd', 'x')
  await settled()
  t.same(answers, { x: 'ERR_OVERLOADED' })
  await runners[0].answer()
  t.equal(scheduler.isFull(6), false, 'the six bytes that were answered are free again')
  t.equal(scheduler.isFull(7), true)
})

t.test('A body larger than maxQueueBytes is taken if it is the only one', async (t) => {
  const { runners, submit, answers } = arrange(1, { maxQueueBytes: 3 })
  submit('large', 'b')
  await runners[0].answer()
  t.same(answers, { large: 'large', b: 'ERR_OVERLOADED' })
})

t.test('What would wait beyond its deadline by all that is known is refused', async (t) => {
  const { clock, runners, submit, answers, scheduler } = arrange(1, {
    requestTimeoutMs: 200,
    maxBatchSize: 1,
  })
  submit('learn')
  await clock.advance(30)
  await runners[0].answer()
  submit('running', 'a', 'b', 'c')
  t.equal(scheduler.predictedWaitMs, 90)
  submit('d')
  t.equal(scheduler.predictedWaitMs, 120, 'twice as much would be too long')
  submit('e')
  await settled()
  t.equal(answers.e, 'ERR_OVERLOADED')
  t.equal(answers.d, undefined)
  const second = new FakeRunner()
  scheduler.add(second)
  t.equal(scheduler.predictedWaitMs, 45, 'the second worker has taken one, and halves the wait of three')
})

t.test('A deadline that passes while another timer is handled is kept all the same', async (t) => {
  // A timer that is early by less than it takes to look at the batch finds nothing due, and the next look is after it.
  for (const drift of [0, 0.1, 0.2, 0.4, 0.8]) {
    const { clock, runners, submit, answers } = arrange(1, { requestTimeoutMs: 200 })
    submit('learn')
    await clock.advance(1)
    await runners[0].answer()
    clock.early = 0.5
    clock.drift = drift
    submit('a')
    await settled()
    for (let step = 0; step < 50; step += 1) await clock.advance(100)
    t.equal(answers.a, 'ERR_DEADLINE_EXCEEDED', `${drift} ms a reading`)
    t.type(runners[0].killed, 'string', 'and its worker, which is stuck, is ended')
  }
})

t.test('A request that is late before a worker has it is answered and never dispatched', async (t) => {
  const { clock, runners, submit, answers, recorded, scheduler } = arrange(1, { requestTimeoutMs: 100 })
  const [runner] = runners
  submit('running')
  await clock.advance(60)
  submit('a')
  await clock.advance(30)
  submit('b')
  await clock.advance(69)
  t.equal(answers.a, undefined)
  await clock.advance(1)
  t.equal(answers.a, 'ERR_DEADLINE_EXCEEDED')
  t.equal(answers.b, undefined)
  t.equal(scheduler.lane.waiting, 1)
  await runner.answer()
  t.same(runner.history, [['running'], ['b']])
  t.same(recorded.dropped, ['deadline', 'deadline'])
})

t.test('Requests expire also while there is no worker at all', async (t) => {
  const { clock, runners, scheduler, submit, answers } = arrange(1, { requestTimeoutMs: 100 })
  scheduler.remove(runners[0])
  submit('a', 'b')
  await clock.advance(100)
  t.same(answers, { a: 'ERR_DEADLINE_EXCEEDED', b: 'ERR_DEADLINE_EXCEEDED' })
  t.equal(scheduler.lane.pending, 0)
})

t.test('A worker is ended when all its requests are late, and not before', async (t) => {
  const { clock, runners, submit, answers, scheduler, recorded } = arrange(1, {
    requestTimeoutMs: 100,
    maxBatchDelayMs: 40,
  })
  const [runner] = runners
  submit('a')
  await clock.advance(39)
  submit('b')
  await clock.advance(1)
  t.same(runner.bodies, ['a', 'b'])
  await clock.advance(60)
  t.equal(answers.a, 'ERR_DEADLINE_EXCEEDED')
  t.equal(answers.b, undefined)
  t.equal(runner.killed, undefined)
  await clock.advance(40)
  t.equal(answers.b, 'ERR_DEADLINE_EXCEEDED')
  t.match(runner.killed, /deadline/)
  await runner.die(scheduler)
  t.equal(recorded.retried, 0, 'nobody waits for them any more')
  t.equal(scheduler.lane.pending, 0)
  const next = new FakeRunner()
  scheduler.add(next)
  t.equal(next.bodies, undefined)
})

t.test('A worker that is late, but not by far, is left to finish', async (t) => {
  const { clock, runners, submit, answers, expect } = arrange(1, { requestTimeoutMs: 100 })
  expect(90, 1)
  submit('a')
  await clock.advance(1499)
  t.equal(answers.a, 'ERR_DEADLINE_EXCEEDED')
  t.equal(runners[0].killed, undefined)
  await clock.advance(1)
  t.match(runners[0].killed, /deadline/)
})

t.test('A batch is no larger than can be done before the deadline of its first request', async (t) => {
  const { clock, runners, submit, expect } = arrange(1, { requestTimeoutMs: 100 })
  expect(20, 1)
  submit('first', 'a', 'b', 'c', 'd')
  await clock.advance(20)
  await runners[0].answer()
  t.same(runners[0].bodies, ['a', 'b'], 'for three, twice 60 ms is more than the 80 that are left')
})

t.test('A worker that is ended for another reason than its requests gives them no bad name', async (t) => {
  const { runners, submit, answers, scheduler } = arrange(1)
  submit('a')
  let [runner] = runners as [FakeRunner]
  for (let i = 0; i < 3; i += 1) {
    runner.kill('it was stopped by a signal')
    await runner.die(scheduler)
    runner = new FakeRunner()
    scheduler.add(runner)
    t.same(runner.bodies, ['a'])
  }
  await runner.answer()
  submit('a')
  t.same(runner.bodies, ['a'], 'the same bytes are taken again')
  t.same(answers, { a: 'a' })
})

t.test('A run that ends in time leaves no deadline behind', async (t) => {
  const { clock, runners, submit } = arrange(1, { requestTimeoutMs: 100 })
  submit('a')
  await runners[0].answer()
  await clock.advance(1000)
  t.equal(runners[0].killed, undefined)
  t.equal(clock.timers, 0)
})

t.test('A cancelled request is dropped, counted and not dispatched', async (t) => {
  const { runners, submit, recorded, scheduler } = arrange(1)
  const [, , b] = submit('running', 'a', 'b', 'c')
  b?.cancel()
  b?.cancel()
  t.same(recorded.dropped, ['cancelled'])
  t.equal(scheduler.lane.waiting, 2)
  t.equal(scheduler.lane.pending, 3)
  t.equal(await b?.reply, undefined, 'nobody waits for an answer')
  await runners[0].answer()
  t.same(runners[0].bodies, ['a', 'c'])
})

t.test('Cancelling after the answer does nothing', async (t) => {
  const { runners, submit, recorded, answers } = arrange(1)
  const [a] = submit('a')
  await runners[0].answer()
  a?.cancel()
  await settled()
  t.same(recorded.dropped, [])
  t.same(answers, { a: 'a' })
})

t.test('What is cancelled during its run is not tried again if the worker dies', async (t) => {
  const { runners, submit, scheduler, recorded } = arrange(1)
  const [a] = submit('a')
  a?.cancel()
  await runners[0].die(scheduler)
  t.equal(recorded.retried, 0)
  t.equal(scheduler.lane.waiting, 0)
  t.equal(scheduler.lane.pending, 0)
})

t.test('The requests of a worker that died go first, each alone; the culprit is named', async (t) => {
  const { clock, runners, submit, answers, scheduler, recorded } = arrange(1)
  submit('first', 'a', 'poison', 'b')
  await clock.advance(1)
  await runners[0].answer()
  t.same(runners[0].bodies, ['a', 'poison', 'b'])
  submit('later')
  await runners[0].die(scheduler)
  t.equal(recorded.retried, 3)
  const second = new FakeRunner()
  scheduler.add(second)
  t.same(second.bodies, ['a'])
  await second.answer()
  t.same(second.bodies, ['poison'])
  await second.die(scheduler)
  const third = new FakeRunner()
  scheduler.add(third)
  t.same(third.bodies, ['poison'], 'the first death was in company: it proves nothing')
  await third.die(scheduler)
  t.equal(answers.poison, 'ERR_WORKER_CRASHED')
  const fourth = new FakeRunner()
  scheduler.add(fourth)
  t.same(fourth.bodies, ['b'])
  await fourth.answer()
  t.same(fourth.bodies, ['later'])
  await fourth.answer()
  t.same(answers, { first: 'first', a: 'a', b: 'b', later: 'later', poison: 'ERR_WORKER_CRASHED' })
})

t.test('A worker that dies while idle is given nothing', async (t) => {
  const { runners, submit, scheduler } = arrange(2)
  const [first, second] = runners as [FakeRunner, FakeRunner]
  scheduler.remove(first)
  submit('a')
  t.equal(first.bodies, undefined)
  t.same(second.bodies, ['a'])
})

t.test('What was retried keeps the deadline of its arrival', async (t) => {
  const { clock, runners, submit, answers, scheduler } = arrange(1, { requestTimeoutMs: 100 })
  submit('a')
  await clock.advance(80)
  submit('b')
  await runners[0].die(scheduler)
  await clock.advance(20)
  t.same(answers, { a: 'ERR_DEADLINE_EXCEEDED' })
  await clock.advance(80)
  t.same(answers, { a: 'ERR_DEADLINE_EXCEEDED', b: 'ERR_DEADLINE_EXCEEDED' })
})

t.test('A retried request is not held back for a batch', async (t) => {
  const { runners, submit, scheduler } = arrange(1, { maxBatchDelayMs: 50, maxBatchSize: 2 })
  submit('a', 'b')
  await runners[0].die(scheduler)
  const second = new FakeRunner()
  scheduler.add(second)
  t.same(second.bodies, ['a'])
  await second.answer()
  t.same(second.bodies, ['b'])
})

t.test('What two dead workers had in hand is retried in the order of arrival, each alone', async (t) => {
  const { clock, runners, submit, scheduler } = arrange(2)
  const [first, second] = runners as [FakeRunner, FakeRunner]
  submit('x')
  await clock.advance(1)
  submit('y')
  await clock.advance(1)
  await second.die(scheduler)
  await first.die(scheduler)
  const third = new FakeRunner()
  scheduler.add(third)
  submit('later', 'last')
  t.same(third.bodies, ['x'])
  await third.answer()
  t.same(third.bodies, ['y'])
  await third.answer()
  t.same(third.bodies, ['later', 'last'])
})

t.test('The bytes of a request that is cancelled during its run are freed once', async (t) => {
  const { runners, submit, scheduler } = arrange(1, { maxQueueBytes: 10 })
  const [a] = submit('123456')
  a?.cancel()
  await runners[0].answer()
  submit('12345678')
  t.equal(scheduler.isFull(2), false)
  t.equal(scheduler.isFull(3), true)
})

t.test('A worker that died has no share any more', async (t) => {
  const { runners, submit, scheduler } = arrange(2)
  const [first, second] = runners as [FakeRunner, FakeRunner]
  submit('x', 'y')
  scheduler.remove(second)
  submit('a', 'b', 'c', 'd')
  await first.answer()
  t.same(first.bodies, ['a', 'b', 'c', 'd'])
})

t.test('A request held back beyond its deadline is answered at the deadline', async (t) => {
  const { clock, runners, submit, answers } = arrange(1, { maxBatchDelayMs: 500, requestTimeoutMs: 100 })
  submit('a')
  await clock.advance(100)
  t.same(answers, { a: 'ERR_DEADLINE_EXCEEDED' })
  t.equal(runners[0].bodies, undefined)
})

t.test('Closing answers what waits, what runs and what comes later', async (t) => {
  const { clock, runners, submit, answers, scheduler } = arrange(1)
  submit('running', 'a', 'b')
  scheduler.close()
  submit('later')
  await settled()
  const gone = 'ERR_UNAVAILABLE'
  t.same(answers, { running: gone, a: gone, b: gone, later: gone })
  t.equal(scheduler.lane.pending, 0)
  await runners[0].answer()
  t.same(runners[0].history, [['running']], 'nothing is dispatched any more')
  await clock.advance(1e6)
  t.equal(clock.timers, 0)
})

t.test('A worker that dies after the close brings nothing back', async (t) => {
  const { runners, submit, recorded, scheduler } = arrange(1)
  submit('running', 'a')
  scheduler.close()
  await runners[0].die(scheduler)
  t.equal(recorded.retried, 0)
  t.equal(scheduler.lane.waiting, 0)
  t.match(await scheduler.submit(requestOf('later')).reply, { code: 'ERR_UNAVAILABLE' })
})

t.test('A body counts until no worker has it, also if its request was cancelled or is late', async (t) => {
  const { clock, runners, submit, scheduler } = arrange(1, { maxQueueBytes: 10, requestTimeoutMs: 100 })
  const [a] = submit('123456')
  a?.cancel()
  t.equal(scheduler.lane.bytes, 6)
  t.equal(scheduler.isFull(5), true)
  await runners[0].answer()
  t.equal(scheduler.lane.bytes, 0)
  submit('1234567')
  await clock.advance(100)
  t.equal(scheduler.lane.pending, 0)
  t.equal(scheduler.lane.bytes, 7)
  await runners[0].die(scheduler)
  t.equal(scheduler.lane.bytes, 0)
})

t.test('A worker that is stuck does not shorten the wait of others', async (t) => {
  const { clock, runners, submit, scheduler, expect } = arrange(2, { maxBatchSize: 1 })
  expect(10, 1)
  submit('hangs', 'b', 'c', 'd', 'e', 'f')
  await runners[0].answer()
  await runners[0].answer()
  t.equal(scheduler.stuck, 0)
  const before = scheduler.predictedWaitMs
  await clock.advance(1500)
  t.ok(scheduler.stuck > 0)
  t.ok(scheduler.predictedWaitMs > before, `${scheduler.predictedWaitMs} > ${before}`)
})

t.test('However long its size lets expect, a run that outlives its requests is ended', async (t) => {
  const { clock, runners, submitSized, expect } = arrange(1, { requestTimeoutMs: 5000 })
  // As a warm-up on one row of three numbers: by its bytes the next would take days.
  expect(0.1, 12)
  submitSized(24e6, 'hangs')
  await clock.advance(4999)
  t.equal(runners[0].killed, undefined)
  await clock.advance(1)
  t.match(runners[0].killed, /outlived the deadline/)
})

t.test('A worker whose run fails without its end having been told is given nothing more', async (t) => {
  const { runners, submit, scheduler, answers } = arrange(2)
  const [dead, other] = [...runners].reverse() as [FakeRunner, FakeRunner]
  dead.run = () => ({ done: Promise.reject(new WorkerDiedError('the worker has gone')), cancel: () => {} })
  submit('a')
  await settled()
  t.same(other.bodies, ['a'])
  await other.answer()
  t.same(answers, { a: 'a' })
  t.equal(scheduler.stuck, 0)
})
