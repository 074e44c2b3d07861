/** A function and a SageMaker endpoint of one name, each with an archive and an alarm, leave each other's alone. */

import { PutMetricAlarmCommand } from '@aws-sdk/client-cloudwatch'
import t from 'tap'
import { readAlarms } from '../../../scripts/aws/live.ts'
import { registerDelete } from '../../../scripts/commands/delete.ts'
import { registerDeploy } from '../../../scripts/commands/deploy.ts'
import { registerGc } from '../../../scripts/commands/gc.ts'
import type { LambdaDeployment } from '../../../scripts/config/deployment.ts'
import { desireAlarms } from '../../../scripts/lambda/alarms.ts'
import { OWNER_TAG } from '../../../scripts/plan/desired.ts'
import { type FunctionStage, functionStage } from './a-function.ts'

// Both are written to one file.
const asFunction = (here: FunctionStage) => here.file('one', { target: 'lambda', env: { KIND: 'good' } })
const asEndpoint = (here: FunctionStage) => here.file('two')

const archivesOf = ({ rehearsal }: FunctionStage): string[] =>
  [...rehearsal.store.buckets.values()]
    .flatMap(({ objects }) => [...objects.keys()])
    .map((key) => key.replace(/[0-9a-f]{12}/, 'HASH'))
    .sort()

const alarmsOf = ({ rehearsal }: FunctionStage): string[] => [...rehearsal.store.alarms.keys()].sort()

const both = async (here: FunctionStage) => {
  for (const file of [asFunction, asEndpoint])
    t.equal((await here.command(registerDeploy, ['deploy', '--file', file(here)])).error, undefined)
  const deployment = {
    endpoint: 'digits',
    tags: {},
    rollout: { rollbackOn: [{ metric: '5xx-rate' as const, abovePercent: 1, points: 2, of: 3 }] },
  }
  const [ofFunction] = desireAlarms(deployment as unknown as LambdaDeployment, '1')
  if (ofFunction === undefined) throw new Error('no alarm')
  const Tags = [{ Key: OWNER_TAG, Value: 'digits' }]
  await here.clients.cloudwatch.send(new PutMetricAlarmCommand(ofFunction))
  await here.clients.cloudwatch.send(
    new PutMetricAlarmCommand({ ...ofFunction, AlarmName: 'digits-0123456789ab-5xx-rate-1', Tags }),
  )
  t.strictSame(archivesOf(here), ['digits/HASH/model.tar.gz', 'digits/function/HASH/model.tar.gz'])
}

t.test('gc takes neither', async (t) => {
  const here = await functionStage(t)
  await both(here)
  await here.session.clock.sleep(3 * 3_600_000, here.session.signal)
  for (const file of [asFunction, asEndpoint]) {
    t.equal((await here.command(registerGc, ['gc', '--file', file(here)])).error, undefined)
    t.equal(archivesOf(here).length, 2)
  }
})

t.test('deleting the function leaves the endpoint its own', async (t) => {
  const here = await functionStage(t)
  await both(here)
  t.equal(
    (await here.command(registerDelete, ['delete', '--yes', '--file', asFunction(here)])).error,
    undefined,
  )
  t.strictSame(archivesOf(here), ['digits/HASH/model.tar.gz'])
  t.strictSame(alarmsOf(here), ['digits-0123456789ab-5xx-rate-1'])
})

t.test('deleting the endpoint leaves the function its own', async (t) => {
  const here = await functionStage(t)
  await both(here)
  t.strictSame(
    (await readAlarms(here.clients, 'digits')).map(({ AlarmName }) => AlarmName),
    ['digits-0123456789ab-5xx-rate-1'],
  )
  t.equal(
    (await here.command(registerDelete, ['delete', '--yes', '--file', asEndpoint(here)])).error,
    undefined,
  )
  t.strictSame(archivesOf(here), ['digits/function/HASH/model.tar.gz'])
  t.strictSame(alarmsOf(here), ['digits-1-5xx-rate-1'])
})
