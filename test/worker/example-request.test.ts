/** The request that is shown for a model, pasted into a shell: curl sends it to this process, where the model answers it. */

import { execFile } from 'node:child_process'
import { existsSync, readdirSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { buffer } from 'node:stream/consumers'
import { promisify } from 'node:util'
import t, { type Test } from 'tap'
import { BUNDLED_MODEL } from '../../src/places.ts'
import { UNTRIED } from '../../src/server/banner.ts'
import { exampleBody, exampleRequest } from '../../src/server/example-request.ts'
import { fixture, ROOT } from '../fixtures/index.ts'
import { encodeModel, type Graph } from '../fixtures/onnx-proto.ts'
import { openFolder } from '../fixtures/open-folder.ts'

/** The line that is shown for a model, and the reply that it gets. */
const paste = async (t: Test, model: string) => {
  const { found, ask } = await openFolder(model)
  const server = createServer(async (request, response) => {
    const reply = await ask(await buffer(request), request.headers['content-type'])
    response.end(reply?.ok ? 'accepted' : `refused: ${reply?.message}`)
  })
  server.listen(0, '127.0.0.1')
  t.teardown(() => server.close())
  await new Promise((resolve) => server.once('listening', resolve))
  const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const { example } = found.description
  const line = exampleRequest(example, found.rows, model, address)
  const { stdout } = await promisify(execFile)('sh', ['-c', `${line} -s`])
  server.close()
  const { body, contentType } = exampleBody(example, found.rows, model) ?? {}
  const answer = body && (await ask(Buffer.from(body), contentType))
  if (answer !== undefined && stdout === 'accepted') t.ok(answer.ok, 'the body is accepted where the line is')
  return { tried: example.tried, line, reply: stdout }
}

/** Of test/fixtures/models, those that are no models or cannot be served. */
const NOT_SERVED = ['corrupt', 'empty', 'missing-operator', 'sequence-output', 'two-models']

t.test('is accepted by each model of the tests', async (t) => {
  const names = readdirSync(`${ROOT}test/fixtures/models`).filter((name) => !NOT_SERVED.includes(name))
  t.ok(names.length > 20)
  for (const name of names) {
    const { line, reply, tried } = await paste(t, fixture(name))
    t.strictSame({ reply, tried }, { reply: 'accepted', tried: true }, `${name}: ${line}`)
  }
})

const folderOf = (t: Test, graph: Graph, config = ''): string => {
  const folder = t.testdir({ 'serving.yaml': config })
  writeFileSync(`${folder}/model.onnx`, encodeModel(graph))
  return folder
}

const IMAGES: Graph = {
  inputs: { x: 'float32[batch,3,h,w]' },
  outputs: { y: 'float32[batch,1]' },
  nodes: [{ op: 'ReduceMean', inputs: ['x'], outputs: ['y'], attributes: { axes: [1, 2, 3], keepdims: 0 } }],
}

t.test('is an image of a size that the model accepts', async (t) => {
  const fixed = { ...IMAGES, inputs: { x: 'float32[batch,3,40,24]' } }
  for (const [what, graph, config] of [
    ['resized', IMAGES, 'preprocess: { resize: { shortest: 32 } }'],
    ['cropped', IMAGES, 'preprocess: { crop: { width: 30, height: 20 } }'],
    ['as it comes, any size', IMAGES, 'preprocess: {}'],
    ['as it comes, of one size', fixed, 'preprocess: {}'],
  ] as const) {
    const graphWithRows = { ...graph, outputs: { y: 'float32[batch]' } }
    const { line, reply } = await paste(t, folderOf(t, graphWithRows, config))
    t.match(line, /image\/png/)
    t.equal(reply, 'accepted', `${what}: ${line}`)
  }
})

t.test(
  'is short for a model of many values, and written out where they may not all be the same',
  async (t) => {
    const wide: Graph = {
      inputs: { x: 'int64[batch,100]' },
      outputs: { y: 'int64[batch,100]' },
      nodes: [{ op: 'Identity', inputs: ['x'], outputs: ['y'] }],
    }
    const short = await paste(t, folderOf(t, wide))
    t.equal(short.reply, 'accepted')
    t.match(short.line, /^node -p .*Array\(100\)\.fill\(\d\)/)
  },
)

t.test('holds names that would leave their quotes, or reach the terminal, as plain text', async (t) => {
  const names = [`x'; touch pwned; '`, 'a"b\\', '\x1b[31m\u009b\u202e\n$(touch pwned)`']
  const graph: Graph = {
    inputs: Object.fromEntries(names.map((name) => [name, 'float32[batch,2]'])),
    outputs: { y: 'float32[batch,2]' },
    nodes: [{ op: 'Sum', inputs: names, outputs: ['y'] }],
  }
  const { line, reply } = await paste(t, folderOf(t, graph))
  t.equal(reply, 'accepted', line)
  t.notOk(/[^ -~]/.test(line), 'only what can be seen')
  const wide = { ...graph, inputs: Object.fromEntries(names.map((name) => [name, 'float32[batch,99]'])) }
  const { reply: other } = await paste(t, folderOf(t, { ...wide, outputs: { y: 'float32[batch,99]' } }))
  t.equal(other, 'accepted')
  t.notOk(existsSync('pwned'))
})

t.test('says so where no values are known that the model accepts', async (t) => {
  const picky: Graph = {
    inputs: { x: 'int64[batch,1]' },
    outputs: { y: 'float32[batch,1]' },
    nodes: [
      { op: 'Gather', inputs: ['list', 'x'], outputs: ['found'] },
      { op: 'Reshape', inputs: ['found', 'shape'], outputs: ['y'] },
    ],
    initializers: {
      list: { type: 'float32', dims: [0], data: new Float32Array(0) },
      shape: { type: 'int64', dims: [2], data: BigInt64Array.of(-1n, 1n) },
    },
  }
  const { tried, reply } = await paste(t, folderOf(t, picky))
  t.equal(tried, false, UNTRIED)
  t.match(reply, /refused: the model/)
})

t.test('is a picture that lies there for the model of the examples', async (t) => {
  const { line, reply } = await paste(t, BUNDLED_MODEL)
  t.match(line, /digits\/3\.png/)
  t.equal(reply, 'accepted')
})
