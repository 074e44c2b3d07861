import t from 'tap'
import { AwsError } from '../../src/aws-error.ts'
import { eventOf, handle, responseOf } from '../../src/lambda/http.ts'
import type { HttpRequest, InvocationResult } from '../../src/lambda/types.ts'

const CONTEXT = { account: '123456789012', urlId: 'abc123', domain: 'abc123.lambda-url.us-east-1.on.aws' }

const request = (more: Partial<HttpRequest> = {}): HttpRequest => ({
  method: 'POST',
  path: '/invocations',
  headers: { 'Content-Type': 'application/json', 'User-Agent': 'curl/8' },
  body: Buffer.from('[[1]]'),
  ...more,
})

const result = (payload: unknown, more: Partial<InvocationResult> = {}): InvocationResult => ({
  requestId: 'id',
  payload: Buffer.from(typeof payload === 'string' ? payload : JSON.stringify(payload)),
  log: '',
  durationMs: 1,
  billedDurationMs: 1,
  ...more,
})

t.test('a request is an event in the format 2.0', async (t) => {
  const event = eventOf(
    request({
      path: '/a%20b/c?x=1&x=2&y=%20z',
      headers: {
        'Content-Type': 'application/json; charset=utf-8',
        Cookie: 'a=1; b=2',
        'User-Agent': 'curl/8',
      },
    }),
    CONTEXT,
  )
  t.match(event, {
    version: '2.0',
    routeKey: '$default',
    rawPath: '/a b/c',
    rawQueryString: 'x=1&x=2&y=%20z',
    queryStringParameters: { x: '1,2', y: ' z' },
    cookies: ['a=1', 'b=2'],
    headers: { 'content-type': 'application/json; charset=utf-8', host: CONTEXT.domain },
    body: '[[1]]',
    isBase64Encoded: false,
    requestContext: {
      apiId: 'abc123',
      domainName: CONTEXT.domain,
      http: { method: 'POST', path: '/a b/c', userAgent: 'curl/8' },
      time: /^\d\d\/\w{3}\/\d{4}:\d\d:\d\d:\d\d \+0000$/,
    },
  })
  t.notOk('cookie' in (event as { headers: object }).headers)
})

t.test('a body is text only where its type says so and its bytes are', async (t) => {
  const encoded = (type: string | undefined, body = Buffer.from('[1]'), more = {}) =>
    (
      eventOf(request({ headers: { ...(type && { 'content-type': type }), ...more }, body }), CONTEXT) as {
        isBase64Encoded: boolean
      }
    ).isBase64Encoded
  for (const type of ['text/csv', 'application/json', 'application/problem+json', 'application/xml'])
    t.equal(encoded(type), false, type)
  for (const type of ['image/png', 'multipart/form-data; boundary=x', 'application/x-npy', undefined])
    t.equal(encoded(type), true, String(type))
  t.equal(encoded('application/json', Buffer.from([0xff])), true, 'no UTF-8')
  t.equal(encoded('application/json', Buffer.from('[1]'), { 'content-encoding': 'gzip' }), true)
  t.equal(encoded('image/png', Buffer.alloc(0)), false, 'no body')
})

t.test("a function's answer is a response", async (t) => {
  const proxied = responseOf(
    result({
      statusCode: 201,
      headers: { 'Content-Type': 'application/x-npy' },
      cookies: ['a=1; Secure', 'b=2'],
      body: Buffer.from([0, 255]).toString('base64'),
      isBase64Encoded: true,
    }),
  )
  t.strictSame(proxied, {
    status: 201,
    headers: { 'content-type': 'application/x-npy', 'set-cookie': ['a=1; Secure', 'b=2'] },
    body: Buffer.from([0, 255]),
  })
  t.match(responseOf(result({ predictions: [1] })), { status: 200, body: Buffer.from('{"predictions":[1]}') })
  t.match(responseOf(result('"hello"')), { status: 200, body: Buffer.from('hello') })
  for (const wrong of [
    result('{', {}),
    result({ statusCode: 'x' }),
    result({}, { functionError: 'Unhandled' }),
  ])
    t.match(responseOf(wrong), { status: 502, body: Buffer.from('Internal Server Error') })
})

t.test('what Lambda itself refuses has its status', async (t) => {
  const answer = await handle(
    request(),
    () => Promise.reject(new AwsError('TooManyRequestsException', 'Rate Exceeded.', { status: 429 })),
    CONTEXT,
  )
  t.match(answer, { status: 429, body: Buffer.from('{"Message":"Rate Exceeded."}') })
})
