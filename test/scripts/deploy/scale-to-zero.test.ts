/** An asynchronous endpoint without instances, through all that deploys, changes and deletes it. */

import { DescribeScalingPoliciesCommand } from '@aws-sdk/client-application-auto-scaling'
import { DescribeAlarmsCommand } from '@aws-sdk/client-cloudwatch'
import { CreateBucketCommand, GetObjectCommand } from '@aws-sdk/client-s3'
import { InvokeEndpointAsyncCommand } from '@aws-sdk/client-sagemaker-runtime'
import t from 'tap'
import { until } from '../../../packages/sagemaker-rehearsal/test/fixture.ts'
import type { Autoscaling, Deployment } from '../../../scripts/config/deployment.ts'
import { rollBack } from '../../../scripts/deploy/rollback.ts'
import { type Stage, stage } from '../with-rehearsal.ts'

const SLEEPING: Autoscaling = {
  min: 0,
  max: 3,
  metric: 'backlog',
  value: 5,
  scaleInSeconds: 60,
  scaleOutSeconds: 60,
}

const asynchronous = (here: Stage, model: string, more: Partial<Deployment> = {}) =>
  here.deployment([model], { async: { output: 's3://answers/digits' }, autoscaling: SLEEPING, ...more })

/** The policies of the endpoint, and its alarms that are ours. */
const live = async ({ clients }: Stage) => {
  const { ScalingPolicies = [] } = await clients.scaling.send(
    new DescribeScalingPoliciesCommand({ ServiceNamespace: 'sagemaker' }),
  )
  const { MetricAlarms = [] } = await clients.cloudwatch.send(
    new DescribeAlarmsCommand({ AlarmNamePrefix: 'digits-' }),
  )
  return {
    policies: ScalingPolicies.map(({ PolicyName }) => PolicyName),
    alarms: MetricAlarms.map(({ AlarmName }) => AlarmName),
    /** Whether the alarm sets off a policy that is there. */
    wakes: MetricAlarms.every(({ AlarmActions = [] }) =>
      AlarmActions.every((arn) => ScalingPolicies.some(({ PolicyARN }) => PolicyARN === arn)),
    ),
  }
}

const BOTH = {
  policies: ['digits-primary-backlog', 'digits-primary-has-backlog'],
  alarms: ['digits-primary-has-backlog'],
  wakes: true,
}

const sleepUntil = async ({ session }: Stage, condition: () => boolean | Promise<boolean>) =>
  until(async () => {
    if (await condition()) return true
    await session.clock.sleep(10_000, session.signal)
    return false
  })

t.test('one request wakes it, and when all are answered it sleeps again', async (t) => {
  const here = await stage(t)
  const { clients, fakes } = here
  await clients.s3.send(new CreateBucketCommand({ Bucket: 'answers' }))
  const wanted = asynchronous(here, 'one')
  t.match(await here.deploy(wanted), { outcome: 'created' })
  t.match(await live(here), BOTH)
  t.match(await here.deploy(wanted), { outcome: 'unchanged' })

  await sleepUntil(here, () => fakes.running.length === 0)
  const { OutputLocation = '' } = await clients.runtime.send(
    new InvokeEndpointAsyncCommand({ EndpointName: 'digits', Body: Buffer.from('x') }),
  )
  const Key = OutputLocation.replace('s3://answers/', '')
  // Fewer than the five that target tracking would wait for.
  await sleepUntil(here, () => fakes.running.length === 1)
  const most = fakes.started.length
  await sleepUntil(here, () =>
    clients.s3.send(new GetObjectCommand({ Bucket: 'answers', Key })).then(
      () => true,
      () => false,
    ),
  )
  await sleepUntil(here, () => fakes.running.length === 0)
  t.equal(fakes.started.length, most, 'one request brings up one instance')
})

t.test('an update, a change of type and a rollback leave it so that it wakes', async (t) => {
  const here = await stage(t)
  await here.deploy(asynchronous(here, 'one'))
  await here.deploy(asynchronous(here, 'two'))
  t.match(await live(here), BOTH, 'after an update')
  const larger = asynchronous(here, 'two')
  for (const { compute } of larger.variants) if (compute.kind === 'instances') compute.type = 'ml.c6i.xlarge'
  t.match(await here.deploy(larger), { outcome: 'updated' })
  t.match(await live(here), BOTH, 'registered anew')
  t.match(await rollBack(here.session, 'digits'), { outcome: 'updated' })
  t.match(await live(here), BOTH, 'after a rollback without the file')
  t.match(await here.deploy(larger), { outcome: 'updated' })
  t.match(await live(here), BOTH)
})

t.test('a run that was cut short anywhere in it is taken up by the next', async (t) => {
  const here = await stage(t)
  await here.deploy(asynchronous(here, 'one', { autoscaling: { ...SLEEPING, min: 1 } }))
  const sleeping = asynchronous(here, 'one')
  for (const [action, nth] of [
    ['application-autoscaling:RegisterScalableTarget', 1],
    ['application-autoscaling:PutScalingPolicy', 1],
    ['application-autoscaling:PutScalingPolicy', 2],
    ['cloudwatch:PutMetricAlarm', 1],
  ] as const) {
    here.rehearsal.fault({ kind: 'error', action, nth, status: 400, code: 'Cut', message: 'short' })
    await t.rejects(here.deploy(sleeping), { message: /Cut|short/ }, `${action} ${nth}`)
  }
  t.match(await here.deploy(sleeping), { outcome: 'updated' })
  t.match(await live(here), BOTH)

  const awake = asynchronous(here, 'one', { autoscaling: { ...SLEEPING, min: 1 } })
  for (const action of ['application-autoscaling:DeleteScalingPolicy', 'cloudwatch:DeleteAlarms']) {
    here.rehearsal.fault({ kind: 'error', action, nth: 1, status: 400, code: 'Cut', message: 'short' })
    await t.rejects(here.deploy(awake), { message: /Cut|short/ }, action)
  }
  t.match(await here.deploy(awake), { outcome: 'updated' })
  t.match(await live(here), { policies: ['digits-primary-backlog'], alarms: [] })
})

t.test('what may not sleep any more has neither the policy nor the alarm', async (t) => {
  const here = await stage(t)
  await here.deploy(asynchronous(here, 'one'))
  const from = here.rehearsal.calls().length
  const awake = { ...SLEEPING, min: 1 }
  t.match(await here.deploy(asynchronous(here, 'one', { autoscaling: awake })), { outcome: 'updated' })
  t.strictSame(here.changes(from), [
    'application-autoscaling:RegisterScalableTarget',
    'application-autoscaling:PutScalingPolicy',
    'application-autoscaling:DeleteScalingPolicy',
    'cloudwatch:DeleteAlarms',
  ])
  t.match(await live(here), { policies: ['digits-primary-backlog'], alarms: [] })
})

t.test('another metric takes the place of the one before', async (t) => {
  const here = await stage(t)
  const by = (metric: Autoscaling['metric']) =>
    here.deployment(['one'], { autoscaling: { ...SLEEPING, min: 1, metric } })
  await here.deploy(by('invocations-per-instance'))
  await here.deploy(by('concurrency'))
  t.match(await live(here), { policies: ['digits-primary-concurrency'] })
})
