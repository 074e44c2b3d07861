import { once } from 'node:events'
import { type AddressInfo, connect, type Socket } from 'node:net'
import type { FastifyInstance } from 'fastify'
import { pino } from 'pino'
import t, { type Test } from 'tap'
import { ERRORS, type ErrorCode } from '../../src/errors.ts'
import { join } from '../../src/protocol/body.ts'
import type { ModelInfo, RowMode } from '../../src/protocol/model-info.ts'
import type { Reply, Request } from '../../src/protocol/request.ts'
import { buildApp } from '../../src/server/app.ts'
import { Health } from '../../src/server/health.ts'
import { Exchanges } from '../../src/server/http/exchanges.ts'
import { executionParameters } from '../../src/server/http/execution-parameters.ts'
import { createMetrics } from '../../src/server/observe/metrics.ts'
import type { Scheduler } from '../../src/server/scheduling/scheduler.ts'

const OK: Reply = { ok: true, body: '{"predictions":[]}', contentType: 'application/json' }

const readyHealth = (): Health => {
  const health = new Health()
  health.readyWorkers = 1
  return health
}

/** The app over a scheduler that answers everything with `reply`, or throws it. */
const arrange = (
  t: Test,
  {
    reply: given = OK,
    full = false,
    health = readyHealth(),
    settles = Promise.resolve(),
    maxBodyBytes = 1000,
    maxQueueBytes = 10_000,
  }: {
    reply?: Reply | Error
    full?: boolean
    health?: Health
    settles?: Promise<void>
    maxBodyBytes?: number
    maxQueueBytes?: number
  } = {},
) => {
  const works: Request[] = []
  const scheduler = {
    isFull: () => full,
    lane: { bytes: 0 },
    predictedWaitMs: 2500,
    submit: (work: Request) => {
      works.push(work)
      if (given instanceof Error) throw given
      return { reply: settles.then(() => given), cancel: () => {} }
    },
  }
  const metrics = createMetrics()
  const app = buildApp({
    log: pino({ level: 'silent' }),
    scheduler: scheduler as unknown as Scheduler,
    health,
    metrics,
    exchanges: new Exchanges(),
    front: 'none',
    maxBodyBytes,
    maxQueueBytes,
    requestTimeoutMs: 1000,
    info: () => ({ name: 'fake' }) as ModelInfo,
  })
  t.teardown(() => app.close())
  const post = (payload: string | Buffer, headers: Record<string, string> = { 'content-type': 'x/y' }) =>
    app.inject({ method: 'POST', url: '/invocations', payload, headers })
  return { app, health, metrics, works, post }
}

t.test('/ping follows the health, for GET and POST', async (t) => {
  const { app, health } = arrange(t)
  for (const method of ['GET', 'POST'] as const) {
    t.match(await app.inject({ method, url: '/ping' }), { statusCode: 200, payload: '' })
  }
  health.drain()
  const response = await app.inject('/ping')
  t.equal(response.statusCode, 503)
  t.equal(response.headers['x-serving-state'], 'draining')
  t.equal(response.headers.connection, 'close', 'connections end while the server drains')
})

t.test('before a worker was ever ready, /ping and /invocations are 503', async (t) => {
  const { app, works, post } = arrange(t, { health: new Health() })
  t.match(await app.inject('/ping'), { statusCode: 503, headers: { 'x-serving-state': 'starting' } })
  const response = await post('x')
  t.match(response, { statusCode: 503, headers: { 'retry-after': '1' } })
  t.match(response.json(), { code: 'ERR_UNAVAILABLE', message: /starting/ })
  t.equal(works.length, 0)
})

t.test('a moment without workers is not an outage, a second is one', async (t) => {
  let now = 0
  const health = new Health(
    () => 0,
    () => now,
  )
  const { app, works, post } = arrange(t, { health })
  health.readyWorkers = 1
  health.readyWorkers = 0
  now = 999
  t.match(await app.inject('/ping'), { statusCode: 200, headers: { 'x-serving-state': 'degraded' } })
  t.equal((await post('x')).statusCode, 200, 'requests wait')
  now = 1000
  t.match(await app.inject('/ping'), { statusCode: 503, headers: { 'x-serving-state': 'broken' } })
  t.match((await post('x')).json(), { code: 'ERR_UNAVAILABLE', message: /broken/ })
  t.equal(works.length, 1)
})

t.test('bytes and headers reach the scheduler as they came', async (t) => {
  const { works, post } = arrange(t)
  const body = Buffer.from([0, 255, 1])
  await post(body, { 'content-type': 'image/png; a=b', accept: 'text/csv' })
  t.match(works[0], { model: 'fake' })
  t.strictSame(works[0]?.headers, { 'content-type': 'image/png; a=b', accept: 'text/csv' })
  t.ok(works[0] && body.equals(join(works[0].body)))
})

t.test('an empty body and odd content types are the worker’s affair', async (t) => {
  const { works, post } = arrange(t)
  await post('', {})
  t.equal(works.length, 1)
  t.equal(works[0]?.body.byteLength, 0)
})

t.test('each error has its status, and 503 says when to come back', async (t) => {
  for (const code of Object.keys(ERRORS) as ErrorCode[]) {
    const { post } = arrange(t, {
      reply: { ok: false, code, message: 'why', detail: 'at secret (/src/secret.ts:1:1)' },
    })
    const response = await post('x', { 'content-type': 'x/y', 'x-amzn-sagemaker-inference-id': 'my id' })
    t.equal(response.statusCode, ERRORS[code].status, code)
    t.strictSame(response.json(), { code, message: 'why', requestId: 'my id' })
    t.equal(response.headers['retry-after'], response.statusCode === 503 ? '3' : undefined)
  }
})

t.test('a fault of ours is 500 and shows nothing of itself', async (t) => {
  const { metrics, post } = arrange(t, { reply: new TypeError('secret is undefined') })
  const response = await post('x')
  t.equal(response.statusCode, 500)
  const { requestId, ...rest } = response.json()
  t.strictSame(rest, { code: 'ERR_INTERNAL', message: 'internal error' })
  t.match(requestId, /./)
  t.match(await metrics.text(), /serving_errors_total\{code="ERR_INTERNAL"\} 1/)
})

t.test('error bodies stay below 1 KB whatever the message holds', async (t) => {
  for (const piece of ['a', '"', '\u0000', '€', '😀', '\ud800', '\\']) {
    const { post } = arrange(t, {
      reply: { ok: false, code: 'ERR_INVALID_BODY', message: piece.repeat(5000) },
    })
    const response = await post('x')
    t.ok(response.rawPayload.length < 1024, `${JSON.stringify(piece)}: ${response.rawPayload.length}`)
    t.equal(response.json().code, 'ERR_INVALID_BODY')
  }
})

t.test('an inference id that is too long or not printable is replaced', async (t) => {
  const { post } = arrange(t, { reply: { ok: false, code: 'ERR_INTERNAL', message: 'x' } })
  for (const id of ['x'.repeat(65), 'caf\u00e9']) {
    const response = await post('x', { 'content-type': 'x/y', 'x-amzn-sagemaker-inference-id': id })
    t.match(response.json().requestId, /^[0-9a-f-]{36}$/)
  }
})

t.test('a full queue refuses before the body is read', async (t) => {
  const { post, works } = arrange(t, { full: true })
  const response = await post('x'.repeat(2000))
  t.equal(response.statusCode, 503, 'not 413: nobody looked')
  t.equal(response.headers['retry-after'], '3')
  t.equal(response.json().code, 'ERR_OVERLOADED')
  t.equal(works.length, 0)
})

t.test('a body over the limit is 413 in JSON, and the connection lives on', async (t) => {
  const response = await arrange(t).post('x'.repeat(1001))
  t.equal(response.statusCode, 413)
  t.match(response.json(), { code: 'ERR_BODY_TOO_LARGE', message: /1000 bytes/ })
  t.not(response.headers.connection, 'close')
})

t.test('unknown routes and methods are 404 in JSON', async (t) => {
  const { app } = arrange(t)
  for (const [method, url] of [
    ['GET', '/invocations'],
    ['DELETE', '/ping'],
    ['GET', '/x?secret=1'],
  ] as const) {
    const response = await app.inject({ method, url })
    t.equal(response.statusCode, 404)
    t.match(response.json(), { code: 'ERR_NOT_FOUND' })
    t.notMatch(response.payload, /secret/)
  }
})

/** Listens, and resolves with how to send bytes on a connection of their own and read all that comes back. */
const listen = async (app: FastifyInstance) => {
  await app.listen({ host: '127.0.0.1', port: 0 })
  const { port } = app.server.address() as AddressInfo
  return (bytes: string) =>
    new Promise<string>((resolve, reject) => {
      let answer = ''
      const socket = connect(port, '127.0.0.1', () => socket.write(bytes))
      socket.setEncoding('latin1').on('data', (text) => {
        answer += text
      })
      socket.on('error', reject).on('close', () => resolve(answer))
    })
}

/** Checks an answer as it is on the wire, and returns its message. */
const badRequest = (t: Test, answer: string): string => {
  const [head = '', body = ''] = answer.split('\r\n\r\n')
  t.match(head, /^HTTP\/1\.1 400 Bad Request\r\n/)
  t.match(head, /^content-type: application\/json/im)
  t.match(head, new RegExp(`^content-length: ${body.length}\\r?$`, 'im'))
  t.match(head, /^connection: close\r?$/im)
  t.ok(body.length < 1024)
  t.notMatch(answer, /secret/)
  const { code, message, requestId, ...rest } = JSON.parse(body)
  t.strictSame(rest, {})
  t.equal(code, 'ERR_BAD_REQUEST')
  t.match(requestId, /./)
  return message
}

t.test('what is no readable request is answered as other errors are, and counted', async (t) => {
  const { app, metrics } = arrange(t)
  const send = await listen(app)
  const badUrl = (headers: string) => `GET /secret%zz HTTP/1.1\r\nHost: x\r\n${headers}\r\n`
  t.equal(badRequest(t, await send(badUrl('Connection: close\r\n'))), 'the URL is malformed')
  t.equal(badRequest(t, await send('secret, no HTTP\r\n\r\n')), 'the HTTP request is malformed')
  t.equal(
    badRequest(t, await send(badUrl(`Cookie: ${'secret'.repeat(5000)}\r\n`))),
    'the headers are larger than 16384 bytes',
  )
  // Node looks for late requests twice a minute only; so it is said in its place.
  app.server.once('connection', (socket: Socket) => {
    const late = Object.assign(new Error('Request timeout'), { code: 'ERR_HTTP_REQUEST_TIMEOUT' })
    app.server.emit('clientError', late, socket)
  })
  t.equal(badRequest(t, await send('GET /secret HTTP/1.1\r\n')), 'the request took too long to arrive')
  const text = await metrics.text()
  t.match(text, /serving_errors_total\{code="ERR_BAD_REQUEST"\} 4/)
  t.match(text, /serving_requests_total\{route="unknown",status="400"\} 4/)
})

t.test('a malformed URL keeps the caller’s id', async (t) => {
  const { app } = arrange(t)
  const headers = { 'x-amzn-sagemaker-inference-id': 'my id' }
  t.match((await app.inject({ url: '/%zz', headers })).json(), { requestId: 'my id' })
})

t.test('a client that resets its connection in the middle of a request is answered nothing', async (t) => {
  const { app, metrics } = arrange(t)
  await listen(app)
  const ended = new Promise((resolve) => app.server.once('clientError', resolve))
  // To close without having read what came is to reset.
  const socket = connect((app.server.address() as AddressInfo).port, '127.0.0.1').pause()
  app.server.once('request', (_request, response) => response.once('finish', () => socket.destroy()))
  socket.write('GET /ping HTTP/1.1\r\nHost: x\r\n\r\nGET /pi')
  t.match(await ended, { code: 'ECONNRESET' })
  t.notMatch(await metrics.text(), /serving_errors_total\{/)
})

/** Opens a connection and writes; `answer` resolves with all that came when it is closed or `pattern` has come. */
const open = async (t: Test, app: FastifyInstance, bytes: string | Buffer) => {
  if (!app.server.listening) await app.listen({ host: '127.0.0.1', port: 0 })
  const socket = connect((app.server.address() as AddressInfo).port, '127.0.0.1')
  t.teardown(() => socket.destroy())
  let received = ''
  socket.setEncoding('latin1').on('data', (text) => {
    received += text
  })
  socket.write(bytes)
  const answer = async (pattern: RegExp): Promise<string> => {
    while (!pattern.test(received)) await once(socket, 'data')
    return received
  }
  return { socket, answer }
}

const announce = (length: number): string =>
  `POST /invocations HTTP/1.1\r\nHost: x\r\nContent-Length: ${length}\r\n\r\n`

const CHUNKED = 'POST /invocations HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n'

const REFUSED = /^HTTP\/1\.1 503 [\s\S]*retry-after: \d+\r\n[\s\S]*"ERR_OVERLOADED".*}$/i

t.test(
  'A body that is still arriving counts as it was announced, until it has come or been given up',
  async (t) => {
    const { app } = arrange(t, { maxQueueBytes: 1500 })
    const first = await open(t, app, `${announce(1000)}x`)
    await once(app.server, 'request')
    const second = await open(t, app, announce(1000))
    t.match(await second.answer(/}/), REFUSED)
    // The refused one goes on to send, and the connection lives on.
    second.socket.write('x'.repeat(1000))
    first.socket.write('x'.repeat(999))
    t.match(await first.answer(/}/), /^HTTP\/1\.1 200 /)
    const third = await open(t, app, `${announce(1000)}x`)
    await once(app.server, 'request')
    third.socket.destroy()
    const fourth = () => open(t, app, `${announce(1000)}${'x'.repeat(1000)}`)
    let text = ''
    // Until the server has seen that the third has gone.
    do text = await (await fourth()).answer(/}/)
    while (REFUSED.test(text))
    t.match(text, /^HTTP\/1\.1 200 /)
    second.socket.write('GET /ping HTTP/1.1\r\nHost: x\r\n\r\n')
    t.match(await second.answer(/}HTTP\/1\.1 /), /}HTTP\/1\.1 200 /)
  },
)

t.test('A chunked body counts as it comes, and is refused where there is no room for more', async (t) => {
  const options = { maxBodyBytes: 200_000, maxQueueBytes: 150_000 }
  const { app, works } = arrange(t, options)
  const first = await open(t, app, announce(50_000))
  await once(app.server, 'request')
  const piece = `c350\r\n${'x'.repeat(50_000)}\r\n`
  const second = await open(t, app, `${CHUNKED}${piece}${piece}0\r\n\r\n`)
  t.match(await second.answer(/}/), REFUSED)
  first.socket.write('x'.repeat(50_000))
  t.match(await first.answer(/}/), /^HTTP\/1\.1 200 /)
  second.socket.write(`${CHUNKED}${piece}${piece}0\r\n\r\n`)
  t.match(await second.answer(/}HTTP[\s\S]*}/), /}HTTP\/1\.1 200 /)
  t.strictSame(
    works.map(({ body }) => body.byteLength),
    [50_000, 100_000],
  )
})

t.test('A chunked body over the limit is 413, and the connection lives on', async (t) => {
  const { app } = arrange(t)
  const body = `7d0\r\n${'x'.repeat(2000)}\r\n0\r\n\r\n`
  const { answer } = await open(t, app, `${CHUNKED}${body}${CHUNKED}1\r\nx\r\n0\r\n\r\n`)
  const text = await answer(/}HTTP[\s\S]*}/)
  t.match(text, /^HTTP\/1\.1 413 [\s\S]*ERR_BODY_TOO_LARGE[\s\S]*}HTTP\/1\.1 200 /)
})

t.test('Bodies for other routes are not kept', async (t) => {
  const { app } = arrange(t, { maxQueueBytes: 1024 })
  for (const url of ['/ping', '/nowhere'])
    t.not((await app.inject({ method: 'POST', url, payload: 'x'.repeat(5000) })).statusCode, 413)
})

t.test('A large reply counts until its client has read it; another that does not fit is 503', async (t) => {
  const body = Array.from({ length: 20 }, () => Buffer.alloc(2 ** 20, 'a'))
  const size = 20 * 2 ** 20
  const { app } = arrange(t, {
    reply: { ok: true, body, contentType: 'x/y' },
    maxQueueBytes: 1.5 * size,
  })
  const slow = await open(t, app, `${announce(1)}x`)
  await slow.answer(/\r\n\r\n/)
  slow.socket.pause()
  const second = await open(t, app, `${announce(1)}x`)
  t.match(await second.answer(/}/), REFUSED)
  slow.socket.resume()
  while (slow.socket.bytesRead < size) await once(slow.socket, 'data')
  t.match(await slow.answer(/a/), /content-length: 20971520\r\n/i)
  second.socket.write(`${announce(1)}x`)
  t.match(await second.answer(/}HTTP/), /}HTTP\/1\.1 200 /, 'there is room again')
})

t.test('A reply that nobody reads is given up after the time that a request may take', async (t) => {
  const body = Array.from({ length: 20 }, () => Buffer.alloc(2 ** 20, 'a'))
  const { app } = arrange(t, { reply: { ok: true, body, contentType: 'x/y' } })
  const slow = await open(t, app, `${announce(1)}x`)
  slow.socket.pause()
  const [, response] = await once(app.server, 'request')
  await once(response, 'close')
  t.equal(response.writableFinished, false)
})

t.test('what is asked before rubbish is answered before the rubbish is', async (t) => {
  let settle = () => {}
  const settles = new Promise<void>((resolve) => {
    settle = resolve
  })
  const { app } = arrange(t, { settles })
  const send = await listen(app)
  const failed = once(app.server, 'clientError')
  const answer = send(`${announce(1)}x${announce(1)}xno HTTP\r\n\r\n`)
  await failed
  settle()
  const parts = (await answer).split(/(?=HTTP\/1\.1 )/)
  t.equal(parts.length, 3)
  for (const part of parts.slice(0, 2)) t.match(part, /^HTTP\/1\.1 200 /)
  badRequest(t, parts[2] as string)
})

t.test('a body that breaks off in rubbish is answered at once', async (t) => {
  const { app } = arrange(t)
  const send = await listen(app)
  badRequest(t, await send(`${CHUNKED}1\r\nx\r\nno length\r\n`))
})

t.test('what Node would answer by itself is answered as other errors are, and counted', async (t) => {
  const { app, metrics, works } = arrange(t)
  const send = await listen(app)
  const ask = (line: string, headers: string) => send(`${line}\r\n${headers}\r\n`)
  t.match(badRequest(t, await ask('GET /ping HTTP/1.1', '')), /Host/)
  t.match(badRequest(t, await ask('GET /ping HTTP/1.1', 'Host: x\r\nHost: y\r\n')), /Host/)
  t.match(badRequest(t, await ask('GET /ping HTTP/1.1', 'Host: x\r\nExpect: y\r\n')), /Expect/)
  t.match(badRequest(t, await ask('CONNECT a:80 HTTP/1.1', 'Host: x\r\n')), /CONNECT/)
  const coding = 'Host: x\r\nTransfer-Encoding: gzip, chunked\r\n'
  t.match(badRequest(t, await ask('POST /invocations HTTP/1.1', coding)), /Transfer-Encoding/)
  t.match(await ask('GET /ping HTTP/1.0', 'Expect: y\r\n'), /^HTTP\/1\.1 200 /)
  t.equal(works.length, 0)
  t.match(await metrics.text(), /serving_errors_total\{code="ERR_BAD_REQUEST"\} 5/)
})

t.test('an upgrade is not asked for twice: the request is answered as it is', async (t) => {
  const { app } = arrange(t)
  const headers = 'Host: x\r\nConnection: Upgrade\r\nUpgrade: h2c\r\n'
  const { answer } = await open(t, app, `GET /ping HTTP/1.1\r\n${headers}\r\n`)
  t.match(await answer(/\r\n\r\n/), /^HTTP\/1\.1 200 /)
})

t.test('a body is invited only where it is read', async (t) => {
  const expecting = (length: number) => announce(length).replace('Host', 'Expect: 100-continue\r\nHost')
  const { app } = arrange(t)
  const good = await open(t, app, expecting(1))
  t.equal(await good.answer(/\r\n\r\n/), 'HTTP/1.1 100 Continue\r\n\r\n')
  good.socket.write('x')
  t.match(await good.answer(/}/), /HTTP\/1\.1 200 [\s\S]*keep-alive/)
  const large = await open(t, app, expecting(2000))
  t.match(await large.answer(/}/), /^HTTP\/1\.1 413 [\s\S]*connection: close/)
})

t.test('custom attributes are not echoed', async (t) => {
  const response = await arrange(t).post('x', {
    'content-type': 'x/y',
    'x-amzn-sagemaker-custom-attributes': 'a=b',
  })
  t.notOk('x-amzn-sagemaker-custom-attributes' in response.headers)
})

t.test('/metrics is text for Prometheus', async (t) => {
  const { app, post } = arrange(t)
  await post('x')
  const response = await app.inject('/metrics')
  t.match(response.headers['content-type'], /^text\/plain/)
  t.match(response.payload, /serving_requests_total\{route="\/invocations",status="200"\} 1/)
})

t.test('execution parameters stay within what CreateTransformJob takes', async (t) => {
  for (const workers of [0, 1, 2, 16, 256]) {
    for (const megabytes of [0.5, 1, 6, 25, 1024]) {
      const { MaxConcurrentTransforms, MaxPayloadInMB } = executionParameters(
        workers,
        megabytes * 2 ** 20,
        'dynamic',
      )
      t.ok(MaxConcurrentTransforms >= 1 && MaxPayloadInMB >= 1)
      t.ok(MaxConcurrentTransforms * MaxPayloadInMB <= 100)
      t.ok(MaxPayloadInMB <= Math.max(1, megabytes))
    }
  }
  t.match(executionParameters(4, 25 * 2 ** 20, 'dynamic'), {
    MaxConcurrentTransforms: 8,
    BatchStrategy: 'MULTI_RECORD',
    MaxPayloadInMB: 6,
  })
})

t.test('batch transform joins records only for a model that tells rows apart', async (t) => {
  const strategy = (rows: RowMode | undefined) => executionParameters(1, 2 ** 20, rows).BatchStrategy
  t.equal(strategy('none'), 'SINGLE_RECORD')
  t.equal(strategy('single'), 'MULTI_RECORD', 'several rows become several runs')
  t.equal(strategy('dynamic'), 'MULTI_RECORD')
  t.equal(strategy(undefined), 'MULTI_RECORD')
})
