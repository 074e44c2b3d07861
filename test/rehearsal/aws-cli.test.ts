/** The AWS CLI and boto3 drive a rehearsal with real servers behind it. */

import { execFile } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import t from 'tap'
import { create } from 'tar'
import { rehearseServer } from '../../scripts/rehearse/server.ts'
import { DIGITS, ROOT } from '../fixtures/index.ts'
import { PYTHON } from './python.ts'

const IMAGE = '123456789012.dkr.ecr.us-east-1.amazonaws.com/digits:1'
const PNG = join(DIGITS, 'digits', '3.png')

const run = promisify(execFile)

const python = async (args: readonly string[], env: NodeJS.ProcessEnv = process.env): Promise<string> => {
  const { stdout } = await run(PYTHON, [...args], { env, encoding: 'utf8' })
  return stdout
}

const folder = mkdtempSync(join(tmpdir(), 'rehearsal-cli-'))
const archive = join(folder, 'model.tar.gz')
create(
  { file: archive, cwd: join(DIGITS, 'model'), gzip: true, sync: true },
  readdirSync(join(DIGITS, 'model')),
)
const rehearsal = await rehearseServer()
t.teardown(async () => {
  await rehearsal.stop()
  rmSync(folder, { recursive: true })
})

const environment = {
  ...process.env,
  AWS_ENDPOINT_URL: rehearsal.url,
  AWS_ACCESS_KEY_ID: 'rehearsal',
  AWS_SECRET_ACCESS_KEY: 'rehearsal',
  AWS_DEFAULT_REGION: 'us-east-1',
  AWS_PAGER: '',
}

/** One call of the CLI; its answer as it is printed. */
const aws = (...args: string[]) => python(['-m', 'awscli', '--output', 'json', ...args], environment)

const awsJson = async (...args: string[]) => {
  const text = await aws(...args)
  return text === '' ? undefined : JSON.parse(text)
}

t.test('boto3 creates, describes, invokes with bytes, updates and deletes', async (t) => {
  const script = fileURLToPath(new URL('drive.py', import.meta.url))
  t.equal((await python([script, archive, PNG], environment)).trim(), 'driven')
})

t.test('the AWS CLI does', async (t) => {
  t.match(await awsJson('sts', 'get-caller-identity'), { Account: '123456789012' })
  t.match(await awsJson('iam', 'get-role', '--role-name', 'sagemaker'), {
    Role: { AssumeRolePolicyDocument: { Statement: [{ Action: 'sts:AssumeRole' }] } },
  })
  t.match(await awsJson('ecr', 'create-repository', '--repository-name', 'digits'), {
    repository: { repositoryName: 'digits' },
  })
  await aws('s3', 'mb', 's3://cli-models')
  await aws('s3', 'cp', archive, 's3://cli-models/digits/model.tar.gz')
  t.match(await aws('s3', 'ls', 's3://cli-models/digits/'), /model\.tar\.gz/)
  const role = 'arn:aws:iam::123456789012:role/sagemaker'
  for (const name of ['one', 'two']) {
    await aws(
      ...['sagemaker', 'create-model', '--model-name', name, '--execution-role-arn', role],
      ...['--primary-container', `Image=${IMAGE},ModelDataUrl=s3://cli-models/digits/model.tar.gz`],
    )
    await aws(
      ...['sagemaker', 'create-endpoint-config', '--endpoint-config-name', name, '--production-variants'],
      `VariantName=primary,ModelName=${name},InstanceType=ml.c6i.large,InitialInstanceCount=1`,
    )
  }
  const named = ['--endpoint-name', 'cli-digits']
  const inService = async () => {
    for (;;) {
      const { EndpointStatus, EndpointConfigName } = await awsJson('sagemaker', 'describe-endpoint', ...named)
      if (EndpointStatus === 'InService') return EndpointConfigName
      await delay(200)
    }
  }
  await aws('sagemaker', 'create-endpoint', ...named, '--endpoint-config-name', 'one')
  t.equal(await inService(), 'one')
  const answer = join(folder, 'answer.json')
  await aws(
    ...['sagemaker-runtime', 'invoke-endpoint', ...named, '--content-type', 'image/png'],
    ...['--body', `fileb://${PNG}`, answer],
  )
  t.equal(JSON.parse(readFileSync(answer, 'utf8')).predictions[0][0].label, '3')
  await aws('sagemaker', 'update-endpoint', ...named, '--endpoint-config-name', 'two')
  t.equal(await inService(), 'two')
  t.match(await awsJson('logs', 'describe-log-groups'), {
    logGroups: [{}, { logGroupName: '/aws/sagemaker/Endpoints/cli-digits' }],
  })
  t.match(await awsJson('cloudwatch', 'list-metrics', '--metric-name', 'ModelLatency'), {
    Metrics: [{ Namespace: 'AWS/SageMaker' }, {}],
  })
  t.match(
    await awsJson('service-quotas', 'list-service-quotas', '--service-code', 'sagemaker', '--max-items', '1'),
    {
      Quotas: [{ QuotaName: /for endpoint usage$/ }],
    },
  )
  await aws('sagemaker', 'delete-endpoint', ...named)
  while ((await awsJson('sagemaker', 'list-endpoints')).Endpoints.length > 0) await delay(200)
  await t.rejects(aws('sagemaker', 'describe-endpoint', ...named), { message: /Could not find endpoint/ })
  await aws('s3', 'rm', '--recursive', 's3://cli-models')
  await aws('s3', 'rb', 's3://cli-models')
})

t.test('the AWS CLI transforms a batch: a bad line costs its own object', async (t) => {
  const model = join(ROOT, 'examples/sklearn-regressor/model')
  const packed = join(folder, 'regressor.tar.gz')
  create({ file: packed, cwd: model, gzip: true, sync: true }, readdirSync(model))
  const row = (id: string, first: number | string) => [id, first, ...Array(9).fill(0.01)].join(',')
  writeFileSync(join(folder, 'good.csv'), `${row('a', 0)}\n${row('b', 0.05)}\n${row('c', -0.05)}\n`)
  writeFileSync(join(folder, 'bad.csv'), `${row('d', 0)}\n${row('e', 'much')}\n`)
  await aws('s3', 'mb', 's3://batch')
  await aws('s3', 'cp', packed, 's3://batch/model.tar.gz')
  for (const name of ['good', 'bad'])
    await aws('s3', 'cp', join(folder, `${name}.csv`), `s3://batch/in/${name}.csv`)
  const role = 'arn:aws:iam::123456789012:role/sagemaker'
  await aws(
    ...['sagemaker', 'create-model', '--model-name', 'regressor', '--execution-role-arn', role],
    ...['--primary-container', `Image=${IMAGE},ModelDataUrl=s3://batch/model.tar.gz`],
  )
  const named = ['--transform-job-name', 'batch']
  await aws(
    ...['sagemaker', 'create-transform-job', ...named, '--model-name', 'regressor'],
    '--transform-input',
    'DataSource={S3DataSource={S3DataType=S3Prefix,S3Uri=s3://batch/in/}},ContentType=text/csv,SplitType=Line',
    ...['--transform-output', 'S3OutputPath=s3://batch/out,Accept=text/csv,AssembleWith=Line'],
    ...[
      '--transform-resources',
      'InstanceType=ml.m5.large,InstanceCount=1',
      '--batch-strategy',
      'MultiRecord',
    ],
    ...['--data-processing', '{"InputFilter":"$[1:]","JoinSource":"Input","OutputFilter":"$[0,-1]"}'],
  )
  // As on AWS, the CLI's waiter fails with the job.
  await t.rejects(aws('sagemaker', 'wait', 'transform-job-completed-or-stopped', ...named), {
    message: /encountered a terminal failure state/,
  })
  t.match(await awsJson('sagemaker', 'describe-transform-job', ...named), {
    TransformJobStatus: 'Failed',
    FailureReason: 'ClientError: See job logs for more information',
  })
  const output = join(folder, 'good.csv.out')
  await aws('s3', 'cp', 's3://batch/out/good.csv.out', output)
  t.match(readFileSync(output, 'utf8'), /^a,\d+\.\d+\nb,\d+\.\d+\nc,\d+\.\d+\n$/)
  await t.rejects(aws('s3', 'cp', 's3://batch/out/bad.csv.out', output), { message: /404/ })
  const { events } = await awsJson(
    ...['logs', 'filter-log-events', '--log-group-name', '/aws/sagemaker/TransformJobs'],
    ...['--filter-pattern', '"bad.csv"'],
  )
  t.match(
    events.map(({ message }: { message: string }) => message).join('\n'),
    /ClientError: 400\n[\s\S]*much/,
  )
})
