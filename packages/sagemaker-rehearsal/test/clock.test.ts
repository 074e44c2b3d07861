/** The two clocks. */

import t from 'tap'
import { createClock, createManualClock } from '../src/clock.ts'

t.test('a fast clock runs ahead of time, and its sleeps are shorter', async (t) => {
  const clock = createClock(1000)
  const start = clock.now()
  const began = performance.now()
  await clock.sleep(20_000)
  const elapsedMs = performance.now() - began
  t.ok(clock.now() - start >= 19_900, 'at least as much has passed as was slept')
  t.ok(elapsedMs < 20_000, 'and less in truth')
})

t.test('a sleep ends with the signal', async (t) => {
  for (const clock of [createClock(), createManualClock()]) {
    const abort = new AbortController()
    const sleeping = clock.sleep(3_600_000, abort.signal)
    abort.abort()
    await t.rejects(sleeping, { name: 'AbortError' })
  }
})

t.test('a manual clock wakes sleepers in order, at their time, and those that sleep again too', async (t) => {
  const clock = createManualClock(0)
  const seen: [string, number][] = []
  const every = async (name: string, ms: number) => {
    for (;;) {
      await clock.sleep(ms)
      seen.push([name, clock.now()])
    }
  }
  void every('three', 3)
  void every('two', 2)
  await clock.advance(6)
  t.strictSame(seen, [
    ['two', 2],
    ['three', 3],
    ['two', 4],
    ['three', 6],
    ['two', 6],
  ])
  t.equal(clock.now(), 6)
})
