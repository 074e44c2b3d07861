/** Calls of endpoints: where they go, what comes back, and what is measured of them. */

import {
  GetMetricDataCommand,
  GetMetricStatisticsCommand,
  ListMetricsCommand,
} from '@aws-sdk/client-cloudwatch'
import {
  CreateBucketCommand,
  GetObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
} from '@aws-sdk/client-s3'
import {
  CreateEndpointCommand,
  CreateEndpointConfigCommand,
  type CreateEndpointConfigCommandInput,
  CreateModelCommand,
  type ProductionVariant,
  UpdateEndpointWeightsAndCapacitiesCommand,
} from '@aws-sdk/client-sagemaker'
import {
  InvokeEndpointAsyncCommand,
  InvokeEndpointCommand,
  type InvokeEndpointCommandInput,
  SageMakerRuntimeClient,
} from '@aws-sdk/client-sagemaker-runtime'
import t, { type Test } from 'tap'
import { type Behaviour, IMAGE, ROLE, rehearse, until } from '../fixture.ts'

const EndpointName = 'Digits'

const variant = (VariantName: string, more: Partial<ProductionVariant> = {}): ProductionVariant => ({
  VariantName,
  ModelName: VariantName,
  ...(more.ServerlessConfig === undefined && { InstanceType: 'ml.c6i.large', InitialInstanceCount: 1 }),
  ...more,
})

/** An endpoint with these variants, each with a model of its name. */
const endpoint = async (
  t: Test,
  config: Omit<CreateEndpointConfigCommandInput, 'EndpointConfigName'>,
  behaviour: Behaviour = {},
) => {
  const rehearsed = await rehearse(t, { behaviour })
  const { sagemaker, runtime } = rehearsed.clients
  for (const { ModelName } of [
    ...(config.ProductionVariants ?? []),
    ...(config.ShadowProductionVariants ?? []),
  ])
    await sagemaker.send(
      new CreateModelCommand({ ModelName, ExecutionRoleArn: ROLE, PrimaryContainer: { Image: IMAGE } }),
    )
  await sagemaker.send(new CreateEndpointConfigCommand({ EndpointConfigName: 'c', ...config }))
  await sagemaker.send(new CreateEndpointCommand({ EndpointName, EndpointConfigName: 'c' }))
  await rehearsed.reach(EndpointName, 'InService')
  const invoke = async (more: Partial<InvokeEndpointCommandInput> = {}) => {
    const answer = await runtime.send(new InvokeEndpointCommand({ EndpointName, Body: 'x', ...more }))
    return { ...answer, text: Buffer.from(answer.Body).toString('utf8') }
  }
  return { ...rehearsed, invoke }
}

const count = async <Key extends string>(times: number, task: () => Promise<Key | undefined>) => {
  const counts: Record<string, number> = {}
  for (let call = 0; call < times; call++) {
    const key = (await task()) ?? 'none'
    counts[key] = (counts[key] ?? 0) + 1
  }
  return counts
}

t.test('traffic goes by weight, or where TargetVariant says', async (t) => {
  const { invoke, clients, reach } = await endpoint(t, {
    ProductionVariants: [
      variant('a', { InitialVariantWeight: 3 }),
      variant('b', { InitialVariantWeight: 1 }),
      variant('dark', { InitialVariantWeight: 0 }),
    ],
  })
  const { a = 0, b = 0, ...others } = await count(80, async () => (await invoke()).InvokedProductionVariant)
  t.ok(a > b && b > 0, `${a} and ${b}`)
  t.strictSame(others, {}, 'a weight of 0 takes no traffic')
  t.match(await invoke({ TargetVariant: 'dark' }), { InvokedProductionVariant: 'dark', text: 'dark:x' })
  await t.rejects(invoke({ TargetVariant: 'none' }), { name: 'ValidationError' })

  await clients.sagemaker.send(
    new UpdateEndpointWeightsAndCapacitiesCommand({
      EndpointName,
      DesiredWeightsAndCapacities: [
        { VariantName: 'a', DesiredWeight: 0 },
        { VariantName: 'b', DesiredWeight: 1 },
      ],
    }),
  )
  await reach(EndpointName, 'InService')
  t.strictSame(await count(10, async () => (await invoke()).InvokedProductionVariant), { b: 10 })
})

t.test('an endpoint that is not there is not found, nor one whose name is written otherwise', async (t) => {
  const { invoke } = await endpoint(t, { ProductionVariants: [variant('a')] })
  for (const name of ['other', 'digits'])
    await t.rejects(invoke({ EndpointName: name }), {
      name: 'ValidationError',
      message: `Endpoint ${name} of account 123456789012 not found.`,
    })
})

t.test('headers go in and come out, and those of the network stay away', async (t) => {
  let seen: NodeJS.Dict<string | string[]> = {}
  const { invoke } = await endpoint(
    t,
    { ProductionVariants: [variant('a')] },
    {
      answer: (_, { headers }) => {
        seen = headers
        return {
          headers: { 'x-amzn-sagemaker-custom-attributes': 'out', 'content-type': 'image/png' },
          body: 'png',
        }
      },
    },
  )
  const answer = await invoke({
    CustomAttributes: 'in',
    InferenceId: 'i1',
    Accept: 'image/png',
    ContentType: 'text/csv',
  })
  t.match(seen, {
    'x-amzn-sagemaker-custom-attributes': 'in',
    'x-amzn-sagemaker-inference-id': 'i1',
    accept: 'image/png',
    'content-type': 'text/csv',
    'content-length': '1',
  })
  t.equal(seen.authorization, undefined)
  t.match(answer, { CustomAttributes: 'out', ContentType: 'image/png' })
  await t.rejects(invoke({ CustomAttributes: 'x'.repeat(1025) }), { name: 'ValidationError' })
})

t.test('a container that breaks the connection is told of as SageMaker tells it', async (t) => {
  const { invoke, fakes } = await endpoint(
    t,
    { ProductionVariants: [variant('a')] },
    {
      answer: async () => {
        fakes.running[0]?.crash()
        return { body: '' }
      },
    },
  )
  await t.rejects(invoke(), {
    name: 'ModelError',
    OriginalStatusCode: 0,
    message:
      /^Received server error \(0\) from primary with message "Amazon SageMaker could not get a response from the Digits endpoint\. .*"\. See https:\/\/us-east-1\.console\.aws\.amazon\.com\/cloudwatch\/home\?region=us-east-1#logEventViewer:group=\/aws\/sagemaker\/Endpoints\/Digits in account 123456789012 for more information\.$/,
  } as never)
})

t.test('what the model refuses is a ModelError, and is measured as one', async (t) => {
  const { invoke, clients, clock } = await endpoint(
    t,
    { ProductionVariants: [variant('a')] },
    { answer: (_, { body }) => ({ status: Number(body), body: 'no & never' }) },
  )
  const start = new Date(clock.now())
  for (const status of [400, 500, 503])
    await t.rejects(invoke({ Body: String(status) }), {
      name: 'ModelError',
      OriginalStatusCode: status,
      OriginalMessage: 'no & never',
      LogStreamArn:
        /^arn:aws:logs:us-east-1:123456789012:log-group:\/aws\/sagemaker\/Endpoints\/Digits:log-stream:a\/i-[0-9a-f]{17}$/,
      $metadata: { httpStatusCode: 424 },
    } as never)
  await invoke({ Body: '200' })
  await clock.advance(60_000)
  const Dimensions = [
    { Name: 'EndpointName', Value: EndpointName },
    { Name: 'VariantName', Value: 'a' },
  ]
  const sums: Record<string, number | undefined> = {}
  const names = [
    'Invocations',
    'Invocation4XXErrors',
    'Invocation5XXErrors',
    'InvocationModelErrors',
    'InvocationsPerInstance',
  ]
  for (const MetricName of names) {
    const { Datapoints = [] } = await clients.cloudwatch.send(
      new GetMetricStatisticsCommand({
        Namespace: 'AWS/SageMaker',
        MetricName,
        Dimensions,
        StartTime: start,
        EndTime: new Date(clock.now()),
        Period: 60,
        Statistics: ['Sum'],
      }),
    )
    sums[MetricName] = Datapoints.reduce((sum, { Sum = 0 }) => sum + Sum, 0)
  }
  // The SDK does not try a 424 again: four calls are four.
  t.strictSame(sums, {
    Invocations: 4,
    Invocation4XXErrors: 1,
    Invocation5XXErrors: 2,
    InvocationModelErrors: 3,
    InvocationsPerInstance: 4,
  })
  const { MetricDataResults } = await clients.cloudwatch.send(
    new GetMetricDataCommand({
      StartTime: start,
      EndTime: new Date(clock.now()),
      MetricDataQueries: [
        {
          Id: 'latency',
          MetricStat: {
            Metric: { Namespace: 'AWS/SageMaker', MetricName: 'ModelLatency', Dimensions },
            Period: 60,
            Stat: 'p99',
          },
          ReturnData: false,
        },
        { Id: 'ms', Expression: 'latency / 1000' },
      ],
    }),
  )
  t.equal(MetricDataResults?.length, 1)
  const [ms = 0] = MetricDataResults?.[0]?.Values ?? []
  t.ok(ms > 0.01 && ms < 60_000, `${ms} ms`)
  const { Metrics = [] } = await clients.cloudwatch.send(
    new ListMetricsCommand({ Namespace: 'AWS/SageMaker', MetricName: 'ModelLatency' }),
  )
  t.strictSame(Metrics[0]?.Dimensions, Dimensions)
})

t.test('a body may have 6 MiB, to a serverless endpoint 4', async (t) => {
  const real = await endpoint(t, { ProductionVariants: [variant('a')] }, { answer: () => ({ body: 'ok' }) })
  t.equal((await real.invoke({ Body: Buffer.alloc(6_291_456) })).text, 'ok')
  await t.rejects(real.invoke({ Body: Buffer.alloc(6_291_457) }), {
    $metadata: { httpStatusCode: 413 },
  } as never)
})

t.test('a serverless endpoint has a bound on concurrency and a smaller one on bodies', async (t) => {
  let release = () => {}
  const released = new Promise<void>((resolve) => {
    release = resolve
  })
  let running = 0
  const { invoke } = await endpoint(
    t,
    {
      ProductionVariants: [variant('a', { ServerlessConfig: { MemorySizeInMB: 2048, MaxConcurrency: 2 } })],
    },
    {
      answer: async (_, { body }) => {
        running += 1
        if (body.toString() === 'hold') await released
        return { body: 'ok' }
      },
    },
  )
  t.equal((await invoke({ Body: Buffer.alloc(4 * 2 ** 20) })).text, 'ok')
  await t.rejects(invoke({ Body: Buffer.alloc(4 * 2 ** 20 + 1) }), {
    $metadata: { httpStatusCode: 413 },
  } as never)
  running = 0
  const held = [invoke({ Body: 'hold' }), invoke({ Body: 'hold' })]
  await until(() => running === 2)
  // The SDK's own attempts would go on until there is room.
  const once = new SageMakerRuntimeClient({ maxAttempts: 1 })
  await t.rejects(once.send(new InvokeEndpointCommand({ EndpointName, Body: 'x' })).finally(release), {
    name: 'ThrottlingException',
  })
  await Promise.all(held)
})

t.test('a shadow variant sees copies, and its answers go nowhere', async (t) => {
  const seen: string[] = []
  const { invoke } = await endpoint(
    t,
    {
      ProductionVariants: [variant('live', { InitialVariantWeight: 1 })],
      ShadowProductionVariants: [variant('shadow', { InitialVariantWeight: 1 })],
    },
    {
      answer: ({ variant: name }) => {
        seen.push(name)
        return name === 'shadow' ? { status: 500, body: 'broken' } : { body: 'fine' }
      },
    },
  )
  for (let call = 0; call < 5; call++) t.equal((await invoke()).text, 'fine')
  await until(() => seen.filter((name) => name === 'shadow').length === 5)
  await t.rejects(invoke({ TargetVariant: 'shadow' }), { name: 'ValidationError' })
})

t.test('asynchronous requests wait in a queue, and answers and failures lie in S3', async (t) => {
  let release = () => {}
  const held = new Promise<void>((resolve) => {
    release = resolve
  })
  t.teardown(() => release())
  const { clients, invoke, clock } = await endpoint(
    t,
    {
      ProductionVariants: [variant('a')],
      AsyncInferenceConfig: {
        OutputConfig: { S3OutputPath: 's3://output/answers/', S3FailurePath: 's3://output/failures' },
        ClientConfig: { MaxConcurrentInvocationsPerInstance: 1 },
      },
    },
    {
      answer: async (_, { body, headers }) => {
        if (body.toString() === 'slow') await held
        return body.toString() === 'bad'
          ? { status: 400, body: 'no' }
          : { body: `${headers['content-type']}:${body}` }
      },
    },
  )
  const { s3, runtime } = clients
  for (const Bucket of ['input', 'output']) await s3.send(new CreateBucketCommand({ Bucket }))
  await s3.send(new PutObjectCommand({ Bucket: 'input', Key: 'good', Body: 'good' }))
  await s3.send(new PutObjectCommand({ Bucket: 'input', Key: 'bad', Body: 'bad' }))
  const send = (InputLocation: string) =>
    runtime.send(new InvokeEndpointAsyncCommand({ EndpointName, InputLocation, ContentType: 'text/csv' }))
  const good = await send('s3://input/good')
  const bad = await send('s3://input/bad')
  t.match(good, { OutputLocation: /^s3:\/\/output\/answers\/[\w-]+\.out$/, InferenceId: /./ })
  const keyOf = (uri = '') => uri.replace('s3://output/', '')
  const keys = async () =>
    ((await s3.send(new ListObjectsV2Command({ Bucket: 'output' }))).Contents ?? []).map(({ Key }) => Key)
  await until(async () => (await keys()).length === 2)
  const read = async (uri: string | undefined) => {
    const { Body } = await s3.send(new GetObjectCommand({ Bucket: 'output', Key: keyOf(uri) }))
    return Body?.transformToString()
  }
  t.equal(await read(good.OutputLocation), 'text/csv:good')
  t.match(await read(bad.FailureLocation), /Received client error \(400\)/)
  const slow = await runtime.send(
    new InvokeEndpointAsyncCommand({ EndpointName, Body: 'slow', InvocationTimeoutSeconds: 1 }),
  )
  await until(async () => (await keys()).length === 3)
  t.match(
    await read(slow.FailureLocation),
    /^Received server error \(0\) from primary with message "Your invocation timed out while waiting for a response from container primary\. Review the latency metrics/,
  )
  await t.rejects(send('s3://input/none'), { name: 'ValidationError' })
  await t.rejects(invoke(), { name: 'ValidationError', message: /InvokeEndpointAsync/ })
  await clock.advance(120_000)
  const { Metrics = [] } = await clients.cloudwatch.send(
    new ListMetricsCommand({ MetricName: 'ApproximateBacklogSizePerInstance' }),
  )
  t.equal(Metrics.length, 1)
})
