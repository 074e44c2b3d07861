/** The server as AWS Lambda runs it: asked for invocations, frozen between them, with one CPU's share. */

import { readFileSync } from 'node:fs'
import { setTimeout as delay } from 'node:timers/promises'
import t, { type Test } from 'tap'
import { createEnvironments } from '../../packages/sagemaker-rehearsal/src/lambda/environments.ts'
import { handle } from '../../packages/sagemaker-rehearsal/src/lambda/http.ts'
import { commandLambda } from '../../packages/sagemaker-rehearsal/src/lambda/launchers.ts'
import type {
  EnvironmentOptions,
  FunctionVersion,
} from '../../packages/sagemaker-rehearsal/src/lambda/types.ts'
import { DIGITS, fixture, ROOT } from '../fixtures/index.ts'
import { PROGRAM } from './serve.ts'

const digit = readFileSync(`${DIGITS}/digits/3.png`)

const CONTEXT = { account: '123456789012', urlId: 'abc', domain: 'abc.lambda-url.us-east-1.on.aws' }

const serve = (
  t: Test,
  model: string,
  {
    more = {},
    options = {},
    args = '',
  }: { more?: Partial<FunctionVersion>; options?: Partial<EnvironmentOptions>; args?: string } = {},
) => {
  const lines: string[] = []
  const version: FunctionVersion = {
    name: 'digits',
    version: '1',
    arn: 'arn:aws:lambda:us-east-1:123456789012:function:digits',
    region: 'us-east-1',
    image: '',
    memoryMegabytes: 1769,
    timeoutSeconds: 30,
    ...more,
    // As the image has it.
    environment: { SERVING_FRONT: 'nginx', SERVING_MODEL: model, SERVING_DEVICE: 'cpu', ...more.environment },
  }
  const environments = createEnvironments(version, {
    launcher: commandLambda(`${process.execPath} ${PROGRAM} serve ${args}`, { cwd: ROOT }),
    log: (line) => lines.push(line),
    // A start may be slow where other tests run.
    initTimeoutMs: 60_000,
    ...options,
  })
  t.teardown(() => environments.stop())
  const send = async (
    body: string | Buffer,
    contentType: string,
    { path = '/', method = 'POST', headers = {} } = {},
  ) => {
    const request = {
      method,
      path,
      headers: { 'content-type': contentType, ...headers },
      body: Buffer.from(body),
    }
    return handle(request, environments.invoke, CONTEXT)
  }
  const invoke = async (event: unknown) => {
    const { payload, functionError } = await environments.invoke({
      payload: Buffer.from(JSON.stringify(event)),
    })
    return { functionError, answer: JSON.parse(payload.toString()) as unknown }
  }
  return { environments, lines, send, invoke }
}

const form = async (name: string, type: string) => {
  const data = new FormData()
  data.append('file', new Blob([digit], { type }), name)
  const request = new Request('http://form', { method: 'POST', body: data })
  return { body: Buffer.from(await request.arrayBuffer()), type: request.headers.get('content-type') ?? '' }
}

t.test('one environment answers whatever comes', async (t) => {
  const { environments, lines, send, invoke } = serve(t, `${DIGITS}/model`)

  await t.test('a photo in a form, as a browser or curl -F sends it, and by itself', async (t) => {
    for (const [name, type] of [
      ['3.png', 'image/png'],
      ['photo', 'application/octet-stream'],
    ] as const) {
      const { body, type: contentType } = await form(name, type)
      const { status, body: answer } = await send(body, contentType)
      t.equal(status, 200)
      t.match(JSON.parse(answer.toString()), { predictions: [[{ label: '3' }]] }, type)
    }
    const { status, headers, body } = await send(digit, 'image/png', { headers: { accept: 'text/csv' } })
    t.equal(status, 200)
    t.match(headers, { 'content-type': 'text/csv' })
    t.match(body.toString(), /^3,0\.99/)
  })

  await t.test('it has started without nginx, with one worker, and one CPU for its 1,769 MB', async (t) => {
    const ready = lines.find((line) => line.includes('"ready"')) ?? '{}'
    t.match(JSON.parse(ready), { workers: 1, threads: 1 })
    t.notOk(lines.some((line) => line.includes('nginx')))
  })

  await t.test('bytes come back as bytes', async (t) => {
    const npy = await send(digit, 'image/png', { headers: { accept: 'application/x-npy' } })
    t.equal(npy.body.toString('latin1', 1, 6), 'NUMPY')
    const again = await send(npy.body, 'application/x-npy')
    t.equal(again.status, 400, 'scores are no image')
  })

  await t.test('errors of the server are responses, with the id under which Lambda knows them', async (t) => {
    const bad = await send('[', 'application/json')
    t.equal(bad.status, 400)
    const { code, requestId } = JSON.parse(bad.body.toString()) as { code: string; requestId: string }
    t.equal(code, 'ERR_INVALID_BODY')
    t.ok(lines.includes(`END RequestId: ${requestId}`))
    t.match(await send('', 'text/plain', { path: '/nothing', method: 'GET' }), { status: 404 })
    t.match(await send('', 'text/plain', { path: '/ping', method: 'GET' }), { status: 200 })
  })

  await t.test('an event that is no request is a body, and what goes wrong is an error', async (t) => {
    const zeros = [[Array(16).fill(Array(16).fill(0))]]
    const { answer, functionError } = await invoke({ instances: zeros })
    t.equal(functionError, undefined)
    t.match(answer, { predictions: [[{ label: /^\d$/ }]] })
    t.match(await invoke({ Records: [] }), {
      functionError: 'Unhandled',
      answer: { errorType: 'ERR_INVALID_BODY', errorMessage: /received the key "Records"/ },
    })
  })

  await t.test('a header that HTTP cannot carry is an error of the request', async (t) => {
    const { functionError, answer } = await invoke({
      rawPath: '/',
      headers: { 'x-a': 'a\nb' },
      requestContext: { http: { method: 'POST' } },
      body: '{}',
    })
    t.equal(functionError, undefined)
    t.match(answer, { statusCode: 400, body: /"ERR_BAD_REQUEST"/ })
  })

  await t.test('6 MB in', async (t) => {
    // Base64 and the event around it are just below Lambda's limit.
    const noise = await send(Buffer.alloc(4.4 * 2 ** 20, 1), 'image/png')
    t.equal(noise.status, 400)
    t.match(JSON.parse(noise.body.toString()), { code: 'ERR_INVALID_IMAGE' })
    t.match(await send(Buffer.alloc(4.8 * 2 ** 20), 'image/png'), { status: 413 }, "Lambda's own")
  })

  await t.test('it was frozen for seconds, and nothing is taken for stuck', async (t) => {
    const before = lines.length
    await delay(2000)
    t.match(await send(digit, 'image/png'), { status: 200 })
    // Whatever watches over workers has had its turn by now.
    await delay(200)
    t.match(await send(digit, 'image/png'), { status: 200 })
    const said = lines.slice(before).filter((line) => line.startsWith('{'))
    t.strictSame(said, [], 'the server has nothing to say')
  })

  t.equal(environments.count, 1)
})

/** Rows of two bytes, as NumPy writes them. */
const npy = (rows: number): Buffer => {
  const header = `{'descr': '|u1', 'fortran_order': False, 'shape': (${rows}, 2), }`.padEnd(117)
  return Buffer.concat([
    Buffer.from(`\x93NUMPY\x01\x00v\x00${header}\n`, 'latin1'),
    Buffer.alloc(2 * rows, 255),
  ])
}

t.test('a reply that Lambda cannot carry is an error of ours', async (t) => {
  const { send } = serve(t, fixture('identity-uint8'))
  t.match(await send(npy(2), 'application/x-npy'), { status: 200 })
  const { status, body } = await send(npy(900_000), 'application/x-npy')
  t.equal(status, 500)
  t.match(JSON.parse(body.toString()), { code: 'ERR_RESPONSE_TOO_LARGE', message: /as Lambda's answer/ })
})

t.test(
  'a run that never ends has its answer before Lambda ends the environment, and the next is answered by another',
  async (t) => {
    const { send, environments } = serve(t, fixture('hangs'), { more: { timeoutSeconds: 3 } })
    t.match(await send('[[1]]', 'application/json'), { status: 200 })
    const { status, body } = await send('[[-1]]', 'application/json')
    t.equal(status, 504)
    t.match(JSON.parse(body.toString()), {
      code: 'ERR_DEADLINE_EXCEEDED',
      message: /the function's time is over/,
    })
    t.match(await send('[[1]]', 'application/json'), { status: 200 })
    t.equal(environments.count, 1, 'the one before has ended')
  },
)

t.test('a start that fails says why: to whoever invokes it, and in the log', async (t) => {
  const reasons: [string, string, RegExp][] = [
    [fixture('corrupt'), '', /has 512 bytes and begins with/],
    [`${DIGITS}/model`, '--threads 1000', /--threads: expected/],
    ['s3://models', '', /is no place in S3/],
  ]
  for (const [model, args, reason] of reasons) {
    const { invoke, lines } = serve(t, model, { args })
    t.match(await invoke([[1]]), {
      functionError: 'Unhandled',
      answer: { errorType: 'Runtime.StartupError', errorMessage: reason },
    })
    t.ok(
      lines.some((line) => reason.test(line)),
      model,
    )
  }
})
