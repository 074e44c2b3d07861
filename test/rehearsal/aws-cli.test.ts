/** The AWS CLI and boto3 drive a rehearsal with real servers behind it. */

import { execFile } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import t from 'tap'
import { create } from 'tar'
import { rehearseServer } from '../../scripts/rehearse/server.ts'
import { DIGITS } from '../fixtures/index.ts'
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
