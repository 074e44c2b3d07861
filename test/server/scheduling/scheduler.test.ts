/** Dispatch and batching. Bounds, deadlines and faults are in the files beside this one. */

import t from 'tap'
import { arrange, type FakeRunner, settled } from './fakes.ts'

const names = (count: number, prefix = 'r'): string[] =>
  Array.from({ length: count }, (_, index) => `${prefix}${index}`)

/** The cost model has seen batches of all sizes that take `fixed + each·n` milliseconds. */
const teach = ({ scheduler }: ReturnType<typeof arrange>, fixed: number, each: number): void => {
  for (let i = 0; i < 5; i += 1)
    for (const size of [1, 2, 4, 8, 16, 32, 64]) scheduler.lane.cost.observe(size, fixed + each * size)
}

t.test('A request goes to a free worker at once', async (t) => {
  const { runners, submit, answers, recorded, scheduler } = arrange(1)
  submit('a')
  t.same(runners[0].bodies, ['a'])
  t.equal(scheduler.lane.waiting, 0)
  t.equal(scheduler.lane.pending, 1)
  await runners[0].answer()
  t.same(answers, { a: 'a' })
  t.equal(scheduler.lane.pending, 0)
  t.same(recorded.waits, [0])
})

t.test('A request that comes before any worker waits for the first', async (t) => {
  const { scheduler, runners, submit, answers } = arrange(1)
  const [runner] = runners
  scheduler.remove(runner)
  submit('a')
  t.equal(runner.bodies, undefined)
  t.equal(scheduler.lane.waiting, 1)
  scheduler.add(runner)
  await runner.answer()
  t.same(answers, { a: 'a' })
})

t.test('What arrives while the worker is busy forms the next batch, in the order of arrival', async (t) => {
  const { clock, runners, submit, answers, recorded } = arrange(1)
  const [runner] = runners
  submit('a')
  submit('b', 'c')
  await clock.advance(3)
  submit('d')
  await clock.advance(4)
  await runner.answer()
  t.same(runner.history, [['a'], ['b', 'c', 'd']])
  await runner.answer()
  t.same(answers, { a: 'a', b: 'b', c: 'c', d: 'd' })
  t.same(recorded.waits, [0, 7, 7, 4])
  t.same(recorded.batches, [
    { requests: 1, milliseconds: 7 },
    { requests: 3, milliseconds: 0 },
  ])
})

t.test('Each free worker takes a request of its own rather than one taking all', async (t) => {
  const { runners, submit } = arrange(3)
  submit('a', 'b', 'c')
  t.same(
    runners.map((runner) => runner.bodies),
    [['c'], ['b'], ['a']],
  )
})

t.test('A worker that gets free takes its share of what waits and leaves the others theirs', async (t) => {
  const { clock, runners, submit } = arrange(2)
  const [second, first] = runners as [FakeRunner, FakeRunner]
  submit('x', 'y')
  submit(...names(7))
  await clock.advance(20)
  await first.answer()
  t.same(first.bodies, ['r0', 'r1', 'r2', 'r3'], 'half of seven, rounded up')
  await second.answer()
  t.same(second.bodies, ['r4', 'r5'], 'half of the three left, as the first will be back')
})

t.test('Work of less than a millisecond is not divided, if it is small in bytes too', async (t) => {
  for (const [milliseconds, bytes, first] of [
    [0.2, 10, ['a', 'b', 'c', 'd']],
    [0.5, 10, ['a', 'b']],
    [5, 10, ['a']],
    [0.2, 200_000, ['a', 'b']],
  ] as const) {
    const { runners, submitSized, clock, expect } = arrange(4)
    expect(milliseconds, bytes)
    await clock.together(() => submitSized(bytes, 'a', 'b', 'c', 'd'))
    t.same(runners[3]?.bodies, first, `${milliseconds} ms and ${bytes} bytes each`)
  }
})

t.test('A batch has at most as many requests as the loaded model says', async (t) => {
  for (const maxBatchSize of [1, 3, 64]) {
    const { runners, submit } = arrange(1, { maxBatchSize })
    submit('first', ...names(100))
    await runners[0].answer()
    t.equal(runners[0].bodies?.length, maxBatchSize)
  }
})

t.test('A model that gains nothing from batches gets requests one by one', async (t) => {
  const arranged = arrange(1)
  teach(arranged, 0, 10)
  const [runner] = arranged.runners
  arranged.submit('first', ...names(9))
  await runner.answer()
  t.same(runner.bodies, ['r0'])
})

t.test('A model with a high fixed cost goes on getting large batches', async (t) => {
  const arranged = arrange(1)
  teach(arranged, 50, 1)
  const [runner] = arranged.runners
  arranged.submit('first', ...names(40))
  await runner.answer()
  t.equal(runner.bodies?.length, 40)
})

t.test('A batch is alone if nothing else runs or waits, so that it may use all threads', async (t) => {
  const { runners, submit, scheduler, expect } = arrange(2, { maxBatchSize: 1 })
  expect(100, 1)
  const [second, first] = runners as [FakeRunner, FakeRunner]
  submit('a')
  t.equal(first.alone, true)
  submit('b')
  t.equal(second.alone, false)
  submit('c', 'd', 'e')
  await first.answer()
  t.equal(first.alone, false, 'the other worker runs')
  while (scheduler.lane.pending > 0) for (const runner of [first, second]) await runner.answer()
  t.equal(scheduler.lane.pending, 0)
  submit('f')
  t.ok([first, second].some((runner) => runner.bodies?.[0] === 'f' && runner.alone === true))
})

t.test('What arrives together goes together, and with it those who were answered just now', async (t) => {
  const { runners, submit, clock } = arrange(1)
  const [runner] = runners
  await clock.together(() => submit('a', 'b'))
  t.same(runner.bodies, ['a', 'b'])
  submit('c')
  await clock.together(async () => {
    await runner.answer()
    submit('a again')
  })
  t.same(runner.bodies, ['c', 'a again'])
})

t.test('Without maxBatchDelayMs nothing is held back and no timer is made but for deadlines', async (t) => {
  const { clock, runners, submit } = arrange(1)
  submit('a')
  t.equal(clock.made, 1, 'the deadline of the run')
  submit('b', 'c', 'd')
  t.equal(clock.made, 2, 'the deadline of what waits')
  await runners[0].answer()
  await runners[0].answer()
  t.equal(clock.fired, 0)
})

t.test('maxBatchDelayMs holds a request back for others, then releases all', async (t) => {
  const { clock, runners, submit } = arrange(1, { maxBatchDelayMs: 20 })
  const [runner] = runners
  submit('a')
  await clock.advance(15)
  submit('b')
  await clock.advance(4.9)
  t.equal(runner.bodies, undefined)
  await clock.advance(0.1)
  t.same(runner.bodies, ['a', 'b'])
  t.equal(clock.fired, 1, 'the clock is asked once and not polled')
})

t.test('A full batch is not held back', async (t) => {
  const { runners, submit } = arrange(1, { maxBatchDelayMs: 20, maxBatchSize: 2 })
  submit('a')
  t.equal(runners[0].bodies, undefined)
  submit('b')
  t.same(runners[0].bodies, ['a', 'b'])
})

t.test('What waited longer than maxBatchDelayMs for a busy worker goes at once', async (t) => {
  const { clock, runners, submit } = arrange(1, { maxBatchDelayMs: 20, maxBatchSize: 2 })
  submit('a', 'b', 'c')
  await clock.advance(50)
  await runners[0].answer()
  t.same(runners[0].bodies, ['c'])
})

t.test('A request held back that is cancelled does not hold up the next', async (t) => {
  const { clock, runners, submit } = arrange(1, { maxBatchDelayMs: 20 })
  const [first] = submit('a')
  await clock.advance(10)
  submit('b')
  first?.cancel()
  await clock.advance(19)
  t.equal(runners[0].bodies, undefined)
  await clock.advance(1)
  t.same(runners[0].bodies, ['b'])
})

t.test('An idle scheduler keeps no timer that fires again and again', async (t) => {
  const { clock, runners, submit } = arrange(1, { maxBatchDelayMs: 20 })
  submit('a')
  await clock.advance(20)
  await runners[0].answer()
  await clock.advance(1e6)
  await settled()
  t.equal(clock.timers, 0)
  t.ok(clock.fired <= 3, `${clock.fired}`)
})
