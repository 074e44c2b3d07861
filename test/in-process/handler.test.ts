/** A model folder's own code, around models, in batches and in their place; what it does to its process: test/contract. */

import { copyFileSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { codeFolder } from '../fixtures/code-folder.ts'
import { serve } from './serve.ts'

const serveFolder = async (t: Test, path: string) => {
  const served = await serve(['--model', path])
  t.teardown(served.stop)
  return served
}

const AROUND_A_MODEL = `
import type { Postprocess, Preprocess } from 'onnx-serving'
import { scale } from './scale.ts'
import { shift } from 'shifts'

export const preprocess: Preprocess = (request) => {
  const values: number[] = request.headers['content-type'] === 'text/plain' ? request.text().split(' ').map(Number) : request.json()
  if (values.length === 0) throw Object.assign(new Error('send numbers'), { statusCode: 422 })
  return { x: { dims: [1, values.length], data: Float32Array.from(values.map(scale)) } }
}

export const postprocess: Postprocess = async (outputs, { request }) => {
  const { data, dims } = outputs.y!
  return { dims, values: Array.from(data as Float32Array, shift), attributes: request.customAttributes }
}
`

t.test('code around a model keeps its batches, and names what does not fit', async (t) => {
  const path = codeFolder(
    t,
    {
      'code/inference.ts': AROUND_A_MODEL,
      'code/scale.ts': 'export const scale = (value: number): number => 10 * value\n',
      'code/node_modules/shifts/package.json': '{"name":"shifts","main":"index.js"}',
      'code/node_modules/shifts/index.js': 'exports.shift = (value) => value + 0.5\n',
    },
    { model: true },
  )
  const served = await serveFolder(t, path)
  const { body } = await served.json([1, 2, 3], { 'x-amzn-sagemaker-custom-attributes': 'a=1' })
  t.strictSame(body, { dims: [1, 3], values: [11.5, 21.5, 31.5], attributes: 'a=1' })
  const text = await served.post('4 5 6', { 'content-type': 'text/plain' })
  t.match(await text.json(), { values: [41.5, 51.5, 61.5] })
  t.match(await served.json([1, 2]), {
    status: 400,
    body: { code: 'ERR_INVALID_INPUT', message: /"x".*float32\[.*3\].*received float32\[1,2\]/ },
  })
  t.match(await served.json([]), {
    status: 422,
    body: { code: 'ERR_HANDLER_REFUSED', message: 'send numbers' },
  })
  const answers = await Promise.all(
    Array.from({ length: 60 }, async (_, n) => (await served.json(n % 10 === 9 ? [n] : [n, n, n])) as never),
  )
  t.ok(
    answers.every(({ status, body }: { status: number; body: { values?: number[] } }, n) =>
      n % 10 === 9 ? status === 400 : body.values?.[2] === 10 * n + 1.5,
    ),
    'each has its own reply',
  )
  const metrics = await (await fetch(`${served.url}/metrics`)).text()
  const runs = Number(/serving_run_rows_count (\d+)/.exec(metrics)?.[1])
  const rows = Number(/serving_run_rows_sum (\d+)/.exec(metrics)?.[1])
  t.ok(runs < rows, `${rows} rows in ${runs} runs`)
})

const IN_BATCHES = `
exports.batch = true
exports.preprocess = (request) => request.json().n
exports.predict = async (numbers, { workers }) => {
  if (numbers.includes(13)) throw Object.assign(new Error('not thirteen'), { statusCode: 400 })
  if (numbers.includes(99)) return numbers.slice(1)
  await new Promise((resolve) => setTimeout(resolve, 20))
  return numbers.map((n) => ({ n, together: numbers.length, workers }))
}
`

t.test('CommonJS, and predict in batches', async (t) => {
  const files = { 'code/inference.js': IN_BATCHES, 'code/package.json': '{"type":"commonjs"}' }
  const served = await serveFolder(t, codeFolder(t, files))
  t.strictSame((await served.json({ n: 7 })).body, { n: 7, together: 1, workers: 1 })
  const all = (await Promise.all(Array.from({ length: 40 }, (_, n) => served.json({ n })))) as {
    status: number
    body: { n: number; together: number; message: string }
  }[]
  t.ok(
    all.every(({ status, body }, n) =>
      n === 13 ? status === 400 && body.message === 'not thirteen' : body.n === n,
    ),
  )
  t.ok(
    all.some(({ body }) => body.together > 1),
    'some went together',
  )
  t.match(await served.json({ n: 99 }), { status: 500, body: { code: 'ERR_HANDLER_FAILED' } })
  t.match(
    served.log(),
    /expected a list of 1 results of predict of code\/inference\.js, since batch is true, found 0/,
  )
})

const MODELS = `
import type { Load, Model, Predict } from 'onnx-serving'
let other: Model
export const load: Load = async ({ open }) => { other = await open('other/model.onnx') }
export const predict: Predict = async (request, { model }) => {
  const { y } = await model.run({ x: [request.json()] })
  const { y: z } = await other.run({ x: y! })
  return { y, z, inputs: other.inputs.length }
}
`

t.test('code may call several models, and several times', async (t) => {
  const path = codeFolder(t, { 'code/inference.mts': MODELS }, { model: true })
  mkdirSync(join(path, 'other'))
  copyFileSync(join(path, 'model.onnx'), join(path, 'other/model.onnx'))
  const served = await serveFolder(t, path)
  t.strictSame((await served.json([1, 2, 3])).body, { y: [[2, 3, 4]], z: [[3, 4, 5]], inputs: 1 })
  t.match(await served.json([1, 2]), { status: 400, body: { code: 'ERR_INVALID_INPUT' } })
  t.match(await served.json({ a: 1 }), { status: 400, body: { code: 'ERR_INVALID_INPUT' } })
})
