/** Dockerfile.gpu, for both versions of CUDA, as far as that goes without a card. */

import { execFileSync, spawnSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import t, { type Test } from 'tap'
import { buildImage, execute, runToEnd, skip, start, untilServing } from '../container/engine.ts'
import { DIGITS } from '../fixtures/index.ts'

const IMAGE = 'onnx-serving-gpu-test'
const MODEL = ['-v', `${DIGITS}/model:/opt/ml/model:ro`, '--read-only', '--tmpfs', '/tmp']
const CUDA = ['-e', 'SERVING_DEVICE=cuda']
const digit = readFileSync(`${DIGITS}/digits/3.png`)
const hasCompiler = spawnSync('gcc', ['--version']).status === 0

/** A driver with all that the provider of ONNX Runtime 1.30 asks of it by name, and with no card: the rest is asked while it runs. */
const makeDriver = (t: Test): string => {
  const folder = t.testdir({})
  const library = `${folder}/libcuda.so.1`
  writeFileSync(`${folder}/driver.c`, 'int cuTensorMapEncodeTiled(void) { return 100; }\n')
  execFileSync('gcc', [
    ...['-shared', '-fPIC', '-Wl,-soname,libcuda.so.1', '-o', library],
    `${folder}/driver.c`,
  ])
  return library
}

for (const [major, withoutDriver] of [
  ['13', /CUDA cannot be used.*: libcuda\.so\.1, which the driver brings, is not here.*--gpus all/],
  // Linked to the CUDA runtime alone, which looks for the driver itself.
  ['12', /CUDA cannot be used.*: CUDA failure 35: CUDA driver version is insufficient/],
] as const) {
  t.test(`the image for CUDA ${major}`, { skip }, async (t) => {
    buildImage(IMAGE, ['-f', 'Dockerfile.gpu', '--build-arg', `CUDA=${major}`])
    t.teardown(() => execute(['rmi', '-f', IMAGE]))

    await t.test('without a card it serves on the CPU, and says why', async (t) => {
      const container = await start(MODEL, 8080, IMAGE)
      t.teardown(() => container.remove())
      await untilServing(container)
      const response = await container.post(digit, { 'content-type': 'image/png' })
      t.match(await response.json(), { predictions: [[{ label: '3' }]] })
      const warning = (await container.logs()).split('\n').find((line) => line.includes('CUDA'))
      t.match(warning, withoutDriver)
      t.match(warning, /"level":"warn".*the model runs on the CPU/)
      t.equal(await container.stop(), 0)
    })

    await t.test('`--device cpu` serves without a word of CUDA', async (t) => {
      const container = await start([...MODEL, '-e', 'SERVING_DEVICE=cpu'], 8080, IMAGE)
      t.teardown(() => container.remove())
      await untilServing(container)
      t.notMatch(await container.logs(), /CUDA/)
    })

    await t.test('`--device cuda` ends with the reason', async (t) => {
      const { code, output } = runToEnd([...MODEL, ...CUDA], ['serve'], IMAGE)
      t.equal(code, 1)
      t.match(output, withoutDriver)
    })

    await t.test(
      'the provider fits the runtime and finds all that it needs: CUDA itself answers',
      { skip: !hasCompiler && 'gcc is not installed' },
      async (t) => {
        const driver = ['-v', `${makeDriver(t)}:/usr/lib/x86_64-linux-gnu/libcuda.so.1:ro`]
        const { code, output } = runToEnd([...MODEL, ...CUDA, ...driver], ['serve'], IMAGE)
        t.equal(code, 1)
        t.match(output, /"fatal".*CUDA cannot be used: CUDA failure \d+: /)
      },
    )

    await t.test("NVIDIA's container toolkit gives it the driver, and SageMaker its port", async (t) => {
      const { Env, Labels } = JSON.parse(await execute(['inspect', '-f', '{{json .Config}}', IMAGE]))
      t.has(
        new Set(Env),
        new Set(['NVIDIA_VISIBLE_DEVICES=all', 'NVIDIA_DRIVER_CAPABILITIES=compute,utility']),
      )
      t.equal(Labels['com.amazonaws.sagemaker.capabilities.accept-bind-to-port'], 'true')
    })
  })
}
