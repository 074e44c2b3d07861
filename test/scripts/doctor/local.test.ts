import { cpSync, symlinkSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import t from 'tap'
import {
  checkAwsCommand,
  checkConfiguration,
  checkEngine,
  checkModel,
  checkPlatform,
  checkSmokeTests,
} from '../../../scripts/doctor/local.ts'
import { BUILT, deploymentOf, invalid, subjectOf } from './fake.ts'

const DIGITS = fileURLToPath(new URL('../../../examples/digits/model', import.meta.url))
const [variant] = deploymentOf().variants
if (variant === undefined) throw new Error('there is one')

/** What this machine is not. */
const FOREIGN = process.arch === 'arm64' ? 'linux/amd64' : 'linux/arm64'

t.test('the configuration: valid, odd, and wrong with all its mistakes', async (t) => {
  t.match(await checkConfiguration(subjectOf()), { status: 'ok', detail: /the endpoint flowers/ })
  const { deployment } = { deployment: deploymentOf() }
  t.match(await checkConfiguration(subjectOf({ configuration: { deployment, warnings: ['x: y'] } })), {
    status: 'warning',
    detail: 'x: y',
  })
  const problem = subjectOf({ configuration: { problem: invalid } })
  t.match(await checkConfiguration(problem), {
    status: 'failed',
    detail: /name: expected text/,
    fix: 'correct it',
  })
  t.match(await checkModel(problem), { status: 'not checked', detail: 'the configuration is not valid' })
})

t.test('the model folder is checked as package does', async (t) => {
  const of = (path: string) =>
    subjectOf({ deployment: deploymentOf({ variants: [{ ...variant, model: { path } }] }) })
  t.match(await checkModel(of(DIGITS)), { status: 'ok', detail: /model\.onnx, serving\.yaml/ })
  const folder = t.testdir({ copy: {} })
  cpSync(DIGITS, `${folder}/copy`, { recursive: true })
  symlinkSync('model.onnx', `${folder}/copy/link`)
  t.match(await checkModel(of(`${folder}/copy`)), { status: 'failed', detail: /symbolic link/ })
  t.match(await checkModel(of(`${folder}/nowhere`)), { status: 'failed', detail: /no model folder/ })
  writeFileSync(`${folder}/copy/serving.yaml`, 'mean: x')
  t.match(await checkModel(of(`${folder}/copy`)), { status: 'failed', detail: /serving\.yaml/ })
  t.match(
    await checkModel(
      subjectOf({ deployment: deploymentOf({ variants: [{ ...variant, model: 'baked-in' }] }) }),
    ),
    { status: 'not checked' },
  )
})

t.test('every file of a smoke test must be there', async (t) => {
  const of = (...files: string[]) =>
    checkSmokeTests(
      subjectOf({
        deployment: deploymentOf({
          smoke: files.map((file) => ({ file, contentType: 'image/png', status: 200, expect: [] })),
        }),
      }),
    )
  t.match(await of(), { status: 'not checked' })
  t.match(await of(`${DIGITS}/model.onnx`), { status: 'ok', detail: /1/ })
  t.match(await of(`${DIGITS}/model.onnx`, '/nowhere.png'), { status: 'failed', detail: /\/nowhere\.png/ })
})

t.test('the engine is the one that build_and_push.sh takes', async (t) => {
  const working = { docker: '', 'docker buildx version': 'v0.20' }
  t.match(await checkEngine(subjectOf()), { status: 'failed', detail: /none of docker, podman and buildah/ })
  t.match(await checkEngine(subjectOf({ tools: working })), { status: 'ok', detail: 'docker works' })
  t.match(await checkEngine(subjectOf({ tools: { buildah: '' } })), { status: 'ok', detail: 'buildah works' })
  t.match(await checkEngine(subjectOf({ tools: { docker: '', 'docker info': undefined, podman: '' } })), {
    status: 'failed',
    detail: 'docker does not work: docker: broken',
    fix: /ENGINE/,
  })
  t.match(await checkEngine(subjectOf({ tools: { docker: '', podman: '' }, engine: 'podman' })), {
    status: 'ok',
    detail: 'podman works',
  })
  t.match(await checkEngine(subjectOf({ tools: { ...working, 'docker buildx version': undefined } })), {
    status: 'failed',
    detail: /no buildx/,
    fix: /docker-buildx-plugin/,
  })
  t.match(await checkEngine(subjectOf({ tools: {}, engine: 'podman' })), {
    status: 'failed',
    detail: 'podman is not installed',
  })
})

t.test('another platform needs an emulator', async (t) => {
  const of = (platform: 'linux/amd64' | 'linux/arm64', tools: Record<string, string | undefined>) =>
    subjectOf({
      deployment: deploymentOf({ variants: [{ ...variant, image: { ...BUILT, platform } }] }),
      tools,
    })
  const own = FOREIGN === 'linux/arm64' ? 'linux/amd64' : 'linux/arm64'
  t.match(await checkPlatform(of(own, { docker: '' })), { status: 'ok', detail: /as this machine/ })
  const inspect = 'docker buildx inspect'
  t.match(await checkPlatform(of(FOREIGN, { docker: '', [inspect]: `Platforms: linux/386, ${FOREIGN}` })), {
    status: 'ok',
  })
  t.match(await checkPlatform(of(FOREIGN, { docker: '', [inspect]: 'Platforms: linux/386' })), {
    status: 'failed',
    detail: `docker's builder cannot build ${FOREIGN}`,
    fix: /qemu-user-static/,
  })
  const uri = '123456789012.dkr.ecr.eu-west-1.amazonaws.com/flowers:v1'
  t.match(
    await checkPlatform(
      subjectOf({ deployment: deploymentOf({ variants: [{ ...variant, image: { uri } }] }) }),
    ),
    { status: 'not checked', detail: 'the image is not built here' },
  )
})

t.test('the AWS command line is for push alone', async (t) => {
  t.match(await checkAwsCommand(subjectOf()), { status: 'warning', detail: /push needs it/ })
  t.match(await checkAwsCommand(subjectOf({ tools: { aws: '', 'aws --version': 'aws-cli/2.1 Python' } })), {
    status: 'ok',
    detail: 'aws-cli/2.1',
  })
})
