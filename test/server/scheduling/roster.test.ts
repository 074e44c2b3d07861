import t from 'tap'
import { type Batch, Roster } from '../../../src/server/scheduling/roster.ts'
import { FakeRunner } from './fakes.ts'

const batch = (startedAt: number): Batch => ({
  entries: [],
  bytes: 0,
  alone: false,
  startedAt,
  blamed: false,
  unwatch: () => {},
  cancel: () => {},
})

t.test('The worker that was busy last is taken first', async (t) => {
  const roster = new Roster()
  const [first, second] = [new FakeRunner(), new FakeRunner()]
  roster.add(first)
  roster.add(second)
  const given = batch(0)
  roster.give(first, given)
  t.equal(roster.free, second)
  t.equal(roster.busy, 1)
  roster.done(first, given, 5)
  t.equal(roster.free, first)
  t.equal(roster.busy, 0)
})

t.test(
  'A worker is free once all that it has in hand is done, and begins with the next at that time',
  async (t) => {
    const roster = new Roster()
    const runner = new FakeRunner()
    roster.add(runner)
    const [one, two] = [batch(0), batch(1)]
    roster.give(runner, one)
    roster.give(runner, two)
    t.same([...roster.working], [[runner, [one, two]]])
    roster.done(runner, one, 9)
    t.equal(two.startedAt, 9)
    t.same(roster.inHand(runner), [two])
    t.equal(roster.free, undefined)
    roster.done(runner, two, 12)
    t.equal(roster.free, runner)
  },
)

t.test('A worker that has gone is neither free nor working, whatever it still had', async (t) => {
  const roster = new Roster()
  const runner = new FakeRunner()
  roster.add(runner)
  const given = batch(0)
  roster.give(runner, given)
  roster.remove(runner)
  roster.done(runner, given, 3)
  t.equal(roster.size, 0)
  t.same(roster.inHand(runner), [])
  t.equal(roster.free, undefined)
  t.same([...roster.working], [])
})
