import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import t from 'tap'
import { registerSize } from '../../../scripts/commands/size.ts'
import type { Sized } from '../../../scripts/size/run.ts'
import { stage } from '../with-rehearsal.ts'

const SHORT = ['--yes', '--step', '0.3s', '--p99', '1s']

t.test('Ctrl-C and --max-time end it with what is known so far', async (t) => {
  const here = await stage(t)
  await here.deploy(here.deployment(['one']))
  const body = join(t.testdir({ 'a.json': '[[1]]' }), 'a.json')
  const argv = ['size', '--endpoint', 'digits', '--body', body, ...SHORT]
  const stop = new AbortController()
  const timer = setTimeout(() => stop.abort(), 900)
  const interrupted = await here.command(registerSize, argv, stop.signal)
  clearTimeout(timer)
  t.match(interrupted, {
    value: { stopped: 'interrupted', recommendation: undefined },
    text: /Interrupted: this is what is known so far\./,
    error: { exitCode: 130 },
  })
  const late = await here.command(registerSize, [...argv, '--max-time', '700ms'])
  t.match(late, { value: { stopped: 'time', shown: false }, text: /--max-time was reached/ })
  const few = await here.command(registerSize, [...argv, '--max-requests', '30'])
  t.match(few, { value: { stopped: 'requests' }, text: /--max-requests was reached/ })
  t.ok((few.value as Sized).sent <= 30)
})

t.test('what is wrong with the requests or the endpoint is no matter of load', async (t) => {
  let ms = 0
  let status = 400
  const here = await stage(t, {
    behaviour: {
      answer: async () => {
        await delay(ms)
        return { status, body: 'no such input' }
      },
    },
  })
  await here.deploy(here.deployment(['one', 'two']))
  const body = join(t.testdir({ 'a.json': '[[1]]' }), 'a.json')
  const run = (...argv: string[]) => here.command(registerSize, ['size', '--endpoint', 'digits', ...argv])
  const one = ['--body', body, '--variant', 'primary']
  t.match((await run(...one, ...SHORT)).error, {
    message: /has not answered a single request: 4\d\d .*no such input/,
    exitCode: 1,
  })
  status = 200
  ms = 25
  t.match(await run(...one, ...SHORT, '--p99', '20ms'), {
    value: { slowAlone: true, rate: undefined },
    text: /^No rate holds a p99 of 20 ms: a request to digits, primary \(.*\) takes \d+\S* ms without any other/,
    error: { exitCode: 1 },
  })
  const sent = () => here.rehearsal.calls().filter(({ action }) => action === 'InvokeEndpoint').length
  const before = sent()
  for (const [argv, problem] of [
    [['--body', body, '--yes'], { message: /several variants/, fix: /--variant primary\|challenger/ }],
    [['--body', body, '--yes', '--variant', 'third'], { message: /no variant third/ }],
    [['--yes'], { message: /what shall be sent/, fix: /--body/ }],
    [one, { message: /more load than it holds/, fix: /--yes/ }],
    [[...one, '--p99', 'soon'], { message: /--p99: expected a duration/ }],
    [[...one, '--errors', '3'], { message: /--errors: expected a percentage/ }],
    [[...one, '--rate', '-1'], { message: /--rate: expected a number above 0/ }],
    [[...one, '--url', 'http://x/'], { message: /name one of them/ }],
  ] as const)
    t.match((await run(...argv)).error, { ...problem, exitCode: 2 }, argv.join(' '))
  t.match((await here.command(registerSize, ['size', '--url', 'ftp://x', '--body', body])).error, {
    message: /--url: expected an http or https URL/,
  })
  t.match((await here.command(registerSize, ['size', '--url', 'http://127.0.0.1:1'])).error, {
    fix: /--body/,
  })
  t.match((await here.command(registerSize, ['size', '--model', '/no/such'])).error, {
    message: /no model folder/,
  })
  t.match(await run(...one, '--dry-run'), {
    text: /^Puts the endpoint digits under load, up to more than it holds: about 3 min, at most 10 /,
    value: { bodies: [body] },
    error: undefined,
  })
  t.equal(sent(), before)
})
