/** The pipeline from a new version of a model to production: the commands of all buildspecs, in order, against the rehearsal and moto. */

import { execFile, execFileSync } from 'node:child_process'
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import t from 'tap'
import { DIGITS, ROOT } from '../fixtures/index.ts'
import { startAccount } from '../pipeline/account.ts'
import { type Account, runPipeline, standIns } from '../pipeline/run-pipeline.ts'
import { TEMPLATE_FILE, template } from '../pipeline/template.ts'
import { awsCommand, CREDENTIALS } from './python.ts'

const run = promisify(execFile)

const STACK = 'digits-pipeline'
const CONNECTION = 'arn:aws:codeconnections:eu-west-1:123456789012:connection/0e1a-2b'
const COMMIT = '0123456789abcdef0123456789abcdef01234567'

const folder = mkdtempSync(join(tmpdir(), 'pipeline-'))
t.teardown(() => rmSync(folder, { recursive: true }))

const account = await startAccount(t, { speed: 30 })
const npm = execFileSync('bash', ['-c', 'command -v npm'], { encoding: 'utf8' }).trim()
const env = {
  ...CREDENTIALS,
  AWS_ENDPOINT_URL: account.url,
  SERVING_DEVICE: 'cpu',
  ENGINE: 'docker',
  PATH: `${standIns(folder, npm)}:${awsCommand(join(folder, 'aws'))}:${process.env.PATH}`,
}

const aws = async (...args: string[]) => {
  const { stdout } = await run('aws', [...args, '--output', 'json'], { env: { ...process.env, ...env } })
  return stdout === '' ? undefined : JSON.parse(stdout)
}

await aws(
  ...['cloudformation', 'create-stack', '--stack-name', STACK, '--template-body', `file://${TEMPLATE_FILE}`],
  ...['--capabilities', 'CAPABILITY_IAM', '--parameters', 'ParameterKey=Name,ParameterValue=digits'],
  ...[
    `ParameterKey=Connection,ParameterValue=${CONNECTION}`,
    'ParameterKey=Repository,ParameterValue=me/digits',
  ],
)
const { Stacks } = await aws('cloudformation', 'describe-stacks', '--stack-name', STACK)
const outputs: Record<string, string> = Object.fromEntries(
  Stacks[0].Outputs.map(({ OutputKey, OutputValue }: Record<string, string>) => [OutputKey, OutputValue]),
)
for (const bucket of ['ModelBucket', 'ArtifactBucket']) account.versioned.add(outputs[bucket] as string)
// moto's CloudFormation makes buckets without it.
await aws(
  ...['s3api', 'put-bucket-versioning', '--bucket', outputs.ModelBucket as string],
  ...[
    '--versioning-configuration',
    JSON.stringify(template.Resources.ModelBucket?.Properties.VersioningConfiguration),
  ],
)
// The rehearsal's, since endpoints load from it.
await aws('s3api', 'create-bucket', '--bucket', outputs.ReleaseBucket as string)

/** What the user has in the repository. */
const ENDPOINT_FILE = `name: digits
model: { path: ./model, bucket: ${outputs.ReleaseBucket} }
role: ${outputs.ExecutionRole}
image: { context: ../.. }
smoke:
  - file: digits/3.png
    expect: [{ path: "$.predictions[0][0].label", equals: "3" }]
environments:
  staging:
  production:
    compute: { type: ml.c7i.large, instances: 2 }
    rollout:
      strategy: canary
      step: 50%
      bake: 3m
      rollbackOn: [{ metric: 5xx-rate, above: 1%, for: 1/1 }]
`

const ACCOUNT: Account = {
  folder,
  env,
  names: {
    'AWS::Partition': 'aws',
    'AWS::Region': 'eu-west-1',
    'AWS::AccountId': '123456789012',
    Name: 'digits',
    Connection: CONNECTION,
    Repository: 'me/digits',
    Branch: 'main',
    EndpointFile: 'examples/digits/endpoint.yaml',
    PipelineRole: '',
    'PipelineRole.Arn': 'arn:aws:iam::123456789012:role/pipeline',
    ...Object.fromEntries(
      ['Build', 'Staging', 'Plan', 'Production'].flatMap((name) => [
        [`${name}Project`, `${name}Project`],
        [`${name}Log`, `/aws/codebuild/digits-${name.toLowerCase()}`],
        [`${name}Role.Arn`, `arn:aws:iam::123456789012:role/${name}`],
      ]),
    ),
    ...outputs,
  },
  files: { 'examples/digits/endpoint.yaml': ENDPOINT_FILE },
}

/** Puts a version of the model; its id. @param change of serving.yaml @param code of a handler */
const putModel = async (change: [string, string] = ['', ''], code = ''): Promise<string> => {
  const model = mkdtempSync(join(folder, 'model-'))
  cpSync(`${DIGITS}/model`, model, { recursive: true })
  const serving = readFileSync(join(model, 'serving.yaml'), 'utf8')
  writeFileSync(join(model, 'serving.yaml'), serving.replace(...change))
  if (code !== '') {
    execFileSync('mkdir', [join(model, 'code')])
    writeFileSync(join(model, 'code/inference.ts'), code)
  }
  execFileSync('tar', ['-czf', `${model}.tar.gz`, '-C', model, '.'])
  const { VersionId } = await aws(
    ...['s3api', 'put-object', '--bucket', outputs.ModelBucket as string, '--key', 'model.tar.gz'],
    ...['--body', `${model}.tar.gz`],
  )
  return VersionId
}

const predict = async (environment: string): Promise<{ label: string }[]> => {
  const answer = await fetch(`${account.rehearsal}/endpoints/digits-${environment}/invocations`, {
    method: 'POST',
    headers: {
      'content-type': 'image/png',
      authorization: 'AWS4-HMAC-SHA256 Credential=rehearsal/20260101/eu-west-1/sagemaker/aws4_request',
    },
    body: readFileSync(`${DIGITS}/digits/3.png`),
  })
  const { predictions } = (await answer.json()) as { predictions: { label: string }[][] }
  return predictions[0] ?? []
}

const names = ({ actions }: { actions: { name: string }[] }) => actions.map(({ name }) => name)

const first = await putModel()

t.test('the first version: built, rehearsed, on staging, approved, in production', async (t) => {
  const { actions, message } = await runPipeline(ACCOUNT, { commit: COMMIT, modelVersion: first })
  t.strictSame(
    actions.map(({ name, exitCode }) => [name, exitCode]),
    [
      ['Build', 0],
      ['Staging', 0],
      ['Plan', 0],
      ['Production', 0],
    ],
    String(actions.at(-1)?.log),
  )
  t.comment(String(message))
  t.match(message, /^digits-staging: 100 requests, 0 errors, p50 [\d.]+ ms, p99 [\d.]+ ms\./)
  t.equal((await predict('production')).length, 3)
  t.strictSame(names({ actions }), ['Build', 'Staging', 'Plan', 'Production'])
  t.ok(ROOT)
})
