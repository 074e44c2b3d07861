import { execFileSync, spawnSync } from 'node:child_process'
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import t, { type Test } from 'tap'

const DIGEST = `sha256:${'ab'.repeat(32)}`
const DOCKER_MANIFEST = 'application/vnd.docker.distribution.manifest.v2+json'
const URI = '123456789012.dkr.ecr.eu-west-1.amazonaws.com/serving'

/** Records its arguments; `aws` answers from the variables STUB_… . */
const STUB = `#!/bin/bash
echo "$(basename "$0") $*" >>"$CALLS"
case "$(basename "$0") $*" in
  'aws configure get region') [[ -n $STUB_REGION ]] && echo "$STUB_REGION" ;;
  'aws ecr describe-repositories'*)
    [[ -z $STUB_DESCRIBE_ERROR ]] || { echo "$STUB_DESCRIBE_ERROR" >&2; exit 254; }
    printf '%s\\t%s\\n' "$STUB_URI" "\${STUB_MUTABILITY:-IMMUTABLE}" ;;
  'aws ecr create-repository'*)
    [[ -z $STUB_CREATE_ERROR ]] || { echo "$STUB_CREATE_ERROR" >&2; exit 254; }
    printf '%s\\tIMMUTABLE\\n' "$STUB_URI" ;;
  'aws ecr get-login-password'*) echo secret ;;
  'aws ecr describe-images'*)
    [[ -z $STUB_IMAGES_ERROR ]] || { echo "$STUB_IMAGES_ERROR" >&2; exit 254; }
    [[ -n $STUB_PUSHED || -e $CALLS.pushed ]] || { echo 'An error occurred (ImageNotFoundException)' >&2; exit 254; }
    printf '%s\\t%s\\n' ${DIGEST} "$STUB_MANIFEST" ;;
  *' login '*) read -r password; [[ $password == secret ]] || exit 9
    [[ -z $STUB_LOGIN_ERROR ]] || { echo "$STUB_LOGIN_ERROR" >&2; exit 1; } ;;
  *' build '*push=true*) >"$CALLS.pushed"; exit "\${STUB_BUILD_STATUS:-0}" ;;
  *' build '*) exit "\${STUB_BUILD_STATUS:-0}" ;;
  *' push '*) >"$CALLS.pushed" ;;
esac`

const TOOLS = ['bash', 'basename', 'cat', 'date', 'dirname', 'git'].map(
  (tool) => [tool, spawnSync('which', [tool], { encoding: 'utf8' }).stdout.trim()] as const,
)

/** A folder with the script, where PATH holds nothing but stubs and the usual small tools. */
const prepare = (t: Test, tools = ['aws', 'docker']): string => {
  const folder = mkdtempSync(join(tmpdir(), 'build-and-push-'))
  t.teardown(() => rmSync(folder, { recursive: true }))
  const bin = join(folder, 'bin')
  mkdirSync(bin)
  for (const file of ['Dockerfile', 'Dockerfile.gpu']) writeFileSync(join(folder, file), '')
  copyFileSync('build_and_push.sh', join(folder, 'build_and_push.sh'))
  for (const [tool, path] of TOOLS) symlinkSync(path, join(bin, tool))
  for (const tool of tools) writeFileSync(join(bin, tool), STUB, { mode: 0o755 })
  return folder
}

type Options = { args?: string[]; env?: Record<string, string>; tools?: string[]; folder?: string }

const run = (
  t: Test,
  { args = ['serving', 'v1'], env = {}, tools, folder = prepare(t, tools) }: Options = {},
) => {
  const calls = join(folder, 'calls')
  rmSync(`${calls}.pushed`, { force: true })
  const { status, stdout, stderr } = spawnSync('bash', [join(folder, 'build_and_push.sh'), ...args], {
    encoding: 'utf8',
    cwd: '/',
    env: {
      PATH: join(folder, 'bin'),
      CALLS: calls,
      AWS_REGION: 'eu-west-1',
      STUB_URI: URI,
      STUB_MANIFEST: DOCKER_MANIFEST,
      ...env,
    },
  })
  const called = existsSync(calls) ? readFileSync(calls, 'utf8').trimEnd().split('\n') : []
  return { status, stdout, stderr, called }
}

t.test('the last line of the output is the pushed image by its digest', async (t) => {
  const { status, stdout } = run(t)
  t.equal(status, 0)
  t.equal(stdout, `${URI}@${DIGEST}\n`)
})

t.test('docker builds and pushes one platform with a manifest of Docker, without attestations', async (t) => {
  const { called } = run(t)
  t.same(called.sort(), [
    ...Array(2).fill(
      'aws ecr describe-images --region eu-west-1 --output text --repository-name serving --image-ids imageTag=v1 --query imageDetails[0].[imageDigest,imageManifestMediaType]',
    ),
    'aws ecr describe-repositories --region eu-west-1 --output text --repository-names serving --query repositories[0].[repositoryUri,imageTagMutability]',
    'aws ecr get-login-password --region eu-west-1 --output text',
    `docker buildx build --platform linux/amd64 --file Dockerfile --tag ${URI}:v1 --provenance=false --sbom=false --output type=image,push=true,oci-mediatypes=false .`,
    'docker login --username AWS --password-stdin 123456789012.dkr.ecr.eu-west-1.amazonaws.com',
  ])
})

t.test('podman and buildah build and push a manifest of Docker', async (t) => {
  for (const engine of ['podman', 'buildah']) {
    const { called, status } = run(t, { tools: ['aws', engine] })
    t.equal(status, 0)
    t.same(
      called.filter((call) => call.startsWith(engine)),
      [
        `${engine} login --username AWS --password-stdin 123456789012.dkr.ecr.eu-west-1.amazonaws.com`,
        `${engine} build --format docker --platform linux/amd64 --file Dockerfile --tag ${URI}:v1 .`,
        `${engine} push --format v2s2 ${URI}:v1`,
      ],
    )
  }
})

t.test('DOCKERFILE, PLATFORM and ENGINE choose what is built, and with what', async (t) => {
  const { called } = run(t, {
    tools: ['aws', 'docker', 'podman'],
    env: { DOCKERFILE: 'Dockerfile.gpu', PLATFORM: 'linux/arm64', ENGINE: 'podman' },
  })
  t.match(called.join('\n'), 'podman build --format docker --platform linux/arm64 --file Dockerfile.gpu ')
  t.notMatch(called.join('\n'), 'docker buildx')
})

t.test('the region is AWS_REGION, else AWS_DEFAULT_REGION, else what aws is configured with', async (t) => {
  const regionOf = (env: Record<string, string>) =>
    /--region (\S+)/.exec(run(t, { env }).called.join('\n'))?.[1]
  const all = { AWS_REGION: 'eu-west-1', AWS_DEFAULT_REGION: 'eu-west-2', STUB_REGION: 'eu-west-3' }
  t.equal(regionOf(all), 'eu-west-1')
  t.equal(regionOf({ ...all, AWS_REGION: '' }), 'eu-west-2')
  t.equal(regionOf({ ...all, AWS_REGION: '', AWS_DEFAULT_REGION: '' }), 'eu-west-3')
})

t.test('without a region nothing is guessed', async (t) => {
  const { status, stderr, called } = run(t, { env: { AWS_REGION: '' } })
  t.equal(status, 1)
  t.match(stderr, /no region: set AWS_REGION/)
  t.same(called, ['aws configure get region'])
})

t.test('the registry of another partition is the one that ECR names', async (t) => {
  const uri = '123456789012.dkr.ecr.cn-north-1.amazonaws.com.cn/serving'
  const { called, stdout } = run(t, { env: { AWS_REGION: 'cn-north-1', STUB_URI: uri } })
  t.match(called.join('\n'), '--password-stdin 123456789012.dkr.ecr.cn-north-1.amazonaws.com.cn\n')
  t.match(called.join('\n'), `--tag ${uri}:v1 `)
  t.equal(stdout, `${uri}@${DIGEST}\n`)
})

t.test('a missing repository is created with immutable tags and a scan on push', async (t) => {
  const { status, stdout, called } = run(t, {
    env: { STUB_DESCRIBE_ERROR: 'An error occurred (RepositoryNotFoundException) when calling …' },
  })
  t.equal(status, 0)
  t.match(
    called[1],
    'aws ecr create-repository --region eu-west-1 --output text --repository-name serving --image-tag',
  )
  t.match(called[1], '--image-tag-mutability IMMUTABLE --image-scanning-configuration scanOnPush=true')
  t.equal(stdout, `${URI}@${DIGEST}\n`)
})

t.test('an error of AWS ends it before anything is built, and is shown', async (t) => {
  const missing = 'An error occurred (RepositoryNotFoundException)'
  for (const [env, message] of [
    [{ STUB_DESCRIBE_ERROR: 'An error occurred (AccessDeniedException)' }, /AccessDeniedException/],
    [{ STUB_DESCRIBE_ERROR: 'Unable to locate credentials' }, /Unable to locate credentials/],
    [
      { STUB_DESCRIBE_ERROR: missing, STUB_CREATE_ERROR: 'LimitExceededException' },
      /LimitExceeded.*cannot create/s,
    ],
    [{ STUB_IMAGES_ERROR: 'AccessDeniedException' }, /cannot look up serving:v1 in ECR: AccessDenied/],
    [{ STUB_LOGIN_ERROR: 'unauthorized' }, /unauthorized.*cannot log in/s],
  ] as [Record<string, string>, RegExp][]) {
    const { status, stderr, stdout, called } = run(t, { env })
    t.equal(status, 1)
    t.match(stderr, message)
    t.equal(stdout, '')
    t.notMatch(called.join('\n'), 'docker buildx')
  }
})

t.test('a build that fails ends it', async (t) => {
  for (const tools of [
    ['aws', 'docker'],
    ['aws', 'podman'],
  ]) {
    const { status, stdout, called } = run(t, { tools, env: { STUB_BUILD_STATUS: '3' } })
    t.equal(status, 3)
    t.equal(stdout, '')
    t.notMatch(called.join('\n'), / push /)
  }
})

t.test('a tag that is there and immutable is not built again', async (t) => {
  const { status, stdout, stderr, called } = run(t, { env: { STUB_PUSHED: '1' } })
  t.equal(status, 0)
  t.equal(stdout, `${URI}@${DIGEST}\n`)
  t.match(stderr, `${URI}:v1 is there already, and its tag is immutable: nothing to build`)
  t.strictSame(
    called.map((call) => call.split(' ').slice(0, 3).join(' ')),
    ['aws ecr describe-repositories', 'aws ecr describe-images'],
  )
  t.match(run(t, { env: { STUB_PUSHED: '1', STUB_MANIFEST: 'application/vnd.oci.image.index.v1+json' } }), {
    status: 1,
    stdout: '',
    stderr: /which SageMaker refuses/,
  })
})

t.test('a tag that may be moved is moved', async (t) => {
  const { status, stdout, called } = run(t, { env: { STUB_PUSHED: '1', STUB_MUTABILITY: 'MUTABLE' } })
  t.equal(status, 0)
  t.equal(stdout, `${URI}@${DIGEST}\n`)
  t.match(called.join('\n'), 'docker buildx build')
})

t.test('an image that is not in ECR after the push is an error', async (t) => {
  const folder = prepare(t)
  const docker = join(folder, 'bin', 'docker')
  writeFileSync(docker, '#!/bin/bash\n[[ $1 != login ]] || cat >/dev/null', { mode: 0o755 })
  const { status, stdout, stderr } = run(t, { folder })
  t.equal(status, 1)
  t.match(stderr, /cannot find .*serving:v1 in ECR after the push/)
  t.equal(stdout, '')
})

t.test('--no-push builds, and asks nothing of AWS', async (t) => {
  const args = ['--no-push', 'serving', 'v1']
  const { status, stdout, called } = run(t, { args, tools: ['docker'], env: { AWS_REGION: '' } })
  t.equal(status, 0)
  t.equal(stdout, 'serving:v1\n')
  t.strictSame(called, [
    'docker buildx build --platform linux/amd64 --file Dockerfile --tag serving:v1 --provenance=false --sbom=false --output type=docker .',
  ])
  t.strictSame(run(t, { args, tools: ['podman'] }).called, [
    'podman build --format docker --platform linux/amd64 --file Dockerfile --tag serving:v1 .',
  ])
})

t.test('CONTEXT is what is built, with build arguments as they are given', async (t) => {
  const folder = prepare(t)
  const context = join(folder, 'a context')
  mkdirSync(context)
  writeFileSync(join(context, 'Containerfile'), '')
  const { called, stderr } = run(t, {
    folder,
    args: ['--no-push', '--build-arg', 'A=1 2', 'serving', 'v1', '--build-arg', 'B='],
    env: { CONTEXT: context, DOCKERFILE: 'Containerfile' },
  })
  t.strictSame(called, [
    'docker buildx build --platform linux/amd64 --file Containerfile --build-arg A=1 2 --build-arg B= --tag serving:v1 --provenance=false --sbom=false --output type=docker .',
  ])
  t.match(stderr, '+ docker buildx build')
})

t.test('an image that arrived as OCI is an error, for SageMaker refuses it', async (t) => {
  const type = 'application/vnd.oci.image.index.v1+json'
  const { status, stdout, stderr } = run(t, { env: { STUB_MANIFEST: type } })
  t.equal(status, 1)
  t.match(stderr, /oci\.image\.index\.v1\+json, which SageMaker refuses/)
  t.equal(stdout, '')
})

t.test('--dry-run changes nothing and prints what would', async (t) => {
  const { status, stdout, stderr, called } = run(t, {
    args: ['--dry-run', 'serving', 'v1'],
    env: { STUB_DESCRIBE_ERROR: 'RepositoryNotFoundException' },
  })
  t.equal(status, 0)
  t.equal(stdout, '')
  t.same(
    called.map((call) => call.split(' ').slice(0, 3).join(' ')),
    ['aws ecr describe-repositories'],
  )
  t.match(stderr, /\+ aws ecr get-login-password \| docker login/)
  t.match(stderr, /\+ aws ecr create-repository --region eu-west-1/)
  t.match(stderr, /\+ docker buildx build --platform linux\/amd64/)
})

t.test('wrong arguments are refused before AWS is asked', async (t) => {
  for (const [args, message] of [
    [[], /Usage:.*expected IMAGE and maybe TAG, received 0/s],
    [['a', 'b', 'c'], /received 3/],
    [['--push', 'a'], /unknown option --push/],
    [['a', '--build-arg'], /--build-arg: expected KEY=VALUE, received ""/],
    [['--build-arg', 'A-B=1', 'a'], /--build-arg: expected KEY=VALUE/],
    [['Upper'], /IMAGE: expected lower-case/],
    [['a b'], /IMAGE: expected/],
    [['serving:v1'], /IMAGE: expected/],
    [['serving', 'a tag'], /TAG: expected/],
    [['serving'], /TAG: this is not a git checkout/],
  ] as [string[], RegExp][]) {
    const { status, stderr, called } = run(t, { args })
    t.equal(status, 2, args.join(' '))
    t.match(stderr, message)
    t.same(called, [])
  }
  t.match(run(t, { env: { DOCKERFILE: 'nowhere' } }), {
    status: 2,
    stderr: /DOCKERFILE: there is no file "nowhere"/,
  })
  t.match(run(t, { env: { CONTEXT: 'nowhere' } }), {
    status: 2,
    stderr: /CONTEXT: there is no folder "nowhere"/,
  })
  t.match(run(t, { env: { PLATFORM: 'linux/riscv64' } }), {
    status: 2,
    stderr: /PLATFORM: expected linux\/amd64 or linux\/arm64/,
  })
  t.match(run(t, { env: { ENGINE: 'rkt' } }), {
    status: 2,
    stderr: /ENGINE: expected docker, podman or buildah/,
  })
})

t.test('missing tools are named', async (t) => {
  t.match(run(t, { tools: ['docker'] }), { status: 1, stderr: /aws, is not installed/ })
  t.match(run(t, { tools: ['aws'] }), { status: 1, stderr: /none of docker, podman and buildah/ })
  t.match(run(t, { env: { ENGINE: 'podman' } }), { status: 1, stderr: /podman is not installed/ })
})

t.test('--help explains itself', async (t) => {
  const { status, stdout, called } = run(t, { args: ['--help'] })
  t.equal(status, 0)
  t.match(stdout, /^Usage: build_and_push\.sh \[OPTIONS\] IMAGE \[TAG\]/)
  t.same(called, [])
})

t.test('in a git checkout the tag is the commit, and with uncommitted changes the time too', async (t) => {
  const folder = prepare(t)
  const git = (...args: string[]) =>
    execFileSync('git', ['-c', 'user.name=a', '-c', 'user.email=a@b', ...args], {
      cwd: folder,
      encoding: 'utf8',
    })
  git('init', '--quiet')
  git('add', 'Dockerfile')
  git('commit', '--quiet', '--message', 'x')
  const commit = git('rev-parse', '--short=12', 'HEAD').trim()
  t.match(run(t, { folder, args: ['serving'] }).called.join('\n'), `--tag ${URI}:${commit} `)
  t.match(run(t, { folder, args: ['serving'], env: { STUB_PUSHED: '1' } }), { status: 0 })
  writeFileSync(join(folder, 'Dockerfile'), 'changed')
  t.match(
    run(t, { folder, args: ['serving'] }).called.join('\n'),
    new RegExp(`--tag ${URI}:${commit}-dirty-\\d{8}T\\d{6}Z `),
  )
  t.match(run(t, { folder, env: { STUB_PUSHED: '1' } }), {
    status: 1,
    stdout: '',
    stderr: /serving:v1 is there and cannot be replaced, and here are uncommitted changes: commit them, or/,
  })
})
