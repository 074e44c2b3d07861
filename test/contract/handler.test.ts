/** A model folder's own code, served by the real server: what it can do, and what it does when it misbehaves. */

import t from 'tap'
import type { ModelFolder } from '../../src/model/model.ts'
import { inspect } from '../../src/worker/inspect.ts'
import { loadFolder } from '../../src/worker/load-folder.ts'
import { codeFolder } from '../fixtures/code-folder.ts'
import { type Served, serve, until } from './serve.ts'

/** A replacement is there, and not only expected. */
const isReady = async ({ url }: Served): Promise<boolean> =>
  (await fetch(`${url}/ping`)).headers.get('x-serving-state') === 'ready'

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
    case 'block': Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0)
    case 'exit': process.exit(3)
    case 'crash': setTimeout(() => { throw new Error('thrown later') }); return new Promise(() => {})
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
  const path = codeFolder(t, { 'code/inference.ts': MISBEHAVES })
  const served = await serve(['--model', path, '--workers', '1', '--request-timeout-ms', '3000'])
  try {
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

    // As an endless loop, but for the CPU time that it would take.
    await fails('block', 504, 'ERR_DEADLINE_EXCEEDED', /code\/inference\.ts/)
    await servesAgain()
  } finally {
    t.equal(await served.stop(), 0, 'it ends cleanly')
  }
})

t.test(
  'a leak or an error that nobody can catch costs a worker, and the next request is answered',
  async (t) => {
    const path = codeFolder(t, { 'code/inference.ts': MISBEHAVES })
    const served = await serve(['--model', path, '--workers', '1', '--log-level', 'error'], {
      NODE_OPTIONS: '--max-old-space-size=128',
    })
    t.teardown(() => served.stop())
    for (const what of ['leak', 'crash']) {
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
      const model = codeFolder(t, { [`code/${name}`]: text })
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
