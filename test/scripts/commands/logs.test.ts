import { InvokeEndpointCommand } from '@aws-sdk/client-sagemaker-runtime'
import t from 'tap'
import { registerLogs } from '../../../scripts/commands/logs.ts'
import { parseSince } from '../../../scripts/logs/since.ts'
import { stage } from '../with-rehearsal.ts'

t.test('logs prints the lines of all variants, or of one', async (t) => {
  const here = await stage(t)
  await here.deploy(here.deployment(['one', 'two']))
  const all = await here.command(registerLogs, ['logs', '--endpoint', 'digits'])
  t.match(all.bytes.toString(), /^\d{4}-.*Z (primary|challenger)\/i-\w+ started digits-/)
  t.equal(all.bytes.toString().trim().split('\n').length, 4)
  const one = await here.command(registerLogs, [
    'logs',
    '--json',
    '--variant',
    'primary',
    '--endpoint',
    'digits',
  ])
  const lines = one.bytes.toString().trim().split('\n')
  t.strictSame(
    lines.map((line) => JSON.parse(line).variant),
    ['primary', 'primary'],
  )
})

t.test('logs --follow goes on with new lines, each once', async (t) => {
  const here = await stage(t)
  await here.deploy(here.deployment(['one']))
  const interrupt = new AbortController()
  let polls = 0
  here.rehearsal.onCall(async (_, action) => {
    if (action !== 'FilterLogEvents') return
    polls += 1
    if (polls === 5) interrupt.abort()
    const request = { EndpointName: 'digits', Body: 'x', ContentType: 'text/plain' }
    await here.clients.runtime.send(new InvokeEndpointCommand(request))
  })
  const { bytes, error } = await here.command(
    registerLogs,
    ['logs', '--follow', '--endpoint', 'digits'],
    interrupt.signal,
  )
  t.match(error, { exitCode: 130, message: 'Interrupted.', fix: undefined })
  const answers = bytes.toString().match(/200 \/invocations/g)
  t.equal(answers?.length, 5)
  t.equal(bytes.toString().match(/started/g)?.length, 2)
})

t.test('an endpoint that never was has no lines', async (t) => {
  const here = await stage(t)
  const { bytes, error } = await here.command(registerLogs, ['logs', '--endpoint', 'digits'])
  t.equal(error, undefined)
  t.equal(bytes.length, 0)
})

t.test('where there are no lines since then, that is said, by the clock that AWS goes by', async (t) => {
  const here = await stage(t)
  await here.deploy(here.deployment(['one']))
  await here.session.clock.sleep(3_600_000, here.session.signal)
  const short = await here.command(registerLogs, ['logs', '--endpoint', 'digits'])
  t.equal(short.bytes.length, 0)
  const now = new Date(here.rehearsal.clock.now() - 600_000).toISOString().slice(0, 16)
  t.match(short.output.steps, [new RegExp(`^No lines of digits since ${now}.*--since, such as 1d`)])
  const long = await here.command(registerLogs, ['logs', '--since', '1d', '--endpoint', 'digits'])
  t.match(long.bytes.toString(), /started/)
  t.strictSame(long.output.steps, [])
})

t.test('--since is a number and a unit', async (t) => {
  t.equal(parseSince('90s'), 90_000)
  t.equal(parseSince('2h'), 7_200_000)
  for (const text of ['', '10', 'm', '-1m', '1.5h', '10 m', '1w'])
    t.throws(() => parseSince(text), { message: /10m/, exitCode: 2 }, text)
})
