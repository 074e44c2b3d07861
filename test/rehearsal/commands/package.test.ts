/** `package` as it is typed, before the rehearsal. */

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { text } from 'node:stream/consumers'
import t from 'tap'
import { rehearseServer } from '../../../scripts/rehearse/server.ts'
import { ROOT } from '../../fixtures/index.ts'

const FILE = 'examples/digits/endpoint.yaml'
const HASH = '672135526813e14e3c441281ed784b8b10ed6fa3d50277711f3e0df6f1924d70'

const run = async (args: string[], env: NodeJS.ProcessEnv = {}) => {
  const child = spawn(process.execPath, ['--import', 'tsx', 'scripts/endpoint.ts', 'package', ...args], {
    cwd: ROOT,
    env: {
      ...process.env,
      AWS_REGION: 'eu-west-1',
      AWS_ACCESS_KEY_ID: 'x',
      AWS_SECRET_ACCESS_KEY: 'x',
      ...env,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')])
  return { code: child.exitCode, stdout, stderr }
}

t.test('a dry run calls nobody, and says what would be', async (t) => {
  const nobody = { AWS_ENDPOINT_URL: 'http://127.0.0.1:1' }
  const dry = ['--file', FILE, '--environment', 'production', '--dry-run']
  const { code, stdout } = await run([...dry, '--json'], nobody)
  t.equal(code, 0)
  t.strictSame(JSON.parse(stdout), [
    {
      folder: `${ROOT}examples/digits/model`,
      files: ['model.onnx', 'serving.yaml'],
      leftOut: [],
      sha256: HASH,
      bytes: 44_544,
      address: `s3://sagemaker-REGION-ACCOUNT/digits-production/${HASH.slice(0, 12)}/model.tar.gz`,
      state: 'dry run',
    },
  ])
  const readable = await run(dry, nobody)
  t.match(
    readable.stdout,
    /^FOLDER +FILES +SIZE +SHA-256 +ADDRESS\n.*model +2 +44\.5 kB +672135526813 +s3:.*dry run\n$/,
  )
})

t.test('an archive is uploaded once, to a bucket that is made if it is missing', async (t) => {
  const rehearsal = await rehearseServer({ region: 'eu-west-1' })
  t.teardown(() => rehearsal.stop())
  const args = ['--file', FILE, '--environment', 'staging', '--json']
  const address = `s3://sagemaker-eu-west-1-${rehearsal.account}/digits-staging/${HASH.slice(0, 12)}/model.tar.gz`
  for (const state of ['uploaded', 'was there']) {
    const { code, stdout, stderr } = await run(args, { AWS_ENDPOINT_URL: rehearsal.url })
    t.equal(code, 0, stderr)
    t.match(JSON.parse(stdout), [{ sha256: HASH, address, state }])
    t.notMatch(stderr, /warning/i)
  }
})

t.test('mistakes end with the code for a wrong file, and nothing on stdout', async (t) => {
  const folder = t.testdir({ 'endpoint.yaml': 'name: flowers\nmodle: x\n' })
  const { code, stdout, stderr } = await run(['-f', `${folder}/endpoint.yaml`])
  t.strictSame({ code, stdout }, { code: 2, stdout: '' })
  t.match(
    stderr,
    /^error: .*endpoint\.yaml is not valid:\n {2}line 2: modle: unknown key; did you mean model\?\n$/,
  )
  const several = await run(['-f', FILE])
  t.match(several, {
    code: 2,
    stderr: /several environments: staging, production\n {2}→ name one with --environment\n$/,
  })
})

t.test('credentials of another account are refused', async (t) => {
  const rehearsal = await rehearseServer({ region: 'eu-west-1' })
  t.teardown(() => rehearsal.stop())
  const folder = t.testdir({
    model: { 'model.onnx': 'x' },
    'endpoint.yaml': `name: flowers
model: model
account: "999999999999"
role: arn:aws:iam::999999999999:role/sagemaker
`,
  })
  const { code, stderr } = await run(['-f', `${folder}/endpoint.yaml`], { AWS_ENDPOINT_URL: rehearsal.url })
  t.equal(code, 1)
  t.match(
    stderr,
    new RegExp(`error: Signed in to account ${rehearsal.account}, but the file requires 999999999999\n`),
  )
  t.notOk(rehearsal.calls().some(({ action }) => action === 'CreateBucket'))
})
