import t from 'tap'
import { readAlarms } from '../../../scripts/aws/live.ts'
import { registerRollback } from '../../../scripts/commands/rollback.ts'
import { isOf, type Stage, stage } from '../with-rehearsal.ts'

const MORE = { compute: { type: 'ml.c6i.large', instances: 2 } }

const deployed = async (here: Stage, ...versions: string[]): Promise<string[]> => {
  const names = []
  for (const version of versions) names.push((await here.deploy(here.deployment([version]))).configuration)
  return names
}

const runs = (here: Stage): string | undefined =>
  here.rehearsal.store.endpoints.get('digits')?.blue.configName

t.test('rollback goes to what ran before, and another one further back', async (t) => {
  const here = await stage(t)
  const [one, two, three] = await deployed(here, 'one', 'two', 'three')
  const first = await here.command(registerRollback, ['rollback', '--endpoint', 'digits'])
  t.match(first.value, { outcome: 'updated', from: three, to: two, runs: two })
  t.match(first.text, /the next deploy goes there/)
  t.equal(runs(here), two)
  await here.command(registerRollback, ['rollback', '--endpoint', 'digits'])
  t.equal(runs(here), one)
  const none = await here.command(registerRollback, ['rollback', '--endpoint', 'digits'])
  t.match(none.error, { message: /no configuration is known that ran before/, fix: /--to HASH/ })
})

t.test(
  'rollback --to takes a hash or the beginning of one; a version that is gone is an error',
  async (t) => {
    const here = await stage(t)
    const [one = ''] = await deployed(here, 'one', 'two', 'three')
    const hash = one.slice('digits-'.length)
    const dry = await here.command(registerRollback, [
      'rollback',
      '--to',
      hash.slice(0, 4),
      '--dry-run',
      '--endpoint',
      'digits',
    ])
    t.match(dry.text, `to ${one}`)
    t.not(runs(here), one)
    await here.command(registerRollback, ['rollback', '--to', hash, '--endpoint', 'digits'])
    t.equal(runs(here), one)
    const again = await here.command(registerRollback, ['rollback', '--to', hash, '--endpoint', 'digits'])
    t.match(again.value, { outcome: 'unchanged' })
    const gone = await here.command(registerRollback, [
      'rollback',
      '--to',
      'feedfeed00',
      '--endpoint',
      'digits',
    ])
    t.match(gone.error, { message: /Configuration digits-feedfeed00 no longer exists/ })
  },
)

t.test('with the file it is as guarded as an update; --at-once is not', async (t) => {
  const here = await stage(t)
  await deployed(here, 'one', 'two', 'three')
  const rollout = { strategy: 'canary', step: '50%', rollbackOn: [{ metric: '5xx-rate', above: '5%' }] }
  const file = here.file('three', { ...MORE, rollout })
  let from = here.rehearsal.calls().length
  const sent = () =>
    here.rehearsal
      .calls()
      .slice(from)
      .find(({ action }) => action === 'UpdateEndpoint')?.input
  t.match((await here.command(registerRollback, ['rollback', '-f', file])).value, { outcome: 'updated' })
  t.match(sent(), {
    DeploymentConfig: { BlueGreenUpdatePolicy: { TrafficRoutingConfiguration: { Type: 'CANARY' } } },
  })
  t.ok(here.changes(from).includes('cloudwatch:PutMetricAlarm'))
  t.strictSame(await readAlarms(here.clients, 'digits'), [])
  from = here.rehearsal.calls().length
  await here.command(registerRollback, ['rollback', '--at-once', '-f', file])
  t.notMatch(sent(), { DeploymentConfig: {} })
})

t.test('a rollback that AWS takes back is reported as such', async (t) => {
  const here = await stage(t)
  const [, two] = await deployed(here, 'one', 'two')
  here.rehearsal.fault({ kind: 'silent-rollback' })
  const { value, error } = await here.command(registerRollback, ['rollback', '--endpoint', 'digits'])
  t.match(value, { outcome: 'rolled-back', runs: two })
  t.match(error, { exitCode: 3 })
  t.ok(here.fakes.running.every(({ spec }) => isOf('two')(spec)))
})

t.test('a rollback that was cut short is finished, and not taken further', async (t) => {
  const here = await stage(t)
  const [, two] = await deployed(here, 'one', 'two', 'three')
  const interrupt = new AbortController()
  here.rehearsal.onCall((_, action) => {
    if (action === 'UpdateEndpoint') interrupt.abort()
  })
  const argv = ['rollback', '--endpoint', 'digits']
  t.match((await here.command(registerRollback, argv, interrupt.signal)).error, { exitCode: 130 })
  t.match((await here.command(registerRollback, argv)).value, { outcome: 'updated', to: two })
  t.equal(runs(here), two)
})

t.test('an endpoint that was made by someone else is left alone', async (t) => {
  const here = await stage(t)
  await deployed(here, 'one', 'two')
  here.rehearsal.store.tags
    .get(here.rehearsal.store.endpoints.get('digits')?.arn ?? '')
    ?.delete('onnx-serving:endpoint')
  const { error } = await here.command(registerRollback, ['rollback', '--endpoint', 'digits'])
  t.match(error, { message: /not made by this tool/ })
})
