import { once } from 'node:events'
import { type ClientRequest, request as httpRequest } from 'node:http'
import type { AddressInfo } from 'node:net'
import { DescribeEndpointCommand } from '@aws-sdk/client-sagemaker'
import {
  InvokeEndpointCommand,
  type InvokeEndpointCommandInput,
  type InvokeEndpointCommandOutput,
  ModelError,
} from '@aws-sdk/client-sagemaker-runtime'
import t, { type Test } from 'tap'
import { ask, readable } from '../../../packages/sagemaker-rehearsal/test/plain-http.ts'
import { assignVariant, hash } from '../../../scripts/traffic/assign-variant.ts'
import { createExposureStore } from '../../../scripts/traffic/exposure-store.ts'
import { createProxy, type ProxyOptions } from '../../../scripts/traffic/proxy.ts'

const LIMIT = 32 * 1024 * 1024
const STICKY = { salt: 'exp-7', userFrom: 'x-user-id', force: { 'tester-1': 'dark' } }

const named = (name: string, message = ''): Error => Object.assign(new Error(message), { name })

type Fake = {
  weights?: Record<string, number>
  invoke?: (input: InvokeEndpointCommandInput, signal?: AbortSignal) => Promise<unknown>
}

/** A proxy before an endpoint that answers with the body it got, from the variant that it was asked for. */
const start = async (
  t: Test,
  fake: Fake = {},
  sticky: ProxyOptions['sticky'] = STICKY,
  store?: ProxyOptions['store'],
) => {
  const endpoint = { weights: { primary: 90, challenger: 10, dark: 0 } as Record<string, number>, ...fake }
  const invoked: InvokeEndpointCommandInput[] = []
  const lines: Record<string, unknown>[] = []
  let described = 0
  const echo = async (input: InvokeEndpointCommandInput) => ({
    Body: input.Body,
    ContentType: input.ContentType,
    InvokedProductionVariant: input.TargetVariant ?? 'primary',
    CustomAttributes: input.CustomAttributes,
  })
  const send = async (command: unknown, options?: { abortSignal?: AbortSignal }) => {
    if (command instanceof DescribeEndpointCommand) {
      described++
      return {
        ProductionVariants: Object.entries(endpoint.weights).map(([VariantName, CurrentWeight]) => ({
          VariantName,
          CurrentWeight,
        })),
      }
    }
    const { input } = command as InvokeEndpointCommand
    invoked.push(input)
    return (await (endpoint.invoke ?? echo)(input, options?.abortSignal)) as InvokeEndpointCommandOutput
  }
  const client = { send } as unknown as ProxyOptions['clients']['runtime'] &
    ProxyOptions['clients']['sagemaker']
  const server = createProxy({
    endpoint: 'flowers',
    sticky,
    clients: { sagemaker: client, runtime: client },
    log: (entry) => lines.push(entry),
    store,
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.teardown(() => {
    server.closeAllConnections()
    server.close()
  })
  const { port } = server.address() as AddressInfo
  const url = `http://127.0.0.1:${port}`
  const post = (
    body: string | Uint8Array,
    headers: Record<string, string> = {},
    signal: AbortSignal | null = null,
  ) => fetch(`${url}/invocations`, { method: 'POST', body: body as string, headers, signal })
  /** Node's own client, which shows more of the connection. */
  const open = (headers: Record<string, string | number>): ClientRequest =>
    httpRequest(`${url}/invocations`, { method: 'POST', headers })
  /** Without a socket, through which large bodies take long. */
  const plain = (headers: Record<string, string>, chunks: readonly Uint8Array[]) =>
    ask((request, response) => server.emit('request', request, response), {
      method: 'POST',
      url: '/invocations',
      headers,
      body: readable(chunks),
    })
  const stats = async () => (await fetch(`${url}/stats`)).json() as Promise<Record<string, never>>
  return { server, endpoint, invoked, lines, url, post, open, plain, stats, described: () => described }
}

t.test('bytes, types and attributes pass in both directions', async (t) => {
  const { post, invoked } = await start(t)
  const bytes = Uint8Array.from({ length: 70_000 }, (_, index) => index % 256)
  const answer = await post(bytes, {
    'content-type': 'image/jpeg',
    accept: 'application/json',
    'x-amzn-sagemaker-custom-attributes': 'trace=1',
    'x-amzn-sagemaker-inference-id': 'mine',
  })
  t.equal(answer.status, 200)
  t.same(new Uint8Array(await answer.arrayBuffer()), bytes)
  t.match(Object.fromEntries(answer.headers), {
    'content-type': 'image/jpeg',
    'x-amzn-invoked-production-variant': 'primary',
    'x-amzn-sagemaker-custom-attributes': 'trace=1',
    'x-amzn-sagemaker-inference-id': 'mine',
  })
  t.match(invoked, [
    {
      EndpointName: 'flowers',
      ContentType: 'image/jpeg',
      Accept: 'application/json',
      CustomAttributes: 'trace=1',
      InferenceId: 'mine',
    },
  ])
})

t.test('each user is kept on the variant that assignVariant names', async (t) => {
  const { post, invoked, described, stats } = await start(t)
  const users = Array.from({ length: 60 }, (_, index) => `user-${index}`)
  for (const user of [...users, ...users]) await post('{}', { 'x-user-id': user })
  const expected = users.map((user) => assignVariant(user, { primary: 90, challenger: 10 }, 'exp-7'))
  t.strictSame(
    invoked.map(({ TargetVariant }) => TargetVariant),
    [...expected, ...expected],
  )
  t.ok(new Set(expected).size === 2, 'both are among them')
  t.equal(described(), 1, 'the weights are read once')
  const challenged = expected.filter((variant) => variant === 'challenger').length
  t.match(await stats(), {
    endpoint: 'flowers',
    weights: { primary: 90, challenger: 10, dark: 0 },
    requests: { total: 120, withoutUser: 0, forced: 0, fellBack: 0, failed: 0 },
    users: { primary: 60 - challenged, challenger: challenged },
    switches: 0,
    sampleRatio: { degreesOfFreedom: 1, mismatch: false },
  })
})

t.test('a user id outside ASCII is the one that callers hash', async (t) => {
  const { url, invoked } = await start(t, { weights: { a: 1, b: 1, c: 1 } })
  const user = 'Zoë 🦊'
  await fetch(`${url}/invocations`, {
    method: 'POST',
    headers: { 'x-user-id': Buffer.from(user).toString('latin1') },
  })
  t.equal(invoked[0]?.TargetVariant, assignVariant(user, { a: 1, b: 1, c: 1 }, 'exp-7'))
})

t.test('without a user id SageMaker chooses', async (t) => {
  const { post, invoked, stats, described } = await start(t)
  for (const headers of [{}, { 'x-user-id': '' }] as Record<string, string>[]) await post('{}', headers)
  t.strictSame(
    invoked.map(({ TargetVariant }) => TargetVariant),
    [undefined, undefined],
  )
  t.equal(described(), 0)
  t.match(await stats(), { requests: { total: 2, withoutUser: 2 }, users: {}, sampleRatio: null })
})

t.test('testers are forced, and not counted among users', async (t) => {
  const { post, invoked, stats } = await start(t)
  const answer = await post('{}', { 'x-user-id': 'tester-1' })
  t.equal(invoked[0]?.TargetVariant, 'dark')
  t.equal(answer.headers.get('x-amzn-invoked-production-variant'), 'dark')
  await post('{}', { 'x-user-id': 'constructor' })
  t.not(invoked[1]?.TargetVariant, Object.prototype.constructor, 'a name of JavaScript forces nothing')
  t.match(await stats(), { requests: { forced: 1 }, users: { primary: 1 } })
})

t.test('the log says who saw what, and not who they are', async (t) => {
  const { post, lines } = await start(t)
  await post('{}', { 'x-user-id': 'user-3', 'x-amzn-sagemaker-inference-id': 'i1' })
  t.match(lines, [
    {
      event: 'invocation',
      inferenceId: 'i1',
      user: hash('exp-7', 'user-3').slice(0, 16),
      assigned: 'challenger',
      variant: 'challenger',
      forced: false,
      fellBack: false,
      switched: false,
      status: 200,
      durationMs: Number,
    },
  ])
  t.notMatch(JSON.stringify(lines), 'user-3')
})

t.test('if the variant is gone it asks without one, and reads the weights again', async (t) => {
  const { post, endpoint, invoked, described, lines, stats } = await start(t, {
    invoke: async ({ TargetVariant, Body }) => {
      if (TargetVariant === 'challenger') throw named('ValidationError', 'no variant challenger')
      return { Body, InvokedProductionVariant: 'primary' }
    },
  })
  const answer = await post('again', { 'x-user-id': 'user-3' })
  t.equal(answer.status, 200)
  t.equal(await answer.text(), 'again')
  t.strictSame(
    invoked.map(({ TargetVariant }) => TargetVariant),
    ['challenger', undefined],
  )
  t.match(lines, [{ assigned: 'challenger', variant: 'primary', fellBack: true }])
  endpoint.weights = { primary: 90 }
  while (invoked.at(-1)?.TargetVariant !== 'primary') await post('{}', { 'x-user-id': 'user-3' })
  t.equal(described(), 2)
  t.match(await stats(), { weights: { primary: 90 }, users: { primary: 1 }, switches: 0 })
})

t.test('an error that blames the request is told after one more try', async (t) => {
  const { post, invoked } = await start(t, {
    invoke: async () => {
      throw named('ValidationError', 'ContentType is odd')
    },
  })
  for (let index = 0; index < 5; index++) {
    const answer = await post('{}', { 'x-user-id': 'u' })
    t.equal(answer.status, 400)
    t.same(await answer.json(), { code: 'ValidationError', message: 'ContentType is odd' })
  }
  t.equal(invoked.length, 10)
  await post('{}')
  t.equal(invoked.length, 11, 'without a variant there is nothing to try again')
})

t.test('one user on two variants is counted', async (t) => {
  let variant = 'primary'
  const { post, lines, stats } = await start(t, {
    invoke: async () => ({ Body: new Uint8Array(), InvokedProductionVariant: variant }),
  })
  await post('{}', { 'x-user-id': 'u' })
  variant = 'challenger'
  await post('{}', { 'x-user-id': 'u' })
  await post('{}', { 'x-user-id': 'u' })
  t.match(await stats(), { switches: 1, users: { primary: 1 } })
  t.strictSame(
    lines.map(({ switched }) => switched),
    [false, true, false],
  )
})

t.test('errors keep the status that says whose they are', async (t) => {
  const modelError = (status: number | undefined, message: string | undefined) =>
    new ModelError({
      $metadata: {},
      message: 'Received client error from the model',
      ...(status !== undefined && { OriginalStatusCode: status }),
      ...(message !== undefined && { OriginalMessage: message }),
    })
  const json = { 'content-type': 'application/json' }
  const LOGGED = "the endpoint could not be asked; the proxy's log says why"
  const UNSAID = new RegExp(LOGGED)
  const cases: [Error, { status: number; headers?: Record<string, string>; body: string | RegExp }][] = [
    [modelError(415, '{"code":"x"}'), { status: 415, headers: json, body: '{"code":"x"}' }],
    [
      modelError(503, 'busy'),
      {
        status: 503,
        headers: { 'content-type': 'text/plain; charset=utf-8', 'retry-after': '1' },
        body: 'busy',
      },
    ],
    [
      modelError(undefined, undefined),
      { status: 502, body: 'the model failed, and SageMaker does not say how' },
    ],
    [modelError(200, 'odd'), { status: 502, body: 'odd' }],
    [
      named('ThrottlingException', 'Rate exceeded'),
      { status: 429, headers: { 'retry-after': '1' }, body: /Rate/ },
    ],
    [named('ModelNotReadyException'), { status: 503, body: /ModelNotReady/ }],
    [named('ServiceUnavailable'), { status: 503, body: /ServiceUnavailable/ }],
    [named('InternalDependencyException'), { status: 502, body: /InternalDependencyException/ }],
    [named('ExpiredTokenException', 'expired'), { status: 502, headers: json, body: UNSAID }],
    [named('TimeoutError'), { status: 504, body: /Timeout/ }],
    [named('Error', 'connect ECONNREFUSED'), { status: 502, body: UNSAID }],
    [
      named('AccessDeniedException', 'User: arn:aws:sts::123456789012:assumed-role/x is not authorized'),
      { status: 502, body: JSON.stringify({ code: 'AccessDeniedException', message: LOGGED }) },
    ],
  ]
  let next = new Error()
  const { post, lines, stats } = await start(t, {
    invoke: async () => {
      throw next
    },
  })
  for (const [error, expected] of cases) {
    next = error
    const answer = await post('{}', { 'x-user-id': 'u' })
    t.match(
      { status: answer.status, headers: Object.fromEntries(answer.headers), body: await answer.text() },
      expected,
    )
    t.match(lines.at(-1), { status: expected.status, error: error.name, message: error.message })
  }
  t.match(await stats(), { requests: { failed: cases.length }, users: {} })
})

t.test(
  'a body of 32 MiB passes, and one byte more is refused, whatever its length is said to be',
  async (t) => {
    const { post, open, plain, invoked } = await start(t)
    t.equal((await post(new Uint8Array(LIMIT))).status, 200)
    t.equal((await plain({ 'content-length': `${LIMIT + 1}` }, [Buffer.alloc(LIMIT + 1)])).statusCode, 413)
    const halves = [Buffer.alloc(LIMIT / 2), Buffer.alloc(LIMIT / 2)]
    t.equal((await plain({ 'transfer-encoding': 'chunked' }, halves)).statusCode, 200)
    const request = open({ 'transfer-encoding': 'chunked' })
    const answered = once(request, 'response')
    request.end(Buffer.alloc(LIMIT + 1))
    const [response] = await answered
    t.equal(response.statusCode, 413)
    // It may still be sending when the test ends the connection.
    request.on('error', () => {})
    response.resume()
    t.equal(invoked.length, 2)
    // The answer does not wait for the body.
    const announced = open({ 'content-length': LIMIT + 1 })
    announced.flushHeaders()
    const [early] = await once(announced, 'response')
    t.equal(early.statusCode, 413)
    announced.on('error', () => {})
    announced.destroy()
  },
)

t.test('what AWS says of a large body is passed on, in its words', async (t) => {
  const { post } = await start(t, {
    invoke: async () => {
      throw Object.assign(named('RequestEntityTooLargeException', 'larger than 26214400'), {
        $metadata: { httpStatusCode: 413 },
      })
    },
  })
  const answer = await post(new Uint8Array(7_000_000), { 'x-user-id': 'u' })
  t.equal(answer.status, 413)
  t.same(await answer.json(), { code: 'RequestEntityTooLargeException', message: 'larger than 26214400' })
})

t.test('more bodies at once than there is room for are refused, and there is room again', async (t) => {
  const finish: (() => void)[] = []
  const { plain, post, url } = await start(t, {
    invoke: () => new Promise((resolve) => finish.push(() => resolve({ Body: new Uint8Array() }))),
  })
  const body = Buffer.alloc(LIMIT)
  const sent = Array.from({ length: 8 }, () => plain({ 'content-length': `${LIMIT}` }, [body]))
  while (finish.length < 8) await new Promise((resolve) => setImmediate(resolve))
  const refused = await post('x'.repeat(10))
  t.equal(refused.status, 503)
  t.equal(refused.headers.get('retry-after'), '1')
  t.match(await refused.json(), { code: 'Overloaded' })
  t.equal((await fetch(`${url}/ping`)).status, 200)
  for (const each of finish) each()
  for (const { statusCode } of await Promise.all(sent)) t.equal(statusCode, 200)
  const after = post('x')
  while (finish.length < 9) await new Promise((resolve) => setImmediate(resolve))
  finish[8]?.()
  t.equal((await after).status, 200)
})

t.test('a user is kept by a cookie, which who has none gets with the answer', async (t) => {
  const sticky = { ...STICKY, userFrom: { cookie: 'uid', maxAge: 3600 } }
  const { post, lines, invoked } = await start(t, {}, sticky)
  const first = await post('{}')
  const cookie = first.headers.get('set-cookie') ?? ''
  t.match(cookie, /^uid=[0-9a-f-]{36}; Max-Age=3600; Path=\/; HttpOnly; Secure; SameSite=Lax$/)
  const own = cookie.split(';')[0] ?? ''
  const second = await post('{}', { cookie: `a=b; ${own}` })
  t.equal(second.headers.get('set-cookie'), null)
  t.equal(lines[0]?.user, lines[1]?.user)
  t.equal(
    invoked[0]?.TargetVariant,
    assignVariant(own.slice('uid='.length), { primary: 90, challenger: 10 }, 'exp-7'),
  )
  t.equal(invoked[1]?.TargetVariant, invoked[0]?.TargetVariant)
  const plain = await start(t, {}, { ...STICKY, userFrom: { cookie: 'uid' } })
  t.equal((await plain.post('{}')).headers.get('set-cookie'), null, 'and not where it is not asked for')
  t.equal(plain.invoked[0]?.TargetVariant, undefined)
})

t.test('a failure of the model sets the cookie too, or each attempt would be another user', async (t) => {
  const sticky = { ...STICKY, userFrom: { cookie: 'uid', maxAge: 3600 } }
  const { post } = await start(t, { invoke: async () => Promise.reject(named('ServiceUnavailable')) }, sticky)
  t.match((await post('{}')).headers.get('set-cookie'), /^uid=/)
})

t.test('each invocation is stored with its weights, and a store that fails fails no request', async (t) => {
  const failing = createExposureStore({
    s3: { send: async () => Promise.reject(new Error('S3 is down')) } as never,
    location: 's3://bucket',
    batchBytes: 1,
    onError: () => {},
  })
  const { post, stats, lines } = await start(t, {}, STICKY, failing)
  for (let index = 0; index < 3; index++)
    t.equal((await post('{}', { 'x-user-id': `u${index}` })).status, 200)
  t.match(await stats(), { stored: { waiting: 3, written: 0 } })
  t.ok(failing.stats().failures > 0)
  t.match(lines[0], { experiment: 'exp-7', weights: { primary: 90, challenger: 10, dark: 0 } })
  await post('{}')
  t.notOk('weights' in (lines[3] ?? {}), 'who has no part needs none')
})

t.test('headers that are too large, or no headers at all, end a connection and nothing else', async (t) => {
  const { url, post, server } = await start(t)
  const answer = await post('{}', { 'x-user-id': 'x'.repeat(20_000) })
  t.equal(answer.status, 431)
  t.equal(server.headersTimeout, 10_000)
  t.equal(server.requestTimeout, 60_000)
  t.equal(server.keepAliveTimeout, 75_000)
  t.equal((await fetch(`${url}/ping`)).status, 200)
})

t.test('if the weights cannot be read, SageMaker chooses', async (t) => {
  const client = {
    send: async (command: unknown) => {
      if (command instanceof InvokeEndpointCommand) {
        t.equal(command.input.TargetVariant, undefined)
        return { Body: new Uint8Array(), InvokedProductionVariant: 'primary' }
      }
      throw named('AccessDeniedException', 'no')
    },
  }
  const lines: unknown[] = []
  const server = createProxy({
    endpoint: 'flowers',
    sticky: STICKY,
    clients: { sagemaker: client, runtime: client } as never,
    log: (line) => lines.push(line),
  }).listen(0, '127.0.0.1')
  t.teardown(() => server.close())
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  const answer = await fetch(`http://127.0.0.1:${port}/invocations`, {
    method: 'POST',
    headers: { 'x-user-id': 'u', connection: 'close' },
  })
  t.equal(answer.status, 200)
  t.match(lines, [
    { event: 'weights-unknown', error: 'AccessDeniedException' },
    { assigned: null, variant: 'primary' },
  ])
})

t.test('closing finishes what was begun, and keeps no connection', async (t) => {
  let finish = () => {}
  const { server, open } = await start(t, {
    invoke: () =>
      new Promise((resolve) => {
        finish = () => resolve({ Body: Buffer.from('done'), InvokedProductionVariant: 'primary' })
      }),
  })
  const request = open({ 'content-length': 2, connection: 'keep-alive' })
  const responded = once(request, 'response')
  const invoking = once(server, 'request')
  request.end('{}')
  await invoking
  await new Promise((resolve) => setImmediate(resolve))
  const closed = once(server, 'close')
  server.close()
  finish()
  const [response] = await responded
  t.equal(response.statusCode, 200)
  t.equal(response.headers.connection, 'close')
  t.equal(Buffer.concat(await response.toArray()).toString(), 'done')
  await closed
})

t.test('a caller that leaves ends the invocation', async (t) => {
  let begun = () => {}
  const beginning = new Promise<void>((resolve) => {
    begun = resolve
  })
  let aborted = false
  const { open, lines } = await start(t, {
    invoke: (_, signal) =>
      new Promise((_resolve, reject) => {
        signal?.addEventListener('abort', () => {
          aborted = true
          reject(named('AbortError'))
        })
        begun()
      }),
  })
  const request = open({})
  request.on('error', () => {})
  request.end('{}')
  await beginning
  request.destroy()
  while (lines.length === 0) await new Promise((resolve) => setImmediate(resolve))
  t.ok(aborted)
  t.match(lines, [{ status: null, error: 'CallerLeft' }])
})

t.test('an inference id that is none is refused, and its body is no longer counted', async (t) => {
  const { post, open, plain, invoked, lines } = await start(t)
  const euro = Buffer.from('€').toString('latin1')
  const refused = async (id: string) => {
    const request = open({ 'x-amzn-sagemaker-inference-id': id })
    request.end('{}')
    const [response] = await once(request, 'response', { signal: AbortSignal.timeout(10_000) })
    return [response.statusCode, JSON.parse(Buffer.concat(await response.toArray()).toString()).code]
  }
  for (const id of [euro, '', 'a b', 'x'.repeat(65)])
    t.strictSame(await refused(id), [400, 'InvalidInferenceId'])
  const headers = { 'x-amzn-sagemaker-inference-id': euro, 'content-length': `${LIMIT}` }
  const body = Buffer.alloc(LIMIT)
  for (let count = 0; count < 9; count++) {
    const { statusCode, chunks } = await plain(headers, [body])
    t.match([statusCode, Buffer.concat(chunks).toString()], [400, /"InvalidInferenceId"/])
  }
  t.equal(invoked.length + lines.length, 0)
  t.equal((await post('{}', { 'x-amzn-sagemaker-inference-id': 'x'.repeat(64) })).status, 200)
})

t.test('an answer that cannot be written ends the connection', async (t) => {
  const { post } = await start(t, { invoke: async () => ({ ContentType: '€' }) })
  await t.rejects(post('{}', {}, AbortSignal.timeout(5_000)), TypeError)
})

t.test('/ping answers; other paths and methods are named', async (t) => {
  const { url } = await start(t)
  t.equal((await fetch(`${url}/ping`)).status, 200)
  for (const [path, method] of [
    ['/', 'GET'],
    ['/invocations', 'GET'],
    ['/ping', 'POST'],
  ] as const) {
    const answer = await fetch(url + path, { method })
    t.equal(answer.status, 404)
    t.match(await answer.json(), { message: /POST \/invocations/ })
  }
})
