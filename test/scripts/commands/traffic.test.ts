import t from 'tap'
import { registerDeploy } from '../../../scripts/commands/deploy.ts'
import { registerPlan } from '../../../scripts/commands/plan.ts'
import { registerPromote } from '../../../scripts/commands/promote.ts'
import { registerTraffic } from '../../../scripts/commands/traffic.ts'
import { parseWeights } from '../../../scripts/deploy/weights.ts'
import { isOf, stage } from '../with-rehearsal.ts'

t.test('traffic sets weights, waits, and shows before and after; twice is once', async (t) => {
  const here = await stage(t)
  await here.deploy(here.deployment(['one', 'two']))
  const argv = ['traffic', 'primary=90', 'challenger=10', '--endpoint', 'digits']
  const first = await here.command(registerTraffic, argv)
  t.match(first.text, /\nprimary +1 \(50 %\) +90 \(90 %\)\nchallenger +1 \(50 %\) +10 \(10 %\)\n/)
  t.match(first.value, { changed: true })
  const weights = here.rehearsal.store.endpoints.get('digits')?.blue.variants.map(({ weight }) => weight)
  t.strictSame(weights, [90, 10])
  const from = here.rehearsal.calls().length
  t.match((await here.command(registerTraffic, argv)).value, { changed: false })
  t.strictSame(here.changes(from), [])
})

t.test('traffic without weights, or with --dry-run, shows and changes nothing', async (t) => {
  const here = await stage(t)
  await here.deploy(here.deployment(['one', 'two']))
  const from = here.rehearsal.calls().length
  t.match(
    (await here.command(registerTraffic, ['traffic', '--endpoint', 'digits'])).text,
    /primary +1 \(50 %\) +1 \(50 %\)/,
  )
  const dry = await here.command(registerTraffic, [
    'traffic',
    'primary=3',
    '--dry-run',
    '--endpoint',
    'digits',
  ])
  t.match(dry.text, /primary +1 \(50 %\) +3 \(75 %\)/)
  for (const weights of [['nobody=5'], ['primary=0', 'challenger=0']]) {
    const argv = ['traffic', ...weights, '--dry-run', '--endpoint', 'digits']
    t.match((await here.command(registerTraffic, argv)).error, { exitCode: 2 }, weights.join(' '))
  }
  t.strictSame(here.changes(from), [])
})

t.test('weights that make no sense are refused', async (t) => {
  for (const words of [['primary'], ['primary=x'], ['=1'], ['primary=-1'], ['a=1', 'a=2']]) {
    t.throws(() => parseWeights(words), { message: /./, exitCode: 2 }, words.join(' '))
  }
  const here = await stage(t)
  await here.deploy(here.deployment(['one', 'two']))
  const run = async (...words: string[]) =>
    (await here.command(registerTraffic, ['traffic', ...words, '--endpoint', 'digits'])).error
  t.match(await run('other=1'), { message: /no variant other; it has primary, challenger/, exitCode: 2 })
  t.match(await run('primary=0', 'challenger=0'), {
    message: /no variant would get any traffic/,
    exitCode: 2,
  })
})

t.test('a change that AWS does not carry out is no success', async (t) => {
  const here = await stage(t)
  await here.deploy(here.deployment(['one', 'two']))
  here.rehearsal.fault({
    kind: 'error',
    action: 'sagemaker:UpdateEndpointWeightsAndCapacities',
    code: 'ValidationException',
    message: 'Cannot update in-progress endpoint.',
    status: 400,
  })
  const { error } = await here.command(registerTraffic, ['traffic', 'primary=9', '--endpoint', 'digits'])
  t.match(error, { message: /does not match what was asked for \(primary\)/, exitCode: 3 })
})

t.test('promote gives the first variant the model of another, and says what the file must say', async (t) => {
  const here = await stage(t)
  const variants = (primary: object, challenger: object) => ({
    compute: { type: 'ml.c7i.large', instances: 2 },
    variants: [
      { name: 'primary', ...primary },
      { name: 'challenger', model: here.model('two'), ...challenger },
    ],
  })
  const file = here.file('one', variants({ weight: 90 }, { weight: 10 }))
  t.equal((await here.command(registerDeploy, ['deploy', '-f', file])).error, undefined)
  await here.command(registerTraffic, ['traffic', 'primary=50', 'challenger=50', '-f', file])
  const { error, output } = await here.command(registerPromote, ['promote', 'challenger', '-f', file])
  t.equal(error, undefined)
  const live = here.rehearsal.store.endpoints.get('digits')?.blue.variants
  t.strictSame(
    live?.map(({ name, weight }) => [name, weight]),
    [
      ['primary', 90],
      ['challenger', 0],
    ],
  )
  t.ok(here.fakes.running.every(({ spec }) => isOf('two')(spec)))
  t.match(
    output.warnings.at(-1),
    /must say so too[\s\S]*variants, primary, model: .*two[\s\S]*variants, challenger, weight: 0/,
  )
  const edited = here.file('one', variants({ weight: 90, model: here.model('two') }, { weight: 0 }))
  t.match((await here.command(registerPlan, ['plan', '-f', edited])).text, /nothing to do/)
})
