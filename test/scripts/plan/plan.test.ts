import pc from 'picocolors'
import t from 'tap'
import type { Live } from '../../../scripts/aws/live.ts'
import { isNothing } from '../../../scripts/plan/action.ts'
import type { Desired } from '../../../scripts/plan/desired.ts'
import { HISTORY_TAG, OWNER_TAG, VERIFIED_TAG } from '../../../scripts/plan/desired.ts'
import { formatPlan } from '../../../scripts/plan/format.ts'
import { plan } from '../../../scripts/plan/plan.ts'
import { aDeployment, aVariant, desiredFor, liveOf, NOTHING } from '../a-deployment.ts'

const REGION = { region: 'eu-west-1' }

/** Names of models and configurations as letters, in the order in which they appear. */
const text = (desired: Desired, live: Live, options: Partial<Parameters<typeof plan>[2]> = {}): string => {
  const names = new Map<string, string>()
  return formatPlan(plan(desired, live, { ...REGION, ...options }), pc.createColors(false)).replaceAll(
    /\b(?<=digits-| )[0-9a-f]{10}\b/g,
    (hash) => {
      if (!names.has(hash)) names.set(hash, 'abcdef'[names.size] as string)
      return names.get(hash) as string
    },
  )
}

const one = aDeployment()
const two = aDeployment({ variants: [aVariant({ model: { path: '/models/two' } })] })
const scaled = {
  autoscaling: {
    min: 2,
    max: 8,
    metric: 'invocations-per-instance' as const,
    value: 300,
    scaleInSeconds: 300,
    scaleOutSeconds: 60,
  },
}

t.test('where there is nothing, all is created, in the order in which one needs the other', async (t) => {
  t.equal(
    text(desiredFor({ ...one, ...scaled }), NOTHING),
    `digits:
  + bucket models
  + archive s3://models/digits/6c732f6f6e65/model.tar.gz  (2048 bytes from /models/one)
  + model digits-a
  + configuration digits-b
  + endpoint digits
  ~ tags onnx-serving:verified  (when the tests have passed)
      onnx-serving:verified: → b
  + autoscaling endpoint/digits/variant/primary`,
  )
})

t.test('what is live and as asked is left alone', async (t) => {
  const desired = desiredFor({ ...one, ...scaled })
  const result = plan(desired, liveOf(desired), REGION)
  t.ok(isNothing(result))
  t.equal(
    text(desired, liveOf(desired)),
    `digits: nothing to do
  = as it is: bucket models, archive s3://models/digits/6c732f6f6e65/model.tar.gz, model digits-a, configuration digits-b, endpoint digits, autoscaling endpoint/digits/variant/primary`,
  )
})

t.test(
  'another machine image, key or metric is a new configuration, and the plan says which member',
  async (t) => {
    const changes = (from: Parameters<typeof aDeployment>[0], to: Parameters<typeof aDeployment>[0]) =>
      plan(desiredFor(aDeployment(to)), liveOf(desiredFor(aDeployment(from))), REGION).actions.flatMap(
        ({ what, kind, changes }) =>
          what === 'configuration' || what === 'model' ? [{ what, kind, changes }] : [],
      )
    const on = (more: object) => ({
      variants: [aVariant({ compute: { kind: 'instances', type: 'ml.g6.xlarge', count: 2, ...more } })],
    })
    t.match(changes(on({ ami: 'al2-ami-sagemaker-inference-gpu-3-1' }), on({ ssmAccess: true })), [
      { what: 'model', kind: 'keep' },
      {
        what: 'configuration',
        kind: 'create',
        changes: [
          {
            path: 'ProductionVariants[primary].InferenceAmiVersion',
            from: 'al2-ami-sagemaker-inference-gpu-3-1',
          },
          { path: 'ProductionVariants[primary].EnableSSMAccess', to: true },
        ],
      },
    ])
    t.match(
      changes({}, { kmsKey: 'alias/a', observability: { detailed: true, everySeconds: 30 } })[1]?.changes,
      [
        { path: 'KmsKeyId', to: 'alias/a' },
        { path: 'MetricsConfig.MetricPublishFrequencyInSeconds', to: 30 },
      ],
      'detailed metrics are what SageMaker does anyway',
    )
    t.match(changes({ observability: { detailed: false } }, {})[1]?.changes, [
      { path: 'MetricsConfig.EnableDetailedObservability', from: false },
    ])
    const [model, config] = changes({}, { observability: { container: { path: '/other' } } })
    t.match(model, {
      kind: 'create',
      changes: [{ path: 'ContainerMetricsConfig.MetricsEndpoints[0].MetricsEndpointPath', to: '/other' }],
    })
    t.match(config?.changes, [{ path: 'ProductionVariants[primary].ModelName' }])
    t.match(changes({}, { aws: { config: { EnableNetworkIsolation: true } } })[1]?.changes, [
      { path: 'EnableNetworkIsolation', to: true },
    ])
  },
)

t.test('other pools are other instance types: autoscaling is taken off meanwhile', async (t) => {
  const on = (...pools: string[]) => ({
    ...aDeployment({
      variants: [aVariant({ compute: { kind: 'instances', type: pools[0] ?? '', pools, count: 2 } })],
    }),
    ...scaled,
  })
  const kinds = (from: ReturnType<typeof on>, to: ReturnType<typeof on>) =>
    plan(desiredFor(to), liveOf(desiredFor(from)), REGION).actions.flatMap(({ what, kind }) =>
      what === 'autoscaling' ? [kind] : [],
    )
  t.strictSame(kinds(on('ml.m7i.large', 'ml.c7i.large'), on('ml.m7i.large')), ['delete', 'create'])
  const tagged = { ...on('ml.m7i.large'), kmsKey: 'alias/a' }
  t.strictSame(kinds(on('ml.m7i.large'), tagged), ['keep'])
})

t.test('another model is an update with alarms for as long as it takes, and a diff', async (t) => {
  t.equal(
    text(desiredFor(two), liveOf(desiredFor(one))),
    `digits:
  + archive s3://models/digits/6c732f74776f/model.tar.gz  (2048 bytes from /models/two)
  + model digits-a
      ModelDataUrl: s3://models/digits/6c732f6f6e65/model.tar.gz → s3://models/digits/6c732f74776f/model.tar.gz
  + configuration digits-b
      ProductionVariants[primary].ModelName: digits-c → digits-a
  + alarm digits-b-primary-5xx-rate-1  (while the update runs)
  ~ tags onnx-serving:history  (before the update)
      onnx-serving:history: d → b d
  ~ endpoint digits
      EndpointConfigName: digits-d → digits-b
  ~ tags onnx-serving:verified  (when the tests have passed)
      onnx-serving:verified: d → b
  - alarm digits-b-primary-5xx-rate-1  (when the update is over)
  = as it is: bucket models`,
  )
})

t.test('an update keeps what autoscaling and traffic have set, and is guarded', async (t) => {
  const update = plan(desiredFor(two), liveOf(desiredFor(one)), REGION).actions.find(
    ({ what }) => what === 'endpoint',
  )
  t.match(update?.request, {
    RetainAllVariantProperties: true,
    DeploymentConfig: {
      BlueGreenUpdatePolicy: { TrafficRoutingConfiguration: { Type: 'CANARY' } },
      AutoRollbackConfiguration: { Alarms: [{ AlarmName: /^digits-/ }] },
    },
  })
})

t.test(
  'variants that come or go make the update one at once, without alarms, and the plan says so',
  async (t) => {
    const both = aDeployment({
      variants: [
        aVariant({ weight: 95 }),
        aVariant({ name: 'challenger', weight: 5, model: { path: '/models/two' } }),
      ],
    })
    const result = plan(desiredFor(both), liveOf(desiredFor(one)), REGION)
    const update = result.actions.find(({ what }) => what === 'endpoint')
    t.equal(update?.kind, 'update')
    t.notOk(update?.request && 'DeploymentConfig' in update.request)
    t.match(update?.request, { RetainAllVariantProperties: false })
    t.notOk(result.actions.some(({ what }) => what === 'alarm'))
    t.match(result.warnings, [
      /variants change \(primary → primary, challenger\)/,
      /all at once and without rollback/,
    ])
  },
)

t.test('another instance type takes autoscaling off before the update and puts it back after', async (t) => {
  const larger = aDeployment({
    ...scaled,
    variants: [aVariant({ compute: { kind: 'instances', type: 'ml.c6i.xlarge', count: 2 } })],
  })
  const { actions, warnings } = plan(desiredFor(larger), liveOf(desiredFor({ ...one, ...scaled })), REGION)
  t.strictSame(
    actions
      .filter(({ what }) => what === 'autoscaling' || what === 'endpoint')
      .map(({ what, kind }) => `${kind} ${what}`),
    ['delete autoscaling', 'update endpoint', 'create autoscaling'],
  )
  t.match(warnings, [/taken off before the update/])
})

t.test('autoscaling that only changes its bounds is changed without an update', async (t) => {
  const wider = { autoscaling: { ...scaled.autoscaling, max: 12, value: 200 } }
  t.match(
    text(desiredFor({ ...one, ...wider }), liveOf(desiredFor({ ...one, ...scaled }))),
    `  ~ autoscaling endpoint/digits/variant/primary
      MaxCapacity: 8 → 12
      TargetTrackingScalingPolicyConfiguration.TargetValue: 300 → 200`,
  )
})

t.test('autoscaling that the file no longer asks for is taken off', async (t) => {
  const { actions } = plan(desiredFor(one), liveOf(desiredFor({ ...one, ...scaled })), REGION)
  t.strictSame(
    actions.filter(({ kind }) => kind !== 'keep').map(({ what, kind, name }) => `${kind} ${what} ${name}`),
    ['delete autoscaling endpoint/digits/variant/primary'],
  )
})

t.test('what wakes a sleeping endpoint is one with its policy', async (t) => {
  const sleeping = aDeployment({
    async: { output: 's3://answers/digits' },
    autoscaling: { ...scaled.autoscaling, min: 0, metric: 'backlog', value: 5 },
  })
  const desired = desiredFor(sleeping)
  const live = liveOf(desired)
  t.ok(isNothing(plan(desired, live, REGION)))
  t.match(
    text(desired, { ...live, scaling: { ...live.scaling, alarms: [] } }),
    'alarm: → digits-primary-has-backlog',
  )
  const [alarm] = live.scaling.alarms
  const stale = { ...live, scaling: { ...live.scaling, alarms: [{ ...alarm, AlarmActions: ['arn:old'] }] } }
  t.match(text(desired, stale), /AlarmActions: \["arn:old"\] → \["arn:digits-primary-has-backlog"\]/)
  t.match(
    text(desired, { ...live, scaling: { ...live.scaling, policies: [] } }),
    'policies: → digits-primary-has-backlog',
  )

  const awake = desiredFor(
    aDeployment({ ...sleeping, autoscaling: { ...scaled.autoscaling, metric: 'backlog', value: 5 } }),
  )
  const others = { ResourceId: desired.scaling[0]?.target.ResourceId, PolicyName: 'somebody-elses' }
  const policies = [...live.scaling.policies, others] as Live['scaling']['policies']
  const { actions } = plan(awake, { ...live, scaling: { ...live.scaling, policies } }, REGION)
  t.strictSame(
    actions.filter(({ kind }) => kind !== 'keep').map(({ what, kind, name }) => `${kind} ${what} ${name}`),
    [
      'update autoscaling endpoint/digits/variant/primary',
      'delete scaling policy digits-primary-has-backlog',
      'delete alarm digits-primary-has-backlog',
    ],
  )
})

t.test('what a killed run has left is taken up', async (t) => {
  const desired = desiredFor(one)
  const done = liveOf(desired)
  await t.test('after the archive', async (t) => {
    const { actions } = plan(desired, { ...NOTHING, buckets: done.buckets, objects: done.objects }, REGION)
    t.strictSame(
      actions.map(({ kind, what }) => `${kind} ${what}`),
      [
        'keep bucket',
        'keep archive',
        'create model',
        'create configuration',
        'create endpoint',
        'update tags',
      ],
    )
  })
  await t.test('after the update, before its tests', async (t) => {
    const { [VERIFIED_TAG]: _, ...tags } = done.tags
    const alarms = [{ AlarmName: 'digits-old-alarm' }]
    const { actions } = plan(desired, { ...done, tags, alarms }, REGION)
    t.strictSame(
      actions.filter(({ kind }) => kind !== 'keep').map(({ kind, what, name }) => `${kind} ${what} ${name}`),
      ['delete alarm digits-old-alarm', `update tags ${VERIFIED_TAG}`],
    )
  })
  await t.test('while AWS is busy, it says that it will wait', async (t) => {
    const endpoint = { ...done.endpoint, EndpointStatus: 'Updating' } as NonNullable<Live['endpoint']>
    t.match(plan(desired, { ...done, endpoint }, REGION).warnings, [/is Updating: deploy waits/])
  })
})

t.test('tags of the file that are not on the endpoint are put there', async (t) => {
  const desired = desiredFor(aDeployment({ tags: { team: 'vision' } }))
  const live = liveOf(desired)
  const { actions } = plan(desired, { ...live, tags: { ...live.tags, team: 'ml' } }, REGION)
  t.strictSame(
    actions.filter(({ kind }) => kind !== 'keep').map(({ changes }) => changes),
    [[{ path: 'team', from: 'ml', to: 'vision' }]],
  )
})

t.test('a failed endpoint is deleted and made anew only if that is said', async (t) => {
  const desired = desiredFor(two)
  const was = liveOf(desiredFor(one))
  const endpoint = {
    ...was.endpoint,
    EndpointStatus: 'Failed',
    FailureReason: 'did not pass the ping health check',
  } as NonNullable<Live['endpoint']>
  const asked = plan(desired, { ...was, endpoint }, REGION)
  t.match(asked.blocked, { message: /ping health check/, fix: /--recreate/ })
  const told = plan(desired, { ...was, endpoint }, { ...REGION, recreate: true })
  t.equal(told.blocked, undefined)
  const main = told.actions.find(({ what }) => what === 'endpoint')
  t.equal(main?.kind, 'replace')
  t.match((main?.request as { Tags?: unknown[] } | undefined)?.Tags, [
    {},
    {},
    { Key: HISTORY_TAG, Value: /^[0-9a-f]{10} [0-9a-f]{10}$/ },
  ])
})

t.test('instances do not become serverless by an update', async (t) => {
  const serverless = desiredFor(
    aDeployment({
      variants: [aVariant({ compute: { kind: 'serverless', memoryMb: 2048, maxConcurrency: 5 } })],
      rollout: { ...one.rollout, strategy: 'all-at-once', rollbackOn: [] },
    }),
  )
  t.match(plan(serverless, liveOf(desiredFor(one)), REGION).blocked, {
    message: /serverless/,
    fix: /--recreate/,
  })
  t.equal(plan(serverless, liveOf(serverless), REGION).blocked, undefined)
})

t.test('the history forgets what was sent and never came to serve', async (t) => {
  const live = liveOf(desiredFor(one))
  const hash = live.tags[HISTORY_TAG] as string
  const { actions } = plan(
    desiredFor(two),
    { ...live, tags: { ...live.tags, [HISTORY_TAG]: `feedfeed00 ${hash} cafecafe00` } },
    REGION,
  )
  const history = actions.find(({ what, name }) => what === 'tags' && name === HISTORY_TAG)
  t.match(history?.changes[0]?.to, new RegExp(`^(?!feedfeed00)[0-9a-f]{10} ${hash} cafecafe00$`))
})

t.test('an endpoint that runs a configuration made elsewhere is updated, with a warning', async (t) => {
  const live = liveOf(desiredFor(one))
  const endpoint = { ...live.endpoint, EndpointConfigName: 'by-hand' } as NonNullable<Live['endpoint']>
  t.match(plan(desiredFor(two), { ...live, endpoint }, REGION).warnings, [/by-hand, which was not made here/])
})

t.test('a bucket in us-east-1 is made without its Region, as S3 wants it', async (t) => {
  const bucket = (region: string) => plan(desiredFor(one), NOTHING, { region }).actions[0]?.request
  t.strictSame(bucket('us-east-1'), { Bucket: 'models' })
  t.match(bucket('eu-west-1'), { CreateBucketConfiguration: { LocationConstraint: 'eu-west-1' } })
})

t.test('an endpoint of that name which someone else has made is left alone, whatever is asked', async (t) => {
  const live = liveOf(desiredFor(one))
  const { [OWNER_TAG]: _, ...tags } = live.tags
  for (const recreate of [false, true]) {
    const { blocked } = plan(desiredFor(two), { ...live, tags }, { ...REGION, recreate })
    t.match(blocked, { message: /not made by this tool/, fix: /another name/ })
  }
})
