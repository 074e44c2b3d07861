/** Deployments from their beginning to their end, good and bad, on a clock that is told to go on. */

import { PutMetricAlarmCommand } from '@aws-sdk/client-cloudwatch'
import {
  CreateEndpointCommand,
  type DeploymentConfig,
  DescribeEndpointCommand,
  UpdateEndpointCommand,
  UpdateEndpointWeightsAndCapacitiesCommand,
} from '@aws-sdk/client-sagemaker'
import { InvokeEndpointCommand } from '@aws-sdk/client-sagemaker-runtime'
import t, { type Test } from 'tap'
import { type Behaviour, makeConfig, type Rehearsed, rehearse, until } from '../fixture.ts'

const EndpointName = 'digits'

type Deployed = Rehearsed & {
  update(config: string, deployment?: DeploymentConfig, more?: object): Promise<void>
  describe(): ReturnType<typeof describe>
  /** How many of so many calls the model answered. */
  invoke(times: number): Promise<Record<string, number>>
}

const describe = ({ clients }: Rehearsed) =>
  clients.sagemaker.send(new DescribeEndpointCommand({ EndpointName }))

/** An endpoint with `old` in service, and configurations `new` and `broken` beside it. */
const deployed = async (t: Test, { instances = 2, behaviour = {} as Behaviour } = {}): Promise<Deployed> => {
  const rehearsed = await rehearse(t, {
    behaviour: { ping: ({ model }) => (model === 'broken' ? 500 : 200), ...behaviour },
  })
  const { clients, reach } = rehearsed
  for (const name of ['old', 'new', 'broken']) await makeConfig(clients, name, { instances })
  await clients.sagemaker.send(new CreateEndpointCommand({ EndpointName, EndpointConfigName: 'old' }))
  await reach(EndpointName, 'InService')
  return {
    ...rehearsed,
    async update(config, deployment, more = {}) {
      await clients.sagemaker.send(
        new UpdateEndpointCommand({
          EndpointName,
          EndpointConfigName: config,
          ...(deployment && { DeploymentConfig: deployment }),
          ...more,
        }),
      )
    },
    describe: () => describe(rehearsed),
    async invoke(times) {
      const answers: Record<string, number> = {}
      for (let call = 0; call < times; call++) {
        const key = await clients.runtime.send(new InvokeEndpointCommand({ EndpointName, Body: 'x' })).then(
          ({ Body }) => Buffer.from(Body).toString('utf8').split(':')[0] as string,
          ({ name }: Error) => name,
        )
        answers[key] = (answers[key] ?? 0) + 1
      }
      return answers
    },
  }
}

const CANARY: DeploymentConfig = {
  BlueGreenUpdatePolicy: {
    TrafficRoutingConfiguration: {
      Type: 'CANARY',
      CanarySize: { Type: 'CAPACITY_PERCENT', Value: 50 },
      WaitIntervalInSeconds: 300,
    },
    TerminationWaitInSeconds: 120,
  },
}

const modelsOf = ({ fakes }: Rehearsed): string[] => fakes.running.map(({ spec }) => spec.model).sort()

/** Lets time pass, a little at a time, until it is so. */
const pass = ({ clock }: Rehearsed, condition: () => boolean | Promise<boolean>): Promise<void> =>
  until(async () => {
    if (await condition()) return true
    await clock.advance(10_000)
    return false
  })

const isBaking = async (one: Deployed): Promise<boolean> =>
  (await one.describe()).PendingDeploymentSummary?.ProductionVariants?.[0]?.VariantStatus?.[0]?.Status ===
  'Baking'

t.test('a canary takes its share, bakes, takes all, and the old fleet is kept for a while', async (t) => {
  const one = await deployed(t)
  const { store } = one.rehearsal
  await one.update('new', CANARY)
  await pass(one, () => isBaking(one))
  const baking = await one.describe()
  t.match(baking, {
    EndpointStatus: 'Updating',
    EndpointConfigName: 'old',
    PendingDeploymentSummary: { EndpointConfigName: 'new' },
  })
  t.equal(store.endpoints.get(EndpointName)?.greenShare, 0.5)
  t.strictSame(modelsOf(one), ['new', 'new', 'old', 'old'])
  const both = await one.invoke(40)
  t.ok((both.old ?? 0) > 0 && (both.new ?? 0) > 0, 'both fleets answer')

  await pass(one, () => store.endpoints.get(EndpointName)?.greenShare === 1)
  t.strictSame(await one.invoke(10), { new: 10 })
  t.strictSame(modelsOf(one), ['new', 'new', 'old', 'old'], 'the old fleet is still there')
  await one.reach(EndpointName, 'InService')
  const after = await one.describe()
  t.match(after, { EndpointConfigName: 'new', LastDeploymentConfig: CANARY })
  t.equal(after.PendingDeploymentSummary, undefined)
  t.equal(after.FailureReason, undefined)
  t.strictSame(modelsOf(one), ['new', 'new'])
  // Two bakes of 300 s and 120 s of waiting, in this order.
  t.ok(one.clock.now() - (baking.LastModifiedTime?.getTime() ?? 0) >= 720_000)
})

t.test(
  'a fleet that does not answer /ping is taken back, and the endpoint looks as if nothing had been',
  async (t) => {
    const one = await deployed(t)
    await one.update('broken', CANARY)
    await one.reach(EndpointName, 'InService')
    const after = await one.describe()
    t.equal(after.EndpointConfigName, 'old')
    t.match(
      after.FailureReason,
      /^The primary container for production variant primary did not pass the ping health check\. Please check CloudWatch logs for this endpoint\.$/,
    )
    t.strictSame(modelsOf(one), ['old', 'old'])
    t.ok(one.lines.includes(`digits: RollingBack: ${after.FailureReason}`))
    t.strictSame(await one.invoke(5), { old: 5 })
    await one.update('new')
    t.equal((await one.describe()).FailureReason, undefined, 'the next update clears the reason')
  },
)

/** 5XX of the new fleet alone, in the guarded form: a share of at least so many. */
const putAlarm = ({ clients }: Rehearsed) => {
  const metric = (Id: string, MetricName: string) => ({
    Id,
    ReturnData: false,
    MetricStat: {
      Metric: {
        Namespace: 'AWS/SageMaker',
        MetricName,
        Dimensions: [
          { Name: 'EndpointName', Value: EndpointName },
          { Name: 'VariantName', Value: 'primary' },
          { Name: 'EndpointConfigName', Value: 'new' },
        ],
      },
      Period: 60,
      Stat: 'Sum',
    },
  })
  return clients.cloudwatch.send(
    new PutMetricAlarmCommand({
      AlarmName: 'errors-of-new',
      Metrics: [
        metric('errors', 'Invocation5XXErrors'),
        metric('all', 'Invocations'),
        { Id: 'rate', Expression: 'IF(all >= 5, 100 * errors / all, 0)', ReturnData: true },
      ],
      EvaluationPeriods: 2,
      DatapointsToAlarm: 1,
      Threshold: 10,
      ComparisonOperator: 'GreaterThanThreshold',
      TreatMissingData: 'notBreaching',
    }),
  )
}

const GUARDED: DeploymentConfig = {
  ...CANARY,
  AutoRollbackConfiguration: { Alarms: [{ AlarmName: 'errors-of-new' }] },
}

t.test('a canary that answers errors sets off its alarm and is rolled back', async (t) => {
  const one = await deployed(t, {
    behaviour: { answer: ({ model }) => ({ status: model === 'new' ? 500 : 200, body: `${model}:` }) },
  })
  await putAlarm(one)
  await one.update('new', GUARDED)
  await pass(one, () => isBaking(one))
  const answers = await one.invoke(60)
  t.ok((answers.ModelError ?? 0) >= 5 && (answers.old ?? 0) > 0)
  await one.reach(EndpointName, 'InService')
  const after = await one.describe()
  t.equal(after.EndpointConfigName, 'old')
  t.match(after.FailureReason, /ALARM state: errors-of-new/)
  t.strictSame(await one.invoke(5), { old: 5 })
  t.strictSame(modelsOf(one), ['old', 'old'])
})

t.test('errors of the old fleet are not held against the new one', async (t) => {
  const one = await deployed(t, {
    behaviour: { answer: ({ model }) => ({ status: model === 'old' ? 500 : 200, body: `${model}:` }) },
  })
  await putAlarm(one)
  await one.update('new', GUARDED)
  await pass(one, () => isBaking(one))
  await one.invoke(60)
  await one.reach(EndpointName, 'InService')
  t.equal((await one.describe()).EndpointConfigName, 'new')
})

t.test('linear moves in steps', async (t) => {
  const one = await deployed(t, { instances: 4 })
  await one.update('new', {
    BlueGreenUpdatePolicy: {
      TrafficRoutingConfiguration: {
        Type: 'LINEAR',
        LinearStepSize: { Type: 'INSTANCE_COUNT', Value: 1 },
        WaitIntervalInSeconds: 60,
      },
    },
  })
  await one.reach(EndpointName, 'InService')
  t.strictSame(
    one.lines.filter((line) => line.includes('% of the traffic')),
    [25, 50, 75, 100].map((percent) => `digits: new has ${percent} % of the traffic`),
  )
})

t.test('a rolling deployment never has more than a batch beside the fleet', async (t) => {
  const one = await deployed(t, { instances: 4 })
  let most = 0
  const watch = () => {
    most = Math.max(most, one.fakes.running.length)
    return one.rehearsal.store.endpoints.get(EndpointName)?.status === 'InService'
  }
  await one.update('new', {
    RollingUpdatePolicy: {
      MaximumBatchSize: { Type: 'INSTANCE_COUNT', Value: 1 },
      WaitIntervalInSeconds: 30,
    },
  })
  await pass(one, watch)
  t.strictSame(modelsOf(one), ['new', 'new', 'new', 'new'])
  t.ok(most <= 5, `at most ${most} at a time`)
  t.strictSame(await one.invoke(5), { new: 5 })
})

t.test('a rolling deployment that fails in the middle brings the old instances back', async (t) => {
  let starts = 0
  const one = await deployed(t, {
    instances: 4,
    behaviour: {
      ping: ({ model, id }) => {
        if (model !== 'new') return 200
        const at = [
          ...new Set(one.fakes.started.filter((spec) => spec.model === 'new').map((spec) => spec.id)),
        ].indexOf(id)
        starts = Math.max(starts, at + 1)
        return at < 2 ? 200 : 500
      },
    },
  })
  await one.update('new', {
    RollingUpdatePolicy: {
      MaximumBatchSize: { Type: 'INSTANCE_COUNT', Value: 1 },
      WaitIntervalInSeconds: 30,
    },
  })
  await one.reach(EndpointName, 'InService')
  t.equal(starts, 3, 'it got as far as the third')
  t.equal((await one.describe()).EndpointConfigName, 'old')
  t.strictSame(modelsOf(one), ['old', 'old', 'old', 'old'])
})

t.test('a silent rollback gives no reason', async (t) => {
  const one = await deployed(t)
  one.rehearsal.fault({ kind: 'silent-rollback' })
  await one.update('new', CANARY)
  await one.reach(EndpointName, 'InService')
  const after = await one.describe()
  t.equal(after.EndpointConfigName, 'old')
  t.equal(after.FailureReason, undefined)
  await one.update('new')
  await one.reach(EndpointName, 'InService')
  t.equal((await one.describe()).EndpointConfigName, 'new', 'once is once')
})

t.test('a deployment that takes too long is taken back', async (t) => {
  let isReady = false
  const one = await deployed(t, {
    behaviour: { ping: ({ model }) => (model === 'old' || isReady ? 200 : 503) },
  })
  await one.update('new', {
    BlueGreenUpdatePolicy: {
      TrafficRoutingConfiguration: { Type: 'ALL_AT_ONCE', WaitIntervalInSeconds: 300 },
      MaximumExecutionTimeoutInSeconds: 600,
    },
  })
  await until(() => one.fakes.started.some(({ model }) => model === 'new'))
  await one.clock.advance(400_000)
  isReady = true
  await one.reach(EndpointName, 'InService')
  t.match((await one.describe()).FailureReason, /MaximumExecutionTimeoutInSeconds/)
})

t.test('an endpoint whose first fleet does not come up has failed', async (t) => {
  const rehearsed = await rehearse(t, { behaviour: { ping: () => 500 } })
  await makeConfig(rehearsed.clients, 'c')
  await rehearsed.clients.sagemaker.send(new CreateEndpointCommand({ EndpointName, EndpointConfigName: 'c' }))
  await rehearsed.reach(EndpointName, 'Failed')
  const failed = await describe(rehearsed)
  t.match(failed.FailureReason, /did not pass the ping health check/)
  t.equal(failed.ProductionVariants, undefined)
  t.strictSame(rehearsed.fakes.running, [])
})

t.test('weights and instance counts change in place', async (t) => {
  const one = await deployed(t)
  const change = (more: object) =>
    one.clients.sagemaker.send(
      new UpdateEndpointWeightsAndCapacitiesCommand({
        EndpointName,
        DesiredWeightsAndCapacities: [{ VariantName: 'primary', ...more }],
      }),
    )
  await change({ DesiredInstanceCount: 3 })
  await one.reach(EndpointName, 'InService')
  await change({ DesiredWeight: 0.5 })
  await one.reach(EndpointName, 'InService')
  t.match((await one.describe()).ProductionVariants, [
    { CurrentWeight: 0.5, CurrentInstanceCount: 3, DesiredInstanceCount: 3 },
  ])
  t.equal(one.fakes.running.length, 3)

  await one.update('new', undefined, { RetainAllVariantProperties: true })
  await one.reach(EndpointName, 'InService')
  t.match((await one.describe()).ProductionVariants, [{ CurrentWeight: 0.5, CurrentInstanceCount: 3 }])
  await one.update('old')
  await one.reach(EndpointName, 'InService')
  t.match((await one.describe()).ProductionVariants, [{ CurrentWeight: 1, CurrentInstanceCount: 2 }])
})

t.test('an instance that dies is started again, and is not asked while it is away', async (t) => {
  const one = await deployed(t)
  const [first] = one.fakes.running
  const started = one.fakes.started.length
  first?.crash()
  await until(() => one.fakes.started.length === started + 1)
  t.strictSame(one.fakes.started.at(-1)?.id, first?.spec.id)
  t.strictSame(await one.invoke(10), { old: 10 })
})
