import t from 'tap'
import { Batch } from '../../../src/server/scheduling/batch.ts'
import { systemClock } from '../../../src/server/scheduling/clock.ts'
import { CostModel } from '../../../src/server/scheduling/cost-model.ts'
import { Roster } from '../../../src/server/scheduling/roster.ts'
import { FakeRunner } from './fakes.ts'

const batch = (runner: FakeRunner): Batch =>
  new Batch(runner, [], false, {
    cost: new CostModel(),
    clock: systemClock,
    requestTimeoutMs: 100,
    expired: () => {},
  })

t.test('The worker that was busy last is the next to be used', async (t) => {
  const roster = new Roster()
  const [first, second] = [new FakeRunner(), new FakeRunner()]
  roster.add(first)
  roster.add(second)
  roster.give(first, batch(first))
  t.equal(roster.free, second)
  t.equal(roster.isIdle, false)
  t.equal(roster.size, 2)
  roster.done(first)
  t.equal(roster.free, first)
  t.equal(roster.isIdle, true)
})

t.test('A worker that is not free is given nothing', async (t) => {
  const roster = new Roster()
  const runner = new FakeRunner()
  t.throws(() => roster.give(runner, batch(runner)), /not free/)
  roster.add(runner)
  roster.give(runner, batch(runner))
  t.throws(() => roster.give(runner, batch(runner)), /not free/)
})

t.test('A worker that has gone is neither free nor busy, whatever it still had', async (t) => {
  const roster = new Roster()
  const runner = new FakeRunner()
  roster.add(runner)
  roster.give(runner, batch(runner))
  roster.remove(runner)
  roster.done(runner)
  t.equal(roster.size, 0)
  t.equal(roster.free, undefined)
  t.equal(roster.isIdle, true)
})
