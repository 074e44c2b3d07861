/** `build` and `push` as they are typed, with the script's tools replaced. */

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import t, { type Test } from 'tap'
import { ROOT } from '../../fixtures/index.ts'

const DIGEST = `sha256:${'ab'.repeat(32)}`
const URI = '123456789012.dkr.ecr.eu-west-1.amazonaws.com/flowers'

const STUB = `#!/bin/bash
echo "$(basename "$0") $* [$AWS_REGION]" >>"$CALLS"
case "$(basename "$0") $*" in
  'aws ecr describe-repositories'*) echo '${URI} MUTABLE' ;;
  'aws ecr get-login-password'*) echo secret ;;
  'aws ecr describe-images'*) echo '${DIGEST} application/vnd.docker.distribution.manifest.v2+json' ;;
  *' login '*) cat >/dev/null ;;
  *'podman build'*) exit "\${STUB_BUILD_STATUS:-0}" ;;
esac`

const run = async (
  t: Test,
  args: string[],
  { yaml = '', env = {} }: { yaml?: string; env?: object } = {},
) => {
  const folder = t.testdir({
    'endpoint.yaml': `name: flowers
region: eu-west-1
role: arn:aws:iam::123456789012:role/sagemaker
model: { bakedIn: true }
${yaml || 'image: { tag: v1, buildArgs: { A: 1 } }'}
`,
    Dockerfile: '',
    bin: {},
  })
  for (const tool of ['aws', 'podman']) writeFileSync(`${folder}/bin/${tool}`, STUB, { mode: 0o755 })
  const child = spawn(
    process.execPath,
    ['--import', 'tsx', 'scripts/endpoint.ts', '-f', `${folder}/endpoint.yaml`, ...args],
    {
      cwd: ROOT,
      env: {
        ...process.env,
        PATH: `${folder}/bin:${process.env.PATH}`,
        CALLS: `${folder}/calls`,
        ENGINE: 'podman',
        ...env,
      },
    },
  )
  const [stdout, stderr, [status]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, 'close'),
  ])
  const calls = `${folder}/calls`
  const called = existsSync(calls) ? readFileSync(calls, 'utf8').trimEnd().split('\n') : []
  return { status, stdout, stderr, called, folder }
}

t.test('build calls the engine with what the file says, and not AWS', async (t) => {
  const { status, stdout, stderr, called, folder } = await run(t, ['build'])
  t.equal(status, 0, stderr)
  t.equal(stdout, 'flowers:v1\n')
  t.strictSame(called, [
    `podman build --format docker --platform linux/amd64 --file ${folder}/Dockerfile --build-arg A=1 --tag flowers:v1 . [eu-west-1]`,
  ])
})

t.test('push --json prints the image by its digest; --region and --tag go before the file', async (t) => {
  const { status, stdout, stderr, called } = await run(t, [
    'push',
    '--json',
    '--region',
    'eu-west-2',
    '--tag',
    'v2',
  ])
  t.equal(status, 0, stderr)
  const image = `${URI}@${DIGEST}`
  t.strictSame(JSON.parse(stdout), { image, images: [{ repository: 'flowers', image }] })
  t.match(called, ['aws ecr describe-repositories --region eu-west-2'])
  t.match(called.join('\n'), `podman push --format v2s2 ${URI}:v2`)
})

t.test('--dry-run builds and pushes nothing', async (t) => {
  const { status, stdout, stderr, called } = await run(t, ['push', '--dry-run', '--json'])
  t.equal(status, 0, stderr)
  t.strictSame(JSON.parse(stdout).image, null)
  t.notMatch(called.join('\n'), 'podman')
  t.match(stderr, '+ podman build')
})

t.test('a build that fails fails the command', async (t) => {
  const { status, stdout, stderr } = await run(t, ['build'], { env: { STUB_BUILD_STATUS: '3' } })
  t.equal(status, 1)
  t.equal(stdout, '')
  t.match(stderr, /error: the image flowers was not built\n {2}→ build_and_push\.sh says why, above/)
})

t.test('what the script takes for a wrong argument is one here, too', async (t) => {
  const { status, stderr } = await run(t, ['build'], { yaml: 'image: { dockerfile: nowhere, tag: v1 }' })
  t.equal(status, 2)
  t.match(stderr, /there is no .*nowhere to build the image from/)
})

t.test('an image that lies in ECR leaves nothing to do', async (t) => {
  const { status, stderr, called } = await run(t, ['push'], { yaml: `image: ${URI}@${DIGEST}` })
  t.equal(status, 2)
  t.match(stderr, /there is nothing to build/)
  t.strictSame(called, [])
})

t.test('with the credentials of another account nothing is pushed', async (t) => {
  const server = createServer((_, response) => {
    response.setHeader('content-type', 'text/xml')
    response.end(
      '<GetCallerIdentityResponse><GetCallerIdentityResult><Account>999999999999</Account><Arn>arn:aws:iam::999999999999:user/u</Arn></GetCallerIdentityResult></GetCallerIdentityResponse>',
    )
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  t.teardown(() => server.close())
  const { port } = server.address() as AddressInfo
  const { status, stderr, called } = await run(t, ['push'], {
    yaml: 'account: "123456789012"\nimage: { tag: v1 }',
    env: {
      AWS_ENDPOINT_URL: `http://127.0.0.1:${port}`,
      AWS_ACCESS_KEY_ID: 'x',
      AWS_SECRET_ACCESS_KEY: 'x',
    },
  })
  t.equal(status, 1)
  t.match(stderr, /Signed in to account 999999999999, but the file requires 123456789012/)
  t.strictSame(called, [])
})
