/** A model folder's own code, served by the real server: what it can do, and what it does when it misbehaves. */

import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import t from 'tap'
import type { ModelFolder } from '../../src/model/model.ts'
import { inspect } from '../../src/worker/inspect.ts'
import { loadFolder } from '../../src/worker/load-folder.ts'
import { fixture } from '../fixtures/index.ts'
import { type Served, serve, until } from './serve.ts'

const temporary = mkdtempSync(join(tmpdir(), 'handler-'))
t.teardown(() => rmSync(temporary, { recursive: true, force: true }))

/** A model folder with these texts as files; with the model that adds one to rows of three, if asked for. */
const folder = (files: Record<string, string>, { model = false } = {}): string => {
  // Another path each time, since a process imports a file once.
  const path = mkdtempSync(join(temporary, 'model-'))
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(path, name)), { recursive: true })
    writeFileSync(join(path, name), text)
  }
  if (model) copyFileSync(join(fixture('add-one'), 'model.onnx'), join(path, 'model.onnx'))
  return path
}

/** A replacement is there, and not only expected. */
const isReady = async ({ url }: Served): Promise<boolean> =>
  (await fetch(`${url}/ping`)).headers.get('x-serving-state') === 'ready'

const withServer = async (
  path: string,
  args: string[],
  run: (served: Awaited<ReturnType<typeof serve>>) => Promise<void>,
): Promise<void> => {
  const served = await serve(['--model', path, '--workers', '1', ...args])
  try {
    await run(served)
  } finally {
    t.equal(await served.stop(), 0, 'it ends cleanly')
  }
}

const MISBEHAVES = `
import type { Predict } from 'onnx-serving'

export const example = { do: 'answer' }

export const predict: Predict = async (request) => {
  const { do: what, text } = request.json()
  switch (what) {
    case 'throw': throw new Error('the password is 1234')
    case 'refuse': throw Object.assign(new Error('no such user'), { statusCode: 404 })
    case 'respond': return new Response('no such cat', { status: 410 })
    case 'hang': return new Promise(() => {})
    case 'loop': for (;;) {}
    case 'exit': process.exit(3)
    case 'crash': setTimeout(() => { throw new Error('thrown later') }); return new Promise(() => {})
    case 'abort': process.abort()
    case 'leak': { const all: string[][] = []; for (;;) all.push(new Array(1e6).fill(text)) }
    case 'reject': void Promise.reject(new Error('nobody awaited this')); return 'well'
    case 'print': console.log('{"printed":1}'); process.stdout.write('no newline'); return 'printed'
    case 'nothing': return undefined
    case 'circle': { const a: { a?: unknown } = {}; a.a = a; return a }
    case 'cookie': return new Response('x', { headers: { 'set-cookie': 'a=b' } })
    case 'umlaut': return new Response('x', { headers: { 'x-name': 'Jürgen' } })
    case 'large': return 'x'.repeat(27_000_000)
    case 'bytes': return Uint8Array.of(1, 2, 255)
    case 'numbers': return { big: [2n ** 60n, 7n], not: Number.NaN, floats: Float32Array.of(0.5, 2), t: { type: 'float32', dims: [2, 1], data: Float32Array.of(1, 2) } }
    case 'headers': return new Response('<b>hello</b>', {
      headers: { 'content-type': 'text/html', 'x-amzn-sagemaker-custom-attributes': 'seen ' + request.customAttributes, 'x-agent': String(request.headers['user-agent']) },
    })
    default: return { answer: 42 }
  }
}
`

t.test('code without a model answers, and what it does wrong costs only its own request', async (t) => {
  const path = folder({ 'code/inference.ts': MISBEHAVES })
  await withServer(path, ['--request-timeout-ms', '3000'], async (served) => {
    const ask = async (what: string, headers: Record<string, string> = {}) => {
      const response = await served.post(JSON.stringify({ do: what, text: 'x' }), headers)
      return { status: response.status, headers: response.headers, text: await response.text() }
    }
    const fails = async (what: string, status: number, code: string, message: RegExp) => {
      const answer = await ask(what)
      t.equal(answer.status, status, `${what}: ${answer.text}`)
      t.match(JSON.parse(answer.text), { code, message }, what)
      t.notMatch(answer.text, /password|inference\.ts:\d|node_modules|\bat /, 'no secret, no stack')
    }
    const servesAgain = async () => {
      await until(() => isReady(served))
      t.strictSame(JSON.parse((await ask('answer')).text), { answer: 42 }, 'another worker serves')
    }
    t.match(served.output(), /code {5}code\/inference\.ts: predict/)
    t.match(served.output(), /curl -d '\{"do":"answer"\}'/)
    t.strictSame(JSON.parse((await ask('answer')).text), { answer: 42 })

    const [worker] = served.workers()
    await fails('throw', 500, 'ERR_HANDLER_FAILED', /^predict of code\/inference\.ts failed/)
    t.match(
      served.output(),
      /the password is 1234.*inference\.ts:9:25/s,
      'the log has the reason and the line',
    )
    await fails('refuse', 404, 'ERR_HANDLER_REFUSED', /^no such user$/)
    await fails('respond', 410, 'ERR_HANDLER_REFUSED', /^no such cat$/)
    await fails('exit', 500, 'ERR_HANDLER_FAILED', /^predict of code\/inference\.ts failed/)
    await fails('nothing', 500, 'ERR_HANDLER_FAILED', /^predict of code\/inference\.ts failed/)
    await fails('circle', 500, 'ERR_HANDLER_FAILED', /^predict of code\/inference\.ts failed/)
    await fails('cookie', 500, 'ERR_HANDLER_FAILED', /^predict of code\/inference\.ts failed/)
    await fails('umlaut', 500, 'ERR_HANDLER_FAILED', /^predict of code\/inference\.ts failed/)
    await fails('large', 500, 'ERR_RESPONSE_TOO_LARGE', /27000000/)
    await fails(
      'hang',
      504,
      'ERR_DEADLINE_EXCEEDED',
      /^predict of code\/inference\.ts did not end within 2700 ms/,
    )
    t.equal((await ask('reject')).text, 'well')
    await until(() =>
      /code\/inference\.ts: a rejection was not awaited.*nobody awaited this/.test(served.output()),
    )
    t.equal((await ask('print')).text, 'printed')

    const bytes = await served.post(JSON.stringify({ do: 'bytes' }))
    t.equal(bytes.headers.get('content-type'), 'application/octet-stream')
    t.strictSame(new Uint8Array(await bytes.arrayBuffer()), Uint8Array.of(1, 2, 255))
    t.strictSame(JSON.parse((await ask('numbers')).text), {
      big: ['1152921504606846976', 7],
      not: 'NaN',
      floats: [0.5, 2],
      t: [[1], [2]],
    })
    const { headers, text } = await ask('headers', {
      'x-amzn-sagemaker-custom-attributes': 'session=7',
      'user-agent': 'a test',
    })
    t.equal(text, '<b>hello</b>')
    t.equal(headers.get('content-type'), 'text/html')
    t.equal(headers.get('x-amzn-sagemaker-custom-attributes'), 'seen session=7')
    t.equal(headers.get('x-agent'), 'a test')
    t.strictSame(served.workers(), [worker], 'the worker is the same')

    t.strictSame(await (await fetch(`${served.url}/execution-parameters`)).json(), {
      MaxConcurrentTransforms: 2,
      BatchStrategy: 'SINGLE_RECORD',
      MaxPayloadInMB: 6,
    })

    await fails('loop', 504, 'ERR_DEADLINE_EXCEEDED', /code\/inference\.ts/)
    await servesAgain()
  })
})

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
  const path = folder(
    {
      'code/inference.ts': AROUND_A_MODEL,
      'code/scale.ts': 'export const scale = (value: number): number => 10 * value\n',
      'code/node_modules/shifts/package.json': '{"name":"shifts","main":"index.js"}',
      'code/node_modules/shifts/index.js': 'exports.shift = (value) => value + 0.5\n',
    },
    { model: true },
  )
  await withServer(path, [], async (served) => {
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
      Array.from(
        { length: 60 },
        async (_, n) => (await served.json(n % 10 === 9 ? [n] : [n, n, n])) as never,
      ),
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
  await withServer(
    folder({ 'code/inference.js': IN_BATCHES, 'code/package.json': '{"type":"commonjs"}' }),
    [],
    async (served) => {
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
        served.output(),
        /expected a list of 1 results of predict of code\/inference\.js, since batch is true, found 0/,
      )
    },
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
  const path = folder({ 'code/inference.mts': MODELS }, { model: true })
  mkdirSync(join(path, 'other'))
  copyFileSync(join(path, 'model.onnx'), join(path, 'other/model.onnx'))
  await withServer(path, [], async (served) => {
    t.strictSame((await served.json([1, 2, 3])).body, { y: [[2, 3, 4]], z: [[3, 4, 5]], inputs: 1 })
    t.match(await served.json([1, 2]), { status: 400, body: { code: 'ERR_INVALID_INPUT' } })
    t.match(await served.json({ a: 1 }), { status: 400, body: { code: 'ERR_INVALID_INPUT' } })
  })
})

t.test(
  'a leak, a crash or an error that nobody can catch costs a worker, and the next request is answered',
  async (t) => {
    const path = folder({ 'code/inference.ts': MISBEHAVES })
    const served = await serve(['--model', path, '--workers', '1', '--log-level', 'error'], {
      NODE_OPTIONS: '--max-old-space-size=128',
    })
    t.teardown(() => served.stop())
    for (const what of ['leak', 'abort', 'crash']) {
      const answer = await served.json({ do: what, text: 'x' })
      t.match(
        answer,
        { status: 500, body: { code: 'ERR_WORKER_CRASHED', message: /code\/inference\.ts/ } },
        what,
      )
      await until(() => isReady(served))
      t.strictSame((await served.json({})).body, { answer: 42 })
    }
    t.match(
      served.output(),
      /code\/inference\.ts: an error was thrown where nobody could catch it.*thrown later/,
    )
  },
)

/** Code that cannot be served, and what the last line of the log says. */
const REFUSED: [string, string, RegExp][] = [
  [
    'inference.ts',
    'export const predict = (r) => {\n  return (r\n}\n',
    /code\/inference\.ts:3:0: ERROR: Expected/,
  ],
  [
    'inference.mjs',
    'export const predict = (r) => {\n  return (r\n}\n',
    /cannot be loaded: .* \(code\/inference\.mjs:3\)/,
  ],
  [
    'inference.ts',
    'import x from "missing"\nexport const predict = () => x\n',
    /cannot be loaded: Cannot find .*missing/,
  ],
  [
    'inference.ts',
    'export const helper = () => 1\n',
    /exports "helper", and none of preprocess, predict and postprocess/,
  ],
  ['inference.ts', 'export const predict_fn = () => 1\n', /it exports predict_fn: call it predict/],
  [
    'inference.ts',
    'export const preproces = () => 1\nexport const predict = () => 1\n',
    /it exports preproces: call it preprocess/,
  ],
  [
    'inference.ts',
    'export const bach = true\nexport const exmaple = {}\nexport const predict = () => 1\n',
    /it exports bach: call it batch; it exports exmaple: call it example/,
  ],
  ['inference.ts', 'export const predict = 7\n', /predict is to be a function, and is number/],
  [
    'inference.ts',
    'const a: any = {}\nexport const load = () => {\n  a.b.c()\n}\nexport const predict = () => 1\n',
    /load of code\/inference\.ts failed: .* \(code\/inference\.ts:3:/,
  ],
  [
    'inference.ts',
    'throw new Error("at once")\nexport const predict = () => 1\n',
    /at once \(code\/inference\.ts:1:/,
  ],
  ['inference.py', 'def predict_fn(): pass\n', /inference\.py is Python, which is not run/],
]

t.test(
  'what is wrong with code is found at the start, in a process of its own or by the first worker',
  async (t) => {
    for (const [name, text, expected] of REFUSED) {
      const model = folder({ [`code/${name}`]: text })
      const start = async () => {
        const found = await inspect({ model, device: 'cpu', threads: 1, copy: 'mapped', run: true })
        if (found.type !== 'inspected') return
        await loadFolder({
          folder: found.folder as ModelFolder,
          device: 'cpu',
          rows: 'none',
          threads: 1,
          threadsAlone: 1,
          startTimeoutMs: 60_000,
          prepareTimeoutMs: 60_000,
          defaultAccept: 'application/json',
          maxBodyBytes: 2 ** 20,
        })
      }
      await t.rejects(start(), { name: 'StartupError', message: expected }, JSON.stringify(text))
    }
  },
)
