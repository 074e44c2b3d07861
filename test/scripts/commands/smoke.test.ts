import t from 'tap'
import { registerSmoke } from '../../../scripts/commands/smoke.ts'
import { stage } from '../with-rehearsal.ts'

const SMOKE = [
  { file: 'three/version.txt', contentType: 'text/plain', expect: [{ path: '$.label', equals: '3' }] },
]

t.test('smoke says how a live endpoint answers, and fails if it does not answer as it should', async (t) => {
  let asked = 0
  const here = await stage(t, {
    behaviour: { answer: () => ({ body: JSON.stringify({ label: ++asked % 4 === 0 ? '8' : '3' }) }) },
  })
  await here.deploy(here.deployment(['one']))
  const file = here.file('three', { smoke: SMOKE })
  const good = await here.command(registerSmoke, ['-f', file, 'smoke', '--times', '3'])
  t.equal(good.error, undefined)
  t.match(good.value, { endpoint: 'digits', requests: 3, errors: 0, problems: [] })
  t.match(good.text, /^digits: 3 requests, 0 errors, p50 [\d.]+ ms, p99 [\d.]+ ms, longest [\d.]+ ms$/)
  const bad = await here.command(registerSmoke, ['-f', file, 'smoke', '--times', '3'])
  t.match(bad.value, { requests: 3, errors: 1 })
  t.match(bad.error, { exitCode: 1, message: /\$\.label is "8", not "3"/ })
  const once = await here.command(registerSmoke, ['-f', file, 'smoke'])
  t.match(once.value, { requests: 1 })
})

t.test('without tests or an endpoint there is nothing to say', async (t) => {
  const here = await stage(t)
  const none = await here.command(registerSmoke, ['-f', here.file('one'), 'smoke'])
  t.match(none.error, { exitCode: 2, message: /has no smoke tests/ })
  const file = here.file('three', { smoke: SMOKE })
  const missing = await here.command(registerSmoke, ['-f', file, 'smoke'])
  t.match(missing.error, { exitCode: 1, message: 'there is no endpoint digits' })
  const often = await here.command(registerSmoke, ['-f', file, 'smoke', '--times', '0'])
  t.match(often.error, { message: /whole number from 1 to 10000/ })
})
