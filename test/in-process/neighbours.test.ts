/** Requests that fail, or whose rows depend on each other, cost those beside them nothing. */

import { writeFileSync } from 'node:fs'
import t from 'tap'
import { fixture } from '../fixtures/index.ts'
import { encodeModel } from '../fixtures/onnx-proto.ts'
import { serve } from './serve.ts'

t.test('one failing row fails alone', async (t) => {
  const served = await serve(['--model', fixture('fails-on-negative')])
  t.teardown(() => served.stop())
  const alone = await served.json([[2]])
  const values = Array.from({ length: 40 }, (_, index) => (index % 10 === 7 ? -1e6 : 2))
  const answers = await Promise.all(values.map((value) => served.json([[value]])))
  for (const [index, answer] of answers.entries()) {
    if (values[index] === 2) t.strictSame(answer, alone)
    else t.match(answer, { status: 400, body: { code: 'ERR_REJECTED_BY_MODEL' } })
  }
})

t.test('rows that are not the rows sent are never mixed up', async (t) => {
  const served = await serve(['--model', fixture('rows-changed')])
  t.teardown(() => served.stop())
  const answers = await Promise.all([1, 2, 3, 4].map((value) => served.json({ inputs: [[value, value]] })))
  for (const [index, { body }] of answers.entries()) {
    const value = index + 1
    t.strictSame(body, {
      outputs: [
        [value, value],
        [value, value],
      ],
    })
  }
})

t.test(
  'a request is not cut or joined where rows depend on each other, and batch transform is told',
  async (t) => {
    const folder = t.testdir()
    const model = encodeModel({
      inputs: { x: 'float32[n,1]' },
      outputs: { y: 'float32[n,1]' },
      nodes: [{ op: 'Softmax', inputs: ['x'], outputs: ['y'], attributes: { axis: 0 } }],
    })
    writeFileSync(`${folder}/model.onnx`, model)
    const served = await serve(['--model', folder, '--max-batch-size', '2'])
    t.teardown(() => served.stop())
    t.match(served.warnings, [/^requests are neither joined into batches nor cut: .*"rows: true"/])
    const x = Array.from({ length: 5 }, () => [0])
    const answers = await Promise.all(Array.from({ length: 8 }, () => served.json({ inputs: x })))
    for (const { status, body } of answers) {
      t.equal(status, 200)
      t.strictSame(
        (body as { outputs: number[][] }).outputs.map(([y]) => y?.toFixed(4)),
        Array(5).fill('0.2000'),
      )
    }
    const parameters = await (await fetch(`${served.url}/execution-parameters`)).json()
    t.match(parameters, { BatchStrategy: 'SINGLE_RECORD' })
  },
)

t.test('a sequence without steps is refused, of which ONNX Runtime would end the process', async (t) => {
  const served = await serve(['--model', fixture('recurrent')])
  t.teardown(() => served.stop())
  const { status } = await served.json({ inputs: { x: [[[1]], [[2]]], h0: [[[0, 0]]] } })
  t.equal(status, 200)
  const refused = await served.json({ inputs: { x: [[]], h0: [[]] } })
  t.equal(refused.status, 400)
  t.match(refused.body, { code: 'ERR_INVALID_INPUT', message: /"x": float32\[1,0,1\] holds no value/ })
})
