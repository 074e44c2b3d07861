/** The server on a made-up card, which takes as long as an H100 and has as much memory as one says. */

import { writeFileSync } from 'node:fs'
import t, { type Test } from 'tap'
import { SESSION_MIB } from '../../benchmark/gpu/card.ts'
import { stubCard, stubModel } from '../../benchmark/gpu/stub.ts'
import { metric, serve, until } from './serve.ts'

const onCard = async (t: Test, memoryMiB: number) => {
  const folder = t.testdir({ model: {} })
  writeFileSync(`${folder}/model/model.onnx`, stubModel('resnet50'))
  const environment = stubCard(`${folder}/card`, memoryMiB, SHAPE_CHANGE_MS)
  const served = await serve(
    ['--model', `${folder}/model`, '--max-batch-size', '4', '--device', 'cuda'],
    environment,
  )
  t.teardown(() => served.stop())
  return served
}

/** More than on a real one (100 to 250), so that it is far more than a run on a busy machine too. */
const SHAPE_CHANGE_MS = 500

/** Sessions for 1, 2 and 4 rows. */
const ONE_WORKER = 3 * SESSION_MIB

t.test('two workers share a card that has memory for both, and one that dies is replaced', async (t) => {
  const served = await onCard(t, 80_000)
  await until(async () => (await metric(served, /serving_workers\{state="ready"\} (\d+)/)) === 2)
  await until(() => served.workers().length === 2)
  const [first = 0] = served.workers()
  process.kill(first, 'SIGKILL')
  await until(() => served.workers().length === 2 && !served.workers().includes(first))
  const reply = await served.post(JSON.stringify([Array(3).fill(Array(224).fill(Array(224).fill(0.25)))]), {
    'content-type': 'application/json',
  })
  t.equal(reply.status, 200)
  t.match(served.output(), /device\s+CUDA|"device":"cuda"/i)
})

t.test('a card with memory for one has one worker, and the log says why', async (t) => {
  const served = await onCard(t, Math.floor(2.2 * ONE_WORKER))
  await until(() => /one worker on CUDA: there is not as much memory again/.test(served.output()))
  await until(() => served.workers().length === 1)
})
