/** The server on a made-up card, which takes as long as an H100 and has as much memory as one says. */

import { rmSync, writeFileSync } from 'node:fs'
import t, { type Test } from 'tap'
import { SESSION_MIB } from '../../benchmark/gpu/card.ts'
import { stubCard, stubModel } from '../../benchmark/gpu/stub.ts'
import { metric, type Served, serve, until } from './serve.ts'

type Card = {
  memoryMiB?: number
  saidMiB?: number
  fault?: string
  most?: number
  isTried?: boolean
  settings?: string[]
}

/**
 * @param most rows in a batch: each size has a session of its own, which takes a while to open
 * @param isTried whether rows are independent is found out on the card, which takes a while too
 */
const onCard = async (
  t: Test,
  { memoryMiB = 80_000, saidMiB, fault, most = 2, isTried = false, settings = ['--device', 'cuda'] }: Card,
) => {
  const folder = t.testdir({ model: {} })
  writeFileSync(`${folder}/model/model.onnx`, stubModel('resnet50'))
  if (!isTried) writeFileSync(`${folder}/model/serving.yaml`, 'rows: true\n')
  const environment = stubCard(`${folder}/card`, memoryMiB, SHAPE_CHANGE_MS, saidMiB)
  const faults = `${folder}/card/fault`
  if (fault !== undefined) writeFileSync(faults, fault)
  const model = ['--model', `${folder}/model`, '--max-batch-size', String(most)]
  const served = await serve([...model, ...settings], environment)
  t.teardown(() => served.stop())
  return { served, faults }
}

const ask = (served: Served) =>
  served.post(JSON.stringify([Array(3).fill(Array(224).fill(Array(224).fill(0.25)))]), {
    'content-type': 'application/json',
  })

/** More than on a real one (100 to 250), so that it is far more than a run on a busy machine too. */
const SHAPE_CHANGE_MS = 500

/** Sessions for 1 and 2 rows. */
const ONE_WORKER = 2 * SESSION_MIB

t.test('two workers share a card that has memory for both, and one that dies is replaced', async (t) => {
  const { served } = await onCard(t, { most: 4, isTried: true })
  await until(async () => (await metric(served, /serving_workers\{state="ready"\} (\d+)/)) === 2)
  await until(() => served.workers().length === 2)
  const [first = 0] = served.workers()
  process.kill(first, 'SIGKILL')
  await until(() => served.workers().length === 2 && !served.workers().includes(first))
  const reply = await ask(served)
  t.equal(reply.status, 200)
  t.match(served.output(), /device\s+CUDA|"device":"cuda"/i)
})

t.test('a card with memory for one has one worker, and the log says why', async (t) => {
  const { served } = await onCard(t, { memoryMiB: Math.floor(2.2 * ONE_WORKER) })
  await until(() => /one worker on CUDA: there is not as much memory again/.test(served.output()))
  await until(() => served.workers().length === 1)
})

t.test('a second worker that finds less memory than the first is not kept', async (t) => {
  const { served } = await onCard(t, { memoryMiB: ONE_WORKER + SESSION_MIB, saidMiB: 80_000 })
  await until(() =>
    /one worker on the device: another would have memory for batches of 1 row/.test(served.output()),
  )
  await until(() => served.workers().length === 1)
  t.equal((await ask(served)).status, 200)
})

t.test('a card that runs nothing is not used, and the log says why', async (t) => {
  const { served } = await onCard(t, { fault: '0', settings: ['--device', 'auto'] })
  t.match(served.output(), /CUDA cannot be used: .*out of memory.*, so the model runs on the CPU/)
  t.match(served.output(), /device\s+cpu/)
  t.equal((await ask(served)).status, 200)
})

t.test(
  'a worker whose card has failed for good is replaced, and the request that met it is answered',
  async (t) => {
    const { served, faults } = await onCard(t, {
      memoryMiB: 80_000,
      settings: ['--device', 'cuda', '--workers', '1'],
    })
    writeFileSync(faults, 'lost')
    const reply = ask(served)
    await until(() => /the device has failed/.test(served.output()))
    rmSync(faults)
    t.equal((await reply).status, 200)
  },
)
