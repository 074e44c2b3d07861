import t from 'tap'
import { createExposures } from '../../../scripts/traffic/exposures.ts'

const WEIGHTS = { a: 1, b: 1 }

t.test('each user counts once, whatever they see later', async (t) => {
  const exposures = createExposures()
  t.strictSame(
    ['a', 'a', 'b', 'a'].map((variant) => exposures.record('u', variant, WEIGHTS)),
    [false, false, true, true],
  )
  exposures.record('v', 'b', WEIGHTS)
  t.match(exposures.report(), { weights: WEIGHTS, users: { a: 1, b: 1 }, switches: 2, sampleRatio: null })
})

t.test('with other weights users are counted anew, and who moves is still noticed', async (t) => {
  const exposures = createExposures()
  for (let index = 0; index < 100; index++) exposures.record(`u${index}`, 'a', WEIGHTS)
  t.match(exposures.report(), { sampleRatio: { mismatch: true } })
  const moved = { a: 1, b: 3 }
  t.equal(exposures.record('u0', 'a', moved), false)
  t.equal(exposures.record('u1', 'b', moved), true)
  t.match(exposures.report(), { weights: moved, users: { a: 1, b: 1 }, switches: 1, sampleRatio: null })
})

t.test('it keeps no more users in mind than it may', async (t) => {
  const exposures = createExposures(2)
  for (const user of ['u', 'v', 'w', 'w']) exposures.record(user, 'a', WEIGHTS)
  t.equal(exposures.record('w', 'b', WEIGHTS), false)
  t.equal(exposures.record('v', 'b', WEIGHTS), true)
  t.same(exposures.report().users, { a: 2 })
})
