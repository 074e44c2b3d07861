/** Target tracking: instances come with traffic and go with it. */

import {
  DeregisterScalableTargetCommand,
  DescribeScalableTargetsCommand,
  DescribeScalingActivitiesCommand,
  DescribeScalingPoliciesCommand,
  PutScalingPolicyCommand,
  RegisterScalableTargetCommand,
} from '@aws-sdk/client-application-auto-scaling'
import { DescribeAlarmsCommand } from '@aws-sdk/client-cloudwatch'
import {
  CreateEndpointCommand,
  CreateEndpointConfigCommand,
  CreateModelCommand,
  DeleteEndpointCommand,
  UpdateEndpointCommand,
  UpdateEndpointWeightsAndCapacitiesCommand,
} from '@aws-sdk/client-sagemaker'
import { InvokeEndpointCommand } from '@aws-sdk/client-sagemaker-runtime'
import t from 'tap'
import { IMAGE, makeConfig, ROLE, rehearse, until } from '../fixture.ts'

const RESOURCE = {
  ServiceNamespace: 'sagemaker',
  ResourceId: 'endpoint/digits/variant/primary',
  ScalableDimension: 'sagemaker:variant:DesiredInstanceCount',
} as const

const POLICY = {
  ...RESOURCE,
  PolicyName: 'tracking',
  PolicyType: 'TargetTrackingScaling',
  TargetTrackingScalingPolicyConfiguration: {
    TargetValue: 10,
    PredefinedMetricSpecification: { PredefinedMetricType: 'SageMakerVariantInvocationsPerInstance' },
    ScaleInCooldown: 60,
    ScaleOutCooldown: 60,
  },
} as const

t.test('instances follow the invocations, within the bounds', async (t) => {
  const one = await rehearse(t)
  const { clients, reach, clock, fakes } = one
  const { scaling, sagemaker, runtime, cloudwatch } = clients
  const register = (MaxCapacity: number, more = {}) =>
    scaling.send(new RegisterScalableTargetCommand({ ...RESOURCE, MinCapacity: 1, MaxCapacity, ...more }))
  await t.rejects(register(3), { name: 'ValidationException', message: /does not exist/ })
  await makeConfig(clients, 'c')
  await sagemaker.send(new CreateEndpointCommand({ EndpointName: 'digits', EndpointConfigName: 'c' }))
  await reach('digits', 'InService')
  await t.rejects(register(0), { message: /Maximum capacity cannot be less than minimum/ })
  await t.rejects(scaling.send(new PutScalingPolicyCommand(POLICY)), { name: 'ObjectNotFoundException' })
  await register(3)
  const { Alarms = [] } = await scaling.send(new PutScalingPolicyCommand(POLICY))
  t.match(Alarms, [
    { AlarmName: /^TargetTracking-endpoint\/digits\/variant\/primary-AlarmHigh-/ },
    { AlarmName: /-AlarmLow-/ },
  ])
  t.match(
    (await scaling.send(new DescribeScalingPoliciesCommand({ ServiceNamespace: 'sagemaker' })))
      .ScalingPolicies,
    [{ PolicyName: 'tracking', Alarms }],
  )

  /** A minute with so many calls. */
  const minute = async (calls: number) => {
    await Promise.all(
      Array.from({ length: calls }, () =>
        runtime.send(new InvokeEndpointCommand({ EndpointName: 'digits', Body: 'x' })),
      ),
    )
    await clock.advance(60_000)
  }
  const instances = () => fakes.running.length
  // 25 a minute: three instances have fewer than ten each.
  await until(async () => {
    if (instances() === 3) return true
    await minute(25)
    return false
  })
  await minute(40)
  await minute(40)
  await minute(40)
  await minute(40)
  t.equal(instances(), 3, 'no more than the bound')
  await until(async () => {
    if (instances() === 1) return true
    await minute(2)
    return false
  })
  const { ScalingActivities = [] } = await scaling.send(
    new DescribeScalingActivitiesCommand({ ServiceNamespace: 'sagemaker', ResourceId: RESOURCE.ResourceId }),
  )
  t.match(ScalingActivities.at(-1), {
    Description: 'Setting desired instance count to 3.',
    Cause: /^monitor alarm .*AlarmHigh.* in state ALARM triggered policy tracking$/,
    StatusCode: 'Successful',
  })
  t.match(ScalingActivities[0], { Description: 'Setting desired instance count to 1.', Cause: /AlarmLow/ })

  // Bounds count at once.
  await register(3, { MinCapacity: 2 })
  await reach('digits', 'InService')
  await until(async () => {
    await clock.advance(10_000)
    return instances() === 2
  })

  await sagemaker.send(
    new CreateEndpointConfigCommand({
      EndpointConfigName: 'larger',
      ProductionVariants: [
        { VariantName: 'primary', ModelName: 'c', InstanceType: 'ml.c6i.xlarge', InitialInstanceCount: 1 },
      ],
    }),
  )
  await reach('digits', 'InService')
  const update = () =>
    sagemaker.send(new UpdateEndpointCommand({ EndpointName: 'digits', EndpointConfigName: 'larger' }))
  await t.rejects(update(), {
    name: 'ValidationException',
    message: /must be deregistered as a scalable target/,
  })
  await scaling.send(new DeregisterScalableTargetCommand(RESOURCE))
  t.strictSame(
    (await cloudwatch.send(new DescribeAlarmsCommand({}))).MetricAlarms,
    [],
    'alarms go with the policy',
  )
  await update()
  await reach('digits', 'InService')

  await register(3)
  await sagemaker.send(new DeleteEndpointCommand({ EndpointName: 'digits' }))
  await reach('digits', 'gone')
  t.strictSame(
    (await scaling.send(new DescribeScalableTargetsCommand({ ServiceNamespace: 'sagemaker' })))
      .ScalableTargets,
    [],
    'targets go with the endpoint',
  )
})

t.test(
  'a serverless variant has provisioned concurrency to scale, within the bounds, and no instances',
  async (t) => {
    const { clients, reach, clock, rehearsal } = await rehearse(t)
    const { scaling, sagemaker } = clients
    await sagemaker.send(
      new CreateModelCommand({ ModelName: 'm', ExecutionRoleArn: ROLE, PrimaryContainer: { Image: IMAGE } }),
    )
    for (const [name, ProvisionedConcurrency] of [
      ['kept-warm', 2],
      ['on-demand', undefined],
    ] as const) {
      const ServerlessConfig = { MemorySizeInMB: 2048, MaxConcurrency: 10, ProvisionedConcurrency }
      const ProductionVariants = [{ VariantName: 'primary', ModelName: 'm', ServerlessConfig }]
      await sagemaker.send(new CreateEndpointConfigCommand({ EndpointConfigName: name, ProductionVariants }))
      await sagemaker.send(new CreateEndpointCommand({ EndpointName: name, EndpointConfigName: name }))
      await reach(name, 'InService')
    }
    const register = (
      endpoint: string,
      dimension: 'DesiredProvisionedConcurrency' | 'DesiredInstanceCount',
    ) =>
      scaling.send(
        new RegisterScalableTargetCommand({
          ServiceNamespace: 'sagemaker',
          ResourceId: `endpoint/${endpoint}/variant/primary`,
          ScalableDimension: `sagemaker:variant:${dimension}`,
          MinCapacity: 3,
          MaxCapacity: 5,
        }),
      )
    await t.rejects(register('kept-warm', 'DesiredInstanceCount'), { message: /has no instance count/ })
    await t.rejects(register('on-demand', 'DesiredProvisionedConcurrency'), {
      message: /has no provisioned concurrency/,
    })
    await register('kept-warm', 'DesiredProvisionedConcurrency')
    const concurrency = () =>
      rehearsal.store.endpoints.get('kept-warm')?.blue.variants[0]?.provisionedConcurrency
    await until(async () => {
      await clock.advance(10_000)
      return concurrency() === 3
    })
    const { ScalableTargets } = await scaling.send(
      new DescribeScalableTargetsCommand({ ServiceNamespace: 'sagemaker' }),
    )
    t.match(ScalableTargets, [{ ScalableDimension: 'sagemaker:variant:DesiredProvisionedConcurrency' }])
  },
)

t.test('not all weights of an endpoint can be 0', async (t) => {
  const { clients, reach } = await rehearse(t)
  await makeConfig(clients, 'c')
  await clients.sagemaker.send(new CreateEndpointCommand({ EndpointName: 'digits', EndpointConfigName: 'c' }))
  await reach('digits', 'InService')
  const DesiredWeightsAndCapacities = [{ VariantName: 'primary', DesiredWeight: 0 }]
  await t.rejects(
    clients.sagemaker.send(
      new UpdateEndpointWeightsAndCapacitiesCommand({ EndpointName: 'digits', DesiredWeightsAndCapacities }),
    ),
    { name: 'ValidationException', message: /weight above 0/ },
  )
})
