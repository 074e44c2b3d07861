import fc from 'fast-check'
import t from 'tap'
import { formatDuration, parseDuration, parsePercent } from '../../../scripts/config/units.ts'

t.test('durations have a unit', async (t) => {
  t.equal(parseDuration('800ms'), 800)
  t.equal(parseDuration('1.5s'), 1500)
  t.equal(parseDuration('5m'), 300_000)
  t.equal(parseDuration('1h'), 3_600_000)
  for (const text of ['', '5', '5 m', 'm', '-5m', '1h30m', '5M', '5m\n'])
    t.equal(parseDuration(text), undefined)
})

t.test('every number of seconds is read as it was written', async () => {
  fc.assert(
    fc.property(
      fc.nat({ max: 100_000 }),
      (seconds) => parseDuration(formatDuration(seconds)) === seconds * 1000,
    ),
  )
})

t.test('durations are written in the largest unit that fits', async (t) => {
  t.strictSame([0, 90, 300, 7200].map(formatDuration), ['0s', '90s', '5m', '2h'])
})

t.test('percentages have their sign', async (t) => {
  t.equal(parsePercent('10%'), 10)
  t.equal(parsePercent('0.5%'), 0.5)
  for (const text of ['10', '%', '10 %', '-1%']) t.equal(parsePercent(text), undefined)
})
