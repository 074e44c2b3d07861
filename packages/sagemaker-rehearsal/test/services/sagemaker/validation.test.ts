/** Requests that SageMaker refuses, and the words in which it does. */

import {
  AddTagsCommand,
  CreateEndpointCommand,
  CreateEndpointConfigCommand,
  CreateModelCommand,
  DeleteTagsCommand,
  DescribeModelCommand,
  ListModelsCommand,
  ListTagsCommand,
  type ProductionVariant,
  UpdateEndpointCommand,
  UpdateEndpointWeightsAndCapacitiesCommand,
} from '@aws-sdk/client-sagemaker'
import t from 'tap'
import { IMAGE, makeConfig, ROLE, rehearse } from '../../fixture.ts'

const model = (more = {}) => ({
  ModelName: 'm',
  ExecutionRoleArn: ROLE,
  PrimaryContainer: { Image: IMAGE },
  ...more,
})

const variant = (more: Partial<ProductionVariant> = {}): ProductionVariant => ({
  VariantName: 'primary',
  ModelName: 'm',
  InstanceType: 'ml.c6i.large',
  InitialInstanceCount: 2,
  ...more,
})

const { InstanceType: _, InitialInstanceCount: __, ...bare } = variant()
const serverless = (more = {}): ProductionVariant => ({
  ...bare,
  ServerlessConfig: { MemorySizeInMB: 2048, MaxConcurrency: 5, ...more },
})

t.test('models', async (t) => {
  const { clients } = await rehearse(t)
  const { sagemaker } = clients
  const refused = async (more: object, message: RegExp) => {
    const command = new CreateModelCommand(model(more) as ConstructorParameters<typeof CreateModelCommand>[0])
    await t.rejects(sagemaker.send(command), { name: 'ValidationException', message })
  }
  await refused(
    { ModelName: 'm_1 bad!' },
    /^1 validation error detected: Value 'm_1 bad!' at 'modelName' failed to satisfy constraint: Member must satisfy regular expression pattern: \[a-zA-Z0-9\]/,
  )
  await refused({ ModelName: 'a'.repeat(64) }, /Member must have length less than or equal to 63/)
  await refused({ ExecutionRoleArn: 'arn:aws:iam::1:user/me' }, /executionRoleArn/)
  await refused({ PrimaryContainer: { Image: 'two words' } }, /primaryContainer.image/)
  await refused({ PrimaryContainer: {} }, /Exactly one of Image and ModelPackageName/)
  await refused({ PrimaryContainer: { ModelPackageName: 'a/b' } }, /modelPackageName/)
  await refused(
    {
      PrimaryContainer: {
        Image: IMAGE,
        ContainerMetricsConfig: { MetricsEndpoints: [{ MetricsEndpointPath: 'metrics' }] },
      },
    },
    /metricsEndpoints.1.member.metricsEndpointPath/,
  )
  await refused({ PrimaryContainer: undefined }, /Exactly one of PrimaryContainer and Containers/)
  await refused(
    { PrimaryContainer: { Image: IMAGE, Environment: { A: 'x'.repeat(1025) } } },
    /^1 validation error detected: Value '\{A=x+' at 'primaryContainer.environment' failed to satisfy constraint: Map value must satisfy constraint: \[Member must have length less than or equal to 1024, /,
  )
  await refused(
    { PrimaryContainer: { Image: IMAGE, ModelDataUrl: 's3://none/model.tar.gz' } },
    /^Could not find model data at s3:\/\/none\/model.tar.gz\.$/,
  )
  await refused(
    {
      PrimaryContainer: {
        Image: IMAGE,
        ModelDataSource: {
          S3DataSource: { S3Uri: 's3://b/p', S3DataType: 'S3Prefix', CompressionType: 'None' },
        },
      },
    },
    /must end with a forward slash/,
  )
  await sagemaker.send(new CreateModelCommand(model()))
  await refused(
    {},
    /^Cannot create already existing model "arn:aws:sagemaker:us-east-1:123456789012:model\/m"\.$/,
  )
})

t.test('what is said of a model comes back', async (t) => {
  const { clients } = await rehearse(t)
  const { sagemaker } = clients
  const { ModelArn } = await sagemaker.send(
    new CreateModelCommand(
      model({ EnableNetworkIsolation: true, Tags: [{ Key: 'onnx-serving:endpoint', Value: 'digits' }] }),
    ),
  )
  t.match(await sagemaker.send(new DescribeModelCommand({ ModelName: 'm' })), {
    ModelName: 'm',
    ExecutionRoleArn: ROLE,
    EnableNetworkIsolation: true,
    PrimaryContainer: { Image: IMAGE, Mode: 'SingleModel' },
  })
  const tags = async () => (await sagemaker.send(new ListTagsCommand({ ResourceArn: ModelArn }))).Tags
  t.strictSame(await tags(), [{ Key: 'onnx-serving:endpoint', Value: 'digits' }])
  await sagemaker.send(new AddTagsCommand({ ResourceArn: ModelArn, Tags: [{ Key: 'team', Value: 'ml' }] }))
  await sagemaker.send(new DeleteTagsCommand({ ResourceArn: ModelArn, TagKeys: ['onnx-serving:endpoint'] }))
  t.strictSame(await tags(), [{ Key: 'team', Value: 'ml' }])
})

t.test('lists have ten items a page, newest first, unless something else is asked for', async (t) => {
  const { clients, clock } = await rehearse(t)
  const { sagemaker } = clients
  for (let number = 1; number <= 12; number++) {
    await sagemaker.send(new CreateModelCommand(model({ ModelName: `m${number}` })))
    await clock.advance(1000)
  }
  const first = await sagemaker.send(new ListModelsCommand({}))
  t.strictSame(first.Models?.map(({ ModelName }) => ModelName)[0], 'm12')
  t.equal(first.Models?.length, 10)
  const second = await sagemaker.send(new ListModelsCommand({ NextToken: first.NextToken }))
  t.strictSame(
    second.Models?.map(({ ModelName }) => ModelName),
    ['m2', 'm1'],
  )
  t.equal(second.NextToken, undefined)
  const named = await sagemaker.send(
    new ListModelsCommand({ NameContains: 'M1', SortBy: 'Name', SortOrder: 'Ascending' }),
  )
  t.strictSame(
    named.Models?.map(({ ModelName }) => ModelName),
    ['m1', 'm10', 'm11', 'm12'],
  )
})

t.test('configurations', async (t) => {
  const { clients } = await rehearse(t)
  const { sagemaker } = clients
  await sagemaker.send(new CreateModelCommand(model()))
  const create = (more: object) =>
    sagemaker.send(
      new CreateEndpointConfigCommand({ EndpointConfigName: 'c', ProductionVariants: [variant()], ...more }),
    )
  const refused = (more: object, message: RegExp) =>
    t.rejects(create(more), { name: 'ValidationException', message })
  const variants = (...all: Partial<ProductionVariant>[]) => ({ ProductionVariants: all.map(variant) })
  await refused(variants({ ModelName: 'other' }), /^Could not find model ".*:model\/other"\.$/)
  await refused(variants({}, {}), /"primary" occurs more than once/)
  await refused(
    variants({ InstanceType: 'ml.q9.large' as never }),
    /productionVariants.1.member.instanceType.*enum value set/,
  )
  await refused(variants({ InitialInstanceCount: 0 }), /greater than or equal to 1/)
  await refused(variants({ ContainerStartupHealthCheckTimeoutInSeconds: 59 }), /greater than or equal to 60/)
  await refused(variants({ InitialVariantWeight: 0 }), /weight above 0/)
  await refused(
    variants(...Array.from({ length: 11 }, (_, at) => ({ VariantName: `v${at}` }))),
    /length less than or equal to 10/,
  )
  await refused(
    {
      ...variants({ VariantName: 'a' }, { VariantName: 'b' }),
      ShadowProductionVariants: [variant({ VariantName: 's' })],
    },
    /exactly one production variant and one shadow variant/,
  )
  await refused(
    { ProductionVariants: [bare] },
    /InstanceType or InstancePools, and InitialInstanceCount, or ServerlessConfig/,
  )
  const pool = (Priority: number) => ({ InstanceType: 'ml.c6i.large' as const, Priority })
  await refused(variants({ InstancePools: [pool(1)] }), /InstanceType or InstancePools/)
  await refused(
    { ProductionVariants: [{ ...bare, InitialInstanceCount: 1, InstancePools: [pool(6)] }] },
    /instancePools.1.member.priority.*less than or equal to 5/,
  )
  await refused(variants({ VariantInstanceProvisionTimeoutInSeconds: 299 }), /greater than or equal to 300/)
  await refused(variants({ InferenceAmiVersion: 'al3' as never }), /inferenceAmiVersion.*enum value set/)
  await refused(
    variants({ CapacityReservationConfig: { MlReservationArn: 'arn:aws:ec2:eu-west-1:123456789012:a/b' } }),
    /mlReservationArn/,
  )
  await refused(variants({ CoreDumpConfig: { DestinationS3Uri: 'dumps' } }), /destinationS3Uri/)
  await refused(
    variants({
      ManagedInstanceScaling: { ScaleInPolicy: { Strategy: 'IDLE_RELEASE', CooldownInMinutes: 4 } },
    }),
    /cooldownInMinutes.*greater than or equal to 5/,
  )
  await refused({ KmsKeyId: 'a b' }, /kmsKeyId/)
  await refused(
    { MetricsConfig: { MetricPublishFrequencyInSeconds: 20 } },
    /MetricPublishFrequencyInSeconds must be/,
  )
  const far = `s3://bucket/${'x'.repeat(501)}`
  await refused(
    { AsyncInferenceConfig: { OutputConfig: { S3OutputPath: far } } },
    /s3OutputPath.*less than or equal to 512/,
  )
  await refused({ ProductionVariants: [serverless({ MemorySizeInMB: 1500 })] }, /MemorySizeInMB must be 1024/)
  await refused(
    { ProductionVariants: [serverless({ ProvisionedConcurrency: 6 })] },
    /ProvisionedConcurrency must be less/,
  )
  await refused(
    { ProductionVariants: [serverless(), { ...serverless(), VariantName: 'b' }] },
    /do not support multiple production variants/,
  )
  await create({})
  await refused({}, /^Cannot create already existing endpoint configuration ".*:endpoint-config\/c"\.$/)
})

t.test('endpoints and deployments', async (t) => {
  let isReady = false
  const { clients, reach, rehearsal } = await rehearse(t, {
    behaviour: { ping: () => (isReady ? 200 : 503) },
  })
  const { sagemaker } = clients
  await makeConfig(clients, 'two', { instances: 2 })
  const config = (name: string, ...all: ProductionVariant[]) =>
    sagemaker.send(new CreateEndpointConfigCommand({ EndpointConfigName: name, ProductionVariants: all }))
  await sagemaker.send(new CreateModelCommand(model()))
  await config('one', variant({ InitialInstanceCount: 1 }))
  await config('other-name', variant({ VariantName: 'challenger' }))
  await config('serverless', serverless())
  await config('many', variant({ InitialInstanceCount: 21 }))
  await config('ab', variant({ VariantName: 'a' }), variant({ VariantName: 'b' }))

  const create = (EndpointName: string, EndpointConfigName: string) =>
    sagemaker.send(new CreateEndpointCommand({ EndpointName, EndpointConfigName }))
  await t.rejects(create('digits', 'none'), {
    message: /^Could not find endpoint configuration ".*\/none"\.$/,
  })
  await t.rejects(create('digits', 'many'), {
    name: 'ResourceLimitExceeded',
    message:
      /'ml.c6i.large for endpoint usage' is 20 Instances, with current utilization of 0 Instances and a request delta of 21/,
  })
  await create('digits', 'two')
  await t.rejects(create('Digits', 'two'), {
    message: /^Cannot create already existing endpoint ".*\/digits"\.$/,
  })
  const update = (EndpointConfigName: string, DeploymentConfig?: object) =>
    sagemaker.send(
      new UpdateEndpointCommand({
        EndpointName: 'digits',
        EndpointConfigName,
        ...(DeploymentConfig && { DeploymentConfig }),
      }),
    )
  await t.rejects(update('one'), { message: /^Cannot update in-progress endpoint ".*\/digits"\.$/ })
  isReady = true
  await reach('digits', 'InService')

  const percent = (Value: number) => ({ Type: 'CAPACITY_PERCENT', Value })
  const routing = (more: object) => ({
    BlueGreenUpdatePolicy: { TrafficRoutingConfiguration: { WaitIntervalInSeconds: 60, ...more } },
  })
  const canary = routing({ Type: 'CANARY', CanarySize: percent(50) })
  const rolling = (more = {}) => ({
    RollingUpdatePolicy: { MaximumBatchSize: percent(50), WaitIntervalInSeconds: 60, ...more },
  })
  for (const [name, deployment, message] of [
    ['other-name', canary, /must have the same variant names/],
    ['one', canary, /at least 2 instances|between 1% and 50%/],
    ['two', routing({ Type: 'CANARY' }), /CanarySize must be specified/],
    ['two', routing({ Type: 'CANARY', CanarySize: percent(51) }), /between 1% and 50%/],
    ['two', routing({ Type: 'LINEAR', LinearStepSize: percent(5) }), /between 10% and 50%/],
    ['two', rolling({ MaximumBatchSize: percent(60) }), /between 5% and 50%/],
    ['two', rolling({ WaitIntervalInSeconds: 3601 }), /less than or equal to 3600/],
    [
      'two',
      rolling({ WaitIntervalInSeconds: 3600, MaximumExecutionTimeoutInSeconds: 600 }),
      /sum of all wait/,
    ],
    ['two', { ...canary, ...rolling() }, /Only one of BlueGreenUpdatePolicy and RollingUpdatePolicy/],
    ['ab', rolling(), /multiple production variants/],
    ['serverless', canary, /not supported for serverless/],
    ['serverless', undefined, /cannot be converted/],
    [
      'two',
      { ...canary, AutoRollbackConfiguration: { Alarms: [{ AlarmName: 'none' }] } },
      /Could not find CloudWatch alarm "none"/,
    ],
  ] as const)
    await t.rejects(update(name, deployment), { name: 'ValidationException', message }, `${name}: ${message}`)
  t.equal(rehearsal.store.endpoints.get('digits')?.status, 'InService', 'none of it has begun anything')

  const weights = (change: object) =>
    sagemaker.send(
      new UpdateEndpointWeightsAndCapacitiesCommand({
        EndpointName: 'digits',
        DesiredWeightsAndCapacities: [{ VariantName: 'primary', ...change }],
      }),
    )
  await t.rejects(weights({ VariantName: 'none' }), { message: /"none" does not exist/ })
  await t.rejects(weights({ DesiredInstanceCount: 0 }), { message: /at least 1/ })
  await t.rejects(weights({ DesiredInstanceCount: 21 }), { name: 'ResourceLimitExceeded' })
})
