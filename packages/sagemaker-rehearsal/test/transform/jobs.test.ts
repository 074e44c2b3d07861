/** Batch transform: what is sent to the container, what comes out of it, and what becomes of a job with a bad line. */

import { FilterLogEventsCommand } from '@aws-sdk/client-cloudwatch-logs'
import { CreateBucketCommand, GetObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3'
import {
  CreateModelCommand,
  CreateTransformJobCommand,
  type CreateTransformJobCommandInput,
  DescribeTransformJobCommand,
  ListTransformJobsCommand,
  StopTransformJobCommand,
} from '@aws-sdk/client-sagemaker'
import t, { type Test } from 'tap'
import { type Behaviour, IMAGE, ROLE, rehearse, until } from '../fixture.ts'

/** A model of CSV rows: the sum of each; a row that is no numbers is a 400 with its line. */
const sums: NonNullable<Behaviour['answer']> = (_, { body }) => {
  const rows = body.toString().split('\n')
  const bad = rows.findIndex((row) =>
    row.split(',').some((field) => field === '' || Number.isNaN(Number(field))),
  )
  if (bad !== -1) return { status: 400, body: `row ${bad + 1} is not numbers: ${rows[bad]}` }
  return {
    body: rows.map((row) => `${row.split(',').reduce((sum, field) => sum + Number(field), 0)}\n`).join(''),
  }
}

const set = async (t: Test, answer: NonNullable<Behaviour['answer']> = sums, parameters?: object) => {
  const requests: { url: string; headers: NodeJS.Dict<string | string[]>; body: string }[] = []
  const behaviour: Behaviour = {
    ...(parameters !== undefined && { parameters }),
    answer: (spec, request) => {
      requests.push({ url: '/invocations', headers: request.headers, body: request.body.toString() })
      return answer(spec, request)
    },
  }
  const here = await rehearse(t, { behaviour })
  const { s3, sagemaker, logs } = here.clients
  await s3.send(new CreateBucketCommand({ Bucket: 'data' }))
  await sagemaker.send(
    new CreateModelCommand({ ModelName: 'm', ExecutionRoleArn: ROLE, PrimaryContainer: { Image: IMAGE } }),
  )
  const put = (Key: string, Body: string | Uint8Array) =>
    s3.send(new PutObjectCommand({ Bucket: 'data', Key, Body }))
  const read = async (Key: string) =>
    (await s3.send(new GetObjectCommand({ Bucket: 'data', Key }))).Body?.transformToString()
  const create = (
    more: Partial<CreateTransformJobCommandInput> = {},
    input: object = {},
    output: object = {},
  ) =>
    sagemaker.send(
      new CreateTransformJobCommand({
        TransformJobName: 'job',
        ModelName: 'm',
        TransformInput: {
          DataSource: { S3DataSource: { S3DataType: 'S3Prefix', S3Uri: 's3://data/in/' } },
          ContentType: 'text/csv',
          SplitType: 'Line',
          ...input,
        },
        TransformOutput: {
          S3OutputPath: 's3://data/out',
          Accept: 'text/csv',
          AssembleWith: 'Line',
          ...output,
        },
        TransformResources: { InstanceType: 'ml.m5.large', InstanceCount: 1 },
        ...more,
      }),
    )
  const describe = (TransformJobName = 'job') =>
    sagemaker.send(new DescribeTransformJobCommand({ TransformJobName }))
  /** The job when it has ended. */
  const ended = async () => {
    await until(async () => (await describe()).TransformJobStatus !== 'InProgress')
    return describe()
  }
  const dataLog = async () => {
    const { events = [] } = await logs.send(
      new FilterLogEventsCommand({ logGroupName: '/aws/sagemaker/TransformJobs' }),
    )
    return events
      .filter(({ logStreamName }) => logStreamName?.endsWith('/data-log'))
      .map(({ message }) => message)
  }
  return { ...here, requests, put, read, create, describe, ended, dataLog }
}

t.test(
  'lines go together as far as they fit, and come out in their order, beside their inputs',
  async (t) => {
    const { put, create, ended, read, requests, fakes, clients, dataLog } = await set(t)
    await put('in/a.csv', '1,2\n3,4\n5,6\n')
    await put('in/deep/b.csv', '7,8')
    t.match(await create({ Environment: { A: 'b' }, MaxPayloadInMB: 1, BatchStrategy: 'MultiRecord' }), {
      TransformJobArn: 'arn:aws:sagemaker:us-east-1:123456789012:transform-job/job',
    })
    t.match(await ended(), {
      TransformJobStatus: 'Completed',
      ModelName: 'm',
      MaxPayloadInMB: 1,
      TransformStartTime: Date,
      TransformEndTime: Date,
    })
    t.equal(await read('out/a.csv.out'), '3\n7\n11\n')
    t.equal(await read('out/deep/b.csv.out'), '15\n')
    t.strictSame(
      requests.map(({ body }) => body),
      ['1,2\n3,4\n5,6', '7,8'],
    )
    t.match(requests[0]?.headers, { 'content-type': 'text/csv', accept: 'text/csv' })
    t.match(fakes.started[0]?.environment, {
      A: 'b',
      SAGEMAKER_BATCH: 'true',
      SAGEMAKER_BATCH_STRATEGY: 'MULTI_RECORD',
      SAGEMAKER_MAX_PAYLOAD_IN_MB: '1',
    })
    t.strictSame(fakes.running, [], 'its instances are ended')
    t.match((await dataLog())[0], 'MaxConcurrentTransforms=1, MaxPayloadInMB=1, BatchStrategy=MULTI_RECORD')
    t.match(await clients.sagemaker.send(new ListTransformJobsCommand({ StatusEquals: 'Completed' })), {
      TransformJobSummaries: [{ TransformJobName: 'job', TransformJobStatus: 'Completed' }],
    })
  },
)

t.test('an object with a bad line has no output, the others have, and the job has failed', async (t) => {
  const { put, create, ended, read, dataLog } = await set(t)
  await put('in/bad.csv', '1,2\nthree,4\n5,6\n')
  await put('in/good.csv', '1,2\n')
  await create()
  t.match(await ended(), {
    TransformJobStatus: 'Failed',
    FailureReason: 'ClientError: See job logs for more information',
  })
  await t.rejects(read('out/bad.csv.out'), { name: 'NoSuchKey' })
  t.equal(await read('out/good.csv.out'), '3\n')
  t.strictSame((await dataLog()).slice(1), [
    'data/in/bad.csv: ClientError: 400',
    'data/in/bad.csv: ',
    'data/in/bad.csv: Message:',
    'data/in/bad.csv: row 2 is not numbers: three,4',
  ])
})

t.test('columns are left out, joined and picked; one record a request', async (t) => {
  const { put, create, ended, read, requests } = await set(t)
  await put('in/a.csv', '"id, 1",1,2\nid2,3,4\n')
  await create({
    BatchStrategy: 'SingleRecord',
    MaxConcurrentTransforms: 2,
    DataProcessing: { InputFilter: '$[1:]', JoinSource: 'Input', OutputFilter: '$[0,-1]' },
  })
  t.match(await ended(), { TransformJobStatus: 'Completed' })
  t.strictSame(requests.map(({ body }) => body).sort(), ['1,2', '3,4'])
  t.equal(await read('out/a.csv.out'), '"id, 1",3\nid2,7\n')
})

t.test('JSON lines are joined with their predictions', async (t) => {
  const { put, create, ended, read } = await set(t, (_, { body }) => ({
    body: body
      .toString()
      .split('\n')
      .map((line) => `{"sum":${JSON.parse(line).reduce((a: number, b: number) => a + b, 0)}}\n`)
      .join(''),
  }))
  await put('in/a.jsonl', '{"id":1,"x":[1,2]}\n{"id":2,"x":[3,4]}\n')
  const types = 'application/jsonlines'
  await create(
    {
      DataProcessing: { InputFilter: '$.x', JoinSource: 'Input', OutputFilter: "$['id','SageMakerOutput']" },
    },
    { ContentType: types },
    { Accept: types },
  )
  t.match(await ended(), { TransformJobStatus: 'Completed' })
  t.equal(
    await read('out/a.jsonl.out'),
    '{"id":1,"SageMakerOutput":{"sum":3}}\n{"id":2,"SageMakerOutput":{"sum":7}}\n',
  )
})

t.test('the container says how much it takes, unless the request does', async (t) => {
  const { put, create, ended, dataLog, requests } = await set(t, sums, {
    MaxConcurrentTransforms: 4,
    BatchStrategy: 'SINGLE_RECORD',
    MaxPayloadInMB: 2,
  })
  await put('in/a.csv', '1\n2\n3\n')
  await create({ MaxPayloadInMB: 3 })
  await ended()
  t.equal((await dataLog())[0], 'MaxConcurrentTransforms=4, MaxPayloadInMB=3, BatchStrategy=SINGLE_RECORD')
  t.equal(requests.length, 3)
})

t.test('what is too large for a request, and what cannot be split, is the input’s fault', async (t) => {
  const { put, create, ended, dataLog } = await set(t)
  await put('in/a.csv', `${'1'.repeat(2 ** 20 + 1)}\n`)
  await create({ MaxPayloadInMB: 1 })
  t.match(await ended(), { TransformJobStatus: 'Failed', FailureReason: /^ClientError/ })
  t.equal((await dataLog()).at(-1), 'data/in/a.csv: Too much data for max payload size')
})

t.test('a container that fails is asked again, and is the algorithm’s fault', async (t) => {
  let asked = 0
  const { put, create, ended, dataLog } = await set(t, () => {
    asked += 1
    return { status: 500, body: 'broken' }
  })
  await put('in/a.csv', '1\n')
  await create({ ModelClientConfig: { InvocationsMaxRetries: 2 } })
  t.match(await ended(), {
    TransformJobStatus: 'Failed',
    FailureReason: 'AlgorithmError: See job logs for more information',
  })
  t.equal(asked, 3)
  t.match((await dataLog())[1], 'data/in/a.csv: Bad HTTP status received from algorithm: 500')
})

t.test('objects by a manifest; none at all is a failure', async (t) => {
  const { put, create, ended, read } = await set(t)
  await put('list.json', JSON.stringify([{ prefix: 's3://data/in/' }, 'x/a.csv']))
  await put('in/x/a.csv', '1,1')
  await put('in/other.csv', '2,2')
  const source = (S3Uri: string, S3DataType: 'ManifestFile' | 'S3Prefix') => ({
    DataSource: { S3DataSource: { S3DataType, S3Uri } },
  })
  await create({}, source('s3://data/list.json', 'ManifestFile'))
  t.match(await ended(), { TransformJobStatus: 'Completed' })
  t.equal(await read('out/x/a.csv.out'), '2\n')
  await t.rejects(read('out/other.csv.out'), { name: 'NoSuchKey' })
})

t.test('what SageMaker would refuse is refused', async (t) => {
  const { put, create, ended, clients } = await set(t)
  const refused = (promise: Promise<unknown>, message: RegExp, name = 'ValidationException') =>
    t.rejects(promise, { name, message })
  await refused(create({ ModelName: 'none' }), /^Could not find model ".*:model\/none"\.$/)
  await refused(create({ MaxConcurrentTransforms: 20, MaxPayloadInMB: 6 }), /must not exceed 100/)
  await refused(create({ DataProcessing: { InputFilter: '$..x' } }), /JSONPath \$\.\.x is not supported/)
  await refused(
    create({ DataProcessing: { JoinSource: 'Input' } }, { SplitType: 'None' }),
    /SplitType and AssembleWith/,
  )
  await refused(
    create({ DataProcessing: { JoinSource: 'Input' } }, {}, { Accept: 'image/png' }),
    /ContentType and Accept/,
  )
  await create()
  t.match(await ended(), {
    TransformJobStatus: 'Failed',
    FailureReason: /^ClientError: No S3 objects found under S3 URL/,
  })
  await put('in/a.csv', '1\n')
  await refused(create(), /Job name must be unique/, 'ResourceInUse')
  const stop = (TransformJobName: string) =>
    clients.sagemaker.send(new StopTransformJobCommand({ TransformJobName }))
  await refused(stop('job'), /is in status Failed/)
  await refused(stop('other'), /Could not find requested job with name: other/, 'ResourceNotFound')
})

t.test('a job that is stopped ends its instances and stores nothing', async (t) => {
  let release = () => {}
  const held = new Promise<void>((resolve) => {
    release = resolve
  })
  let isAsked = false
  const { put, create, describe, read, clients, fakes } = await set(t, async () => {
    isAsked = true
    await held
    return { body: '1\n' }
  })
  t.teardown(() => release())
  await put('in/a.csv', '1\n')
  await create()
  await until(() => isAsked)
  await clients.sagemaker.send(new StopTransformJobCommand({ TransformJobName: 'job' }))
  await until(async () => (await describe()).TransformJobStatus === 'Stopped')
  t.strictSame(fakes.running, [])
  await t.rejects(read('out/a.csv.out'), { name: 'NoSuchKey' })
})
