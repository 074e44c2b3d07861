/** Workers that are stuck, and requests that workers die of. */

import t from 'tap'
import { arrange, FakeRunner, settled } from './fakes.ts'

t.test('Of several requests with which a worker is stuck only the culprit is late', async (t) => {
  const { runners, submit, answers, clock, scheduler, expect } = arrange(1, { requestTimeoutMs: 20_000 })
  expect(10, 8)
  submit('first')
  submit('a', 'b')
  await runners[0].answer()
  t.same(runners[0].bodies, ['a', 'b'])
  await clock.advance(1500)
  t.match(runners[0].killed, /stuck with several/)
  await runners[0].die(scheduler)
  const second = new FakeRunner()
  scheduler.add(second)
  await second.answer()
  t.same(second.bodies, ['b'])
  await clock.advance(17_000)
  t.equal(second.killed, undefined, 'one that is alone may take as long as it has')
  await clock.advance(1500)
  t.match(second.killed, /outlived the deadline/)
  t.same(answers, { first: 'first', a: 'a', b: 'ERR_DEADLINE_EXCEEDED' })
})

t.test('A worker that still reads its requests is not stuck, and is once it falls silent', async (t) => {
  const { clock, scheduler, submit, answers, runners, expect } = arrange(1, { requestTimeoutMs: 30_000 })
  const [runner] = runners
  expect(10, 8)
  submit('a')
  for (let seconds = 0; seconds < 10; seconds += 1) {
    await clock.advance(1000)
    runner.preparing()
  }
  t.equal(scheduler.stuck, 0)
  await clock.advance(1499)
  t.equal(scheduler.stuck, 0)
  await clock.advance(1)
  t.equal(scheduler.stuck, 1)
  runner.preparing()
  t.equal(scheduler.stuck, 0)
  await runner.answer()
  t.match(answers, { a: 'a' })
})

t.test(
  'A worker is stuck by what its requests should take: eight times as long, by their size',
  async (t) => {
    const { clock, scheduler, submit, expect } = arrange(1, { requestTimeoutMs: 1e6 })
    expect(10, 8)
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
  'A request is answered as its reply comes, and is not computed again if the worker dies',
  async (t) => {
    const { runners, submit, answers, scheduler, recorded } = arrange(1)
    const [runner] = runners
    submit('first')
    submit('a', 'b', 'c')
    await runner.answer()
    await runner.reply(1)
    t.same(answers, { first: 'first', b: 'b' })
    await runner.die(scheduler)
    t.equal(recorded.retried, 2)
    const second = new FakeRunner()
    scheduler.add(second)
    t.same(second.bodies, ['a'])
    await second.answer()
    t.same(second.bodies, ['c'])
    await second.answer()
    t.same(answers, { first: 'first', a: 'a', b: 'b', c: 'c' })
  },
)

t.test('The worker is told of what it has and nobody waits for: cancelled, or late', async (t) => {
  const { runners, submit, clock, expect } = arrange(1, { requestTimeoutMs: 1000 })
  const [runner] = runners
  expect(10, 1)
  submit('first')
  const [a] = submit('a', 'b')
  await runner.answer()
  t.same(runner.bodies, ['a', 'b'])
  a?.cancel()
  t.same(runner.cancelled, ['a'])
  await clock.advance(1000)
  t.same(runner.cancelled, ['a', 'b'])
  await runner.answer()
  t.same(runner.cancelled, ['a', 'b'])
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
  const [poison] = submit('poison', 'good')
  await settled()
  t.match(await poison?.reply, { ok: false, code: 'ERR_WORKER_CRASHED' })
  t.same(third.bodies, ['good'])
})

t.test('A death in company counts against no request', async (t) => {
  const { runners, submit, scheduler, answers } = arrange(1)
  submit('first')
  submit('a', 'b')
  await runners[0].answer()
  t.same(runners[0].bodies, ['a', 'b'])
  await runners[0].die(scheduler)
  const [second, third] = [new FakeRunner(), new FakeRunner()]
  scheduler.add(second)
  t.same(second.bodies, ['a'])
  await second.die(scheduler)
  t.same(answers, { first: 'first' }, 'it has died alone only once')
  scheduler.add(third)
  await third.answer()
  await third.answer()
  t.same(answers, { first: 'first', a: 'a', b: 'b' })
})

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
  t.equal(third.bodies, undefined)
  await clock.advance(1)
  submit('poison')
  t.same(third.bodies, ['poison'])
})
