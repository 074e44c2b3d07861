import { InvokeEndpointCommand } from '@aws-sdk/client-sagemaker-runtime'
import t from 'tap'
import { registerStatus } from '../../../scripts/commands/status.ts'
import { isOf, stage } from '../with-rehearsal.ts'

t.test('status shows variants with their traffic, errors and latency', async (t) => {
  const here = await stage(t, {
    behaviour: { answer: (spec) => ({ status: isOf('two')(spec) ? 500 : 200, body: 'x' }) },
  })
  await here.deploy(here.deployment(['one', 'two']))
  for (const TargetVariant of ['primary', 'primary', 'challenger']) {
    const request = { EndpointName: 'digits', Body: 'x', ContentType: 'text/plain', TargetVariant }
    await here.clients.runtime.send(new InvokeEndpointCommand(request)).catch(() => {})
  }
  const { value, text } = await here.command(registerStatus, ['status', '--endpoint', 'digits'])
  t.match(value, {
    status: 'InService',
    variants: [
      { name: 'primary', share: 0.5, traffic: { invocations: 2, errors5xx: 0 } },
      { name: 'challenger', share: 0.5, traffic: { invocations: 1, errors5xx: 1 } },
    ],
  })
  t.match(
    text,
    /\nprimary +1 +50 % +2 × ml\.c6i\.large +0{12} +[0-9a-f]{12} +2 +0 +0 +[\d.]+ ms +[\d.]+ ms\n/,
  )
})

t.test('--watch goes on until Ctrl-C, and shows what changes', async (t) => {
  const here = await stage(t)
  await here.deploy(here.deployment(['one']))
  const interrupt = new AbortController()
  let looks = 0
  here.rehearsal.onCall((_, action) => {
    if (action !== 'GetMetricData') return
    looks += 1
    if (looks === 3) interrupt.abort()
  })
  const argv = ['status', '--watch', '--endpoint', 'digits']
  const { output, error } = await here.command(registerStatus, argv, interrupt.signal)
  t.equal(output.results.length, 3)
  t.match(error, { exitCode: 130 })
})

t.test('no endpoint is an error', async (t) => {
  const here = await stage(t)
  const { error } = await here.command(registerStatus, ['status', '--endpoint', 'digits'])
  t.match(error, { message: 'there is no endpoint digits', exitCode: 1 })
})
