/** build_and_push.sh with the AWS command line, moto, a registry and real container engines. */

import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import t, { type Test } from 'tap'
import { ROOT } from '../fixtures/index.ts'
import { startEcr } from './ecr.ts'
import { awsCommand, CREDENTIALS, startMoto } from './python.ts'

const run = promisify(execFile)

const HOST = '123456789012.dkr.ecr.eu-west-1.amazonaws.com'
const MANIFEST = 'application/vnd.docker.distribution.manifest.v2+json'

const prepare = async (t: Test, engine: string) => {
  // Not in a git checkout, whose state would matter.
  const folder = mkdtempSync(join(tmpdir(), 'push-'))
  t.teardown(() => rmSync(folder, { recursive: true, force: true }))
  Object.assign(process.env, CREDENTIALS)
  const moto = await startMoto(t)
  const { env, requests } = await startEcr(t, { folder, moto })
  const all = {
    ...process.env,
    ...env,
    PATH: `${awsCommand(`${folder}/bin`)}:${process.env.PATH}`,
    ENGINE: engine,
    CONTEXT: folder,
  }
  writeFileSync(
    `${folder}/Dockerfile`,
    'FROM scratch\nARG WORD=none\nLABEL word=$WORD\nCOPY content /content\n',
  )
  writeFileSync(`${folder}/content`, engine)
  const sh = async (command: string, args: string[]) => {
    const result = await run(command, args, { env: all, cwd: folder }).catch((error) => error)
    return { code: result.code ?? 0, stdout: result.stdout as string, stderr: result.stderr as string }
  }
  return {
    folder,
    requests,
    sh,
    push: (...args: string[]) => sh(`${ROOT}build_and_push.sh`, args),
    ecr: async (...args: string[]) => JSON.parse((await sh('aws', ['ecr', ...args])).stdout),
  }
}

for (const engine of ['podman', 'buildah']) {
  t.test(
    `${engine}: the repository is made, the image pushed as SageMaker takes it, and pushed once`,
    async (t) => {
      const { folder, requests, sh, push, ecr } = await prepare(t, engine)
      const first = await push('--build-arg', 'WORD=two words', 'team/digits', 'v1')
      t.equal(first.code, 0, first.stderr)
      const uri = first.stdout.trim()
      t.match(uri, new RegExp(`^${HOST}/team/digits@sha256:[0-9a-f]{64}$`))
      const [, digest] = uri.split('@')

      const { repositories } = await ecr('describe-repositories')
      t.match(repositories, [
        {
          repositoryName: 'team/digits',
          imageTagMutability: 'IMMUTABLE',
          imageScanningConfiguration: { scanOnPush: true },
        },
      ])
      const { imageDetails } = await ecr('describe-images', '--repository-name', 'team/digits')
      t.match(imageDetails, [{ imageDigest: digest, imageTags: ['v1'], imageManifestMediaType: MANIFEST }])
      t.equal(imageDetails.length, 1)
      // What the registry holds under the digest is what moto was told.
      await sh(engine, ['rmi', `${HOST}/team/digits:v1`])
      const pulled = await sh(engine, ['pull', uri])
      t.equal(pulled.code, 0, pulled.stderr)
      const inspect = engine === 'podman' ? ['image', 'inspect'] : ['inspect', '--type', 'image']
      t.match((await sh(engine, [...inspect, uri])).stdout, /"word": "two words"/)

      requests.length = 0
      writeFileSync(`${folder}/content`, 'changed')
      const again = await push('team/digits', 'v1')
      t.equal(again.code, 0, again.stderr)
      t.equal(again.stdout.trim(), uri)
      t.match(again.stderr, /v1 is there already, and its tag is immutable/)
      t.strictSame(requests, [], 'nothing is built or pushed')

      const second = await push('team/digits', 'v2')
      t.equal(second.code, 0, second.stderr)
      t.not(second.stdout, first.stdout)
      await sh(engine, ['rmi', uri, `${HOST}/team/digits:v2`])
    },
  )
}

t.test('a tag that another pushed as OCI is refused, and its tag cannot be moved', async (t) => {
  const { sh, push, ecr } = await prepare(t, 'podman')
  t.equal((await push('digits', 'v1')).code, 0)
  const address = `${HOST}/digits:oci`
  t.equal((await sh('podman', ['build', '--format', 'oci', '--tag', address, '.'])).code, 0)
  t.equal((await sh('podman', ['push', address])).code, 0)
  const refused = await push('digits', 'oci')
  t.equal(refused.code, 1)
  t.match(refused.stderr, /vnd\.oci\.image\.manifest\.v1\+json, which SageMaker refuses/)
  t.equal(refused.stdout, '')

  await sh('podman', ['tag', address, `${HOST}/digits:v1`])
  const moved = await sh('podman', ['push', `${HOST}/digits:v1`])
  t.not(moved.code, 0)
  t.match(moved.stderr, /already exists|immutable/i)
  await ecr('put-image-tag-mutability', '--repository-name', 'digits', '--image-tag-mutability', 'MUTABLE')
  const mended = await push('digits', 'oci')
  t.equal(mended.code, 0, mended.stderr)
  t.match(mended.stdout, new RegExp(`^${HOST}/digits@sha256:`))
  await sh('podman', ['rmi', '--force', address, `${HOST}/digits:v1`])
})

t.test('--dry-run asks and changes nothing', async (t) => {
  const { push, ecr, requests } = await prepare(t, 'podman')
  const { code, stdout, stderr } = await push('--dry-run', 'digits', 'v1')
  t.equal(code, 0, stderr)
  t.equal(stdout, '')
  t.match(await ecr('describe-repositories'), { repositories: [] })
  t.strictSame(requests, [])
})
