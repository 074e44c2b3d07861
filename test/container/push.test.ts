import { spawn, spawnSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import t from 'tap'
import { freePort } from '../../benchmark/lib/server.ts'
import { until } from '../contract/serve.ts'
import { DIGITS, ROOT } from '../fixtures/index.ts'
import { engine, execute, skip, start as startContainer, untilServing } from './engine.ts'

const MANIFEST = 'application/vnd.docker.distribution.manifest.v2+json'
const hasRegistry = spawnSync('docker-registry', ['--version']).status === 0
const skipped = skip || (!hasRegistry && 'docker-registry is not installed')

/** Debian's registry, on a port of loopback. */
const startRegistry = async (folder: string): Promise<{ host: string; stop: () => void }> => {
  const host = `127.0.0.1:${await freePort()}`
  const config = `${folder}/registry.yml`
  writeFileSync(
    config,
    `version: 0.1\nstorage: {filesystem: {rootdirectory: ${folder}/storage}}\nhttp: {addr: '${host}'}\nlog: {level: error}\n`,
  )
  const child = spawn('docker-registry', ['serve', config], { stdio: 'ignore' })
  await until(() =>
    fetch(`http://${host}/v2/`).then(
      ({ ok }) => ok,
      () => false,
    ),
  )
  return { host, stop: () => child.kill() }
}

/** Stands in for the AWS command line where it speaks of ECR; what it says of the image it asks the registry. */
const fakeAws = (host: string): string => `#!/bin/sh
case "$1 $2" in
  'ecr describe-repositories') echo '${host}/digits IMMUTABLE' ;;
  'ecr get-login-password') echo secret ;;
  'ecr describe-images')
    tag=$(echo "$*" | sed -E 's/.*imageTag=([^ ]+).*/\\1/')
    head=$(curl -sfI -H 'Accept: ${MANIFEST}, application/vnd.oci.image.manifest.v1+json' "http://${host}/v2/digits/manifests/$tag") ||
      { echo 'An error occurred (ImageNotFoundException)' >&2; exit 254; }
    echo "$head" | tr -d '\\r' | awk 'tolower($1) == "docker-content-digest:" {d = $2} tolower($1) == "content-type:" {t = $2} END {print d, t}' ;;
  *) echo "unexpected: aws $*" >&2; exit 1 ;;
esac
`

t.test(
  'build_and_push.sh pushes an image that SageMaker takes, and that runs once pulled',
  { skip: skipped },
  async (t) => {
    const folder = t.testdir({ storage: {}, bin: {} })
    const { host, stop } = await startRegistry(folder)
    t.teardown(stop)
    writeFileSync(`${folder}/bin/aws`, fakeAws(host), { mode: 0o755 })
    writeFileSync(`${folder}/registries.conf`, `[[registry]]\nlocation = "${host}"\ninsecure = true\n`)
    const result = spawnSync(`${ROOT}build_and_push.sh`, ['digits', 'v1'], {
      encoding: 'utf8',
      env: {
        ...process.env,
        PATH: `${folder}/bin:${process.env.PATH}`,
        AWS_REGION: 'eu-central-1',
        ENGINE: engine,
        CONTAINERS_REGISTRIES_CONF: `${folder}/registries.conf`,
        REGISTRY_AUTH_FILE: `${folder}/auth.json`,
      },
    })
    t.equal(result.status, 0, result.stderr.slice(-2000))
    const uri = result.stdout.trim().split('\n').at(-1) ?? ''
    t.match(uri, new RegExp(`^${host}/digits@sha256:[0-9a-f]{64}$`))

    const manifest = await fetch(`http://${host}/v2/digits/manifests/v1`, { headers: { accept: MANIFEST } })
    t.equal(manifest.headers.get('content-type'), MANIFEST)
    const { layers } = (await manifest.json()) as { layers: { size: number }[] }
    const [, base = ''] = /^ARG BASE_IMAGE=(.*)$/m.exec(readFileSync(`${ROOT}Dockerfile`, 'utf8')) ?? []
    const baseLayers = Number(await execute(['image', 'inspect', '-f', '{{len .RootFS.Layers}}', base]))
    const sum = (sizes: readonly { size: number }[]) =>
      sizes.reduce((total, { size }) => total + size, 0) / 1e6
    const own = sum(layers.slice(baseLayers))
    t.comment(
      `${own.toFixed(1)} MB compressed, on a base of ${sum(layers.slice(0, baseLayers)).toFixed(1)} MB`,
    )
    t.ok(own < 50, 'small enough for 150 MB in all on any slim base')

    process.env.CONTAINERS_REGISTRIES_CONF = `${folder}/registries.conf`
    await execute(['rmi', `${host}/digits:v1`])
    await execute(['pull', uri])
    const container = await startContainer(['-v', `${DIGITS}/model:/opt/ml/model:ro`], 8080, uri)
    t.teardown(() => container.remove())
    await untilServing(container)
    t.equal(await container.stop(), 0)
  },
)
