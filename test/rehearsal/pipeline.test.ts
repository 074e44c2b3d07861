/** The pipeline from a new version of a model to production: the commands of all buildspecs, in order, against the rehearsal and moto. */

import { execFile, execFileSync } from 'node:child_process'
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import t, { type Test } from 'tap'
import { parse } from 'yaml'
import { DIGITS, ROOT } from '../fixtures/index.ts'
import { startAccount } from '../pipeline/account.ts'
import { type Account, type Execution, runPipeline, standIns } from '../pipeline/run-pipeline.ts'
import { TEMPLATE_FILE, template } from '../pipeline/template.ts'
import { awsCommand, CREDENTIALS } from './python.ts'

const run = promisify(execFile)

/** With REHEARSAL=short no function is released, and what is to be rolled back is taken for tested. */
const SHORT = process.env.REHEARSAL === 'short'

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
    Target: 'sagemaker',
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

const ask = (environment: string, type: string, body: string | Uint8Array<ArrayBuffer>): Promise<Response> =>
  fetch(`${account.rehearsal}/endpoints/digits-${environment}/invocations`, {
    method: 'POST',
    headers: {
      'content-type': type,
      authorization: 'AWS4-HMAC-SHA256 Credential=rehearsal/20260101/eu-west-1/sagemaker/aws4_request',
    },
    body,
  })

const TENSOR = { instances: [[Array.from({ length: 16 }, () => Array(16).fill(0))]] }

const predict = async (environment: string): Promise<{ label: string }[]> => {
  const answer = await ask(environment, 'image/png', new Uint8Array(readFileSync(`${DIGITS}/digits/3.png`)))
  const { predictions } = (await answer.json()) as { predictions: { label: string }[][] }
  return predictions[0] ?? []
}

const exits = ({ actions }: Execution) => actions.map(({ name, exitCode }) => `${name} ${exitCode}`)

const ALL = ['Build 0', 'Staging 0', 'Plan 0', 'Production 0']

/** The log of the last action, for whoever reads why a test failed. */
const log = ({ actions }: Execution) => ({ log: actions.at(-1)?.log.split('\n').slice(-40) })

/** Calls that SageMaker has heard. */
const heard = async (): Promise<number> => {
  const answer = await fetch(`${account.rehearsal}/_rehearsal/calls?service=sagemaker`)
  return ((await answer.json()) as unknown[]).length
}

const begun = new Set<string>()
const release = async (modelVersion: string, options: Parameters<typeof runPipeline>[2] = {}) => {
  const execution = await runPipeline(ACCOUNT, { commit: COMMIT, modelVersion }, options)
  for (const { name, commands } of execution.actions)
    for (const command of commands) begun.add(`${name}: ${command}`)
  return execution
}

const pushes = () =>
  readFileSync(join(folder, 'docker.log'), 'utf8').match(/^docker buildx build /gm)?.length ?? 0

/** Fine for images, of which the smoke tests know. */
const FLAWED = `export const preprocess = (request, context) => {
  const type = request.headers['content-type']
  if (type.includes('json')) throw new Error('not today')
  return context.decode(request.body, type)
}
`

/** All are there from the beginning: which one a run is of is said by its version, and is not the newest. */
const VERSIONS = {
  first: await putModel(),
  better: await putModel(['topK: 3', 'topK: 1']),
  broken: await putModel(['width: 16, height: 16', 'width: 28, height: 28']),
  flawed: await putModel(undefined, FLAWED),
}

t.test('the first version: built, rehearsed, on staging, approved, in production', async (t) => {
  const execution = await release(VERSIONS.first)
  t.strictSame(exits(execution), ALL, log(execution))
  const { message = '' } = execution
  t.comment(message)
  t.match(message, /^digits-staging: 100 requests, 0 errors, p50 [\d.]+ ms, p99 [\d.]+ ms\. /)
  t.match(message, `Model version ${VERSIONS.first}.`)
  t.match(message, `Commit ${COMMIT}.`)
  t.match(message, /Image sha256:[0-9a-f]+\. digits-production: create archive, create model, /)
  t.ok(message.length <= 1_000)
  t.equal((await predict('production')).length, 3)
  t.equal(pushes(), 1)
})

t.test(
  'the next version, named by hand: rehearsed as an update, and by a canary into production',
  async (t) => {
    const before = { staging: 0, production: 0 }
    const approve = async () => {
      before.staging = (await predict('staging')).length
      before.production = (await predict('production')).length
      return true
    }
    const execution = await release(VERSIONS.better, { approve })
    t.strictSame(exits(execution), ALL, log(execution))
    t.match(
      execution.message,
      /digits-production: create archive, create model, create configuration, .*update endpoint/,
    )
    t.strictSame(before, { staging: 1, production: 3 }, 'until it is approved it is on staging alone')
    t.match(execution.actions[0]?.log, /Updating · /, 'the rehearsal was of an update')
    t.match(execution.actions[3]?.log, /Updating · /)
    t.equal((await predict('production')).length, 1)
    t.equal(pushes(), 1, 'the same commit is the same image')
  },
)

t.test('a broken model is stopped before anything reaches AWS', async (t) => {
  const before = await heard()
  const execution = await release(VERSIONS.broken)
  t.equal(execution.actions.length, 1)
  t.match(execution.actions[0], {
    name: 'Build',
    exitCode: 1,
    log: /expected 16 for image float32\[batch,1,16,16\], found 28/,
  })
  t.equal(await heard(), before)
})

t.test('alarms roll a canary back, the pipeline ends with 3, and production is as it was', async (t) => {
  const going = new AbortController()
  const traffic = async () => {
    while (!going.signal.aborted)
      await ask('production', 'application/json', JSON.stringify(TENSOR)).catch(() => {})
  }
  let clients: Promise<void>[] = []
  const approve = () => {
    clients = Array.from({ length: 4 }, traffic)
    return true
  }
  const resume = { stage: 'Production', variables: { 'Staging.SUMMARY': 'all is well.' } }
  const execution = await release(VERSIONS.flawed, { approve, ...(SHORT && { resume }) })
  going.abort()
  await Promise.all(clients)
  const passed = SHORT ? [] : ['Build 0', 'Staging 0']
  t.strictSame(exits(execution), [...passed, 'Plan 0', 'Production 3'], log(execution))
  t.match(execution.actions.at(-1)?.log, /digits-production was rolled back/)
  t.equal((await predict('production')).length, 1)
  t.equal((await ask('production', 'application/json', JSON.stringify(TENSOR))).status, 200)
})

const releaseFunction = async (t: Test) => {
  const [head = ''] = ENDPOINT_FILE.split('environments:')
  const file = `${head}target: lambda\nenvironments: { staging: , production: }\n`
  const execution = await runPipeline(
    {
      ...ACCOUNT,
      names: { ...ACCOUNT.names, Target: 'lambda' },
      files: { 'examples/digits/endpoint.yaml': file },
    },
    { commit: COMMIT, modelVersion: VERSIONS.first },
  )
  t.strictSame(exits(execution), ALL, log(execution))
  t.comment(String(execution.message))
  t.match(
    execution.message,
    /^digits-staging: 100 requests, 0 errors, .* digits-production: .*create function/,
  )
}

if (!SHORT) t.test('a function goes the same way, and its smoke tests through its alias', releaseFunction)

t.test('every command of every buildspec has been run', async (t) => {
  const written = ['Build', 'Staging', 'Plan', 'Production'].flatMap((name) => {
    const { phases } = parse(readFileSync(`${ROOT}pipeline/${name.toLowerCase()}.yml`, 'utf8'))
    return (Object.values(phases) as { commands: string[] }[]).flatMap(({ commands }) =>
      commands.map((command) => `${name}: ${command}`),
    )
  })
  t.strictSame([...begun].sort(), written.sort())
})

t.test('deleting it leaves nothing', async (t) => {
  const remove = async () =>
    run(`${ROOT}pipeline/delete.sh`, [STACK, file], { env: { ...process.env, ...env } })
  const file = `${ROOT}examples/digits/.pipeline-test.yaml`
  t.teardown(() => rmSync(file))
  writeFileSync(file, ENDPOINT_FILE.replace(/^name: .*/m, 'name: others'))
  await t.rejects(remove(), { code: 1, stderr: /of "others", and the stack digits-pipeline of "digits"/ })
  writeFileSync(file, ENDPOINT_FILE)
  account.running.push('0123')
  await t.rejects(remove(), { code: 1, stderr: /the pipeline is running \(0123\)/ })
  account.running.length = 0
  // moto's CloudFormation does not know EmptyOnDelete.
  await aws('ecr', 'batch-delete-image', '--repository-name', 'digits', '--image-ids', `imageTag=${COMMIT}`)
  t.match(await remove(), { stdout: /digits-pipeline is deleted/ })
  t.strictSame((await aws('sagemaker', 'list-endpoints')).Endpoints, [])
  t.strictSame((await aws('sagemaker', 'list-models')).Models, [])
  const { StackSummaries } = await aws(
    'cloudformation',
    'list-stacks',
    '--stack-status-filter',
    'CREATE_COMPLETE',
  )
  t.strictSame(StackSummaries, [])
  t.strictSame((await aws('ecr', 'describe-repositories')).repositories, [])
  const left = await aws('s3api', 'list-object-versions', '--bucket', outputs.ModelBucket as string).catch(
    String,
  )
  t.match(left, /NoSuchBucket/)
})
