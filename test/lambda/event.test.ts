import t from 'tap'
import { refusalOf, requestOf } from '../../src/lambda/event.ts'

const asked = (event: unknown) => requestOf(Buffer.from(JSON.stringify(event)))

/** As a function URL sends it. */
const url = (more: object = {}) => ({
  version: '2.0',
  rawPath: '/invocations',
  rawQueryString: '',
  headers: { 'content-type': 'application/json', host: 'x.lambda-url.us-east-1.on.aws' },
  requestContext: { stage: '$default', http: { method: 'POST', path: '/invocations' } },
  body: '[[1]]',
  isBase64Encoded: false,
  ...more,
})

t.test('an event in the format 2.0 is a request, base64 or not', async (t) => {
  const { kind, request } = asked(url())
  t.equal(kind, 'http')
  t.match(request, {
    method: 'POST',
    path: '/invocations',
    headers: { 'content-type': 'application/json', host: 'x.lambda-url.us-east-1.on.aws' },
    body: Buffer.from('[[1]]'),
  })
  const bytes = Buffer.from([0, 1, 255])
  t.same(asked(url({ body: bytes.toString('base64'), isBase64Encoded: true })).request.body, bytes)
  t.equal(asked(url({ body: undefined })).request.body.length, 0)
})

t.test('headers of the connection that has ended are left out, and cookies put back', async (t) => {
  const { headers } = asked(
    url({
      headers: {
        'Content-Type': 'text/csv',
        Expect: '100-continue',
        'transfer-encoding': 'chunked',
        'content-length': '3',
        Connection: 'close',
      },
      cookies: ['a=1', 'b=2'],
    }),
  ).request
  t.strictSame(headers, { 'content-type': 'text/csv', cookie: 'a=1; b=2' })
})

t.test('the root is where a model is asked, and a stage is no part of a path', async (t) => {
  const path = (rawPath: string, stage = '$default') =>
    asked(url({ rawPath, requestContext: { stage, http: { method: 'POST' } } })).request.path
  t.equal(path('/'), '/invocations')
  t.equal(path('/ping'), '/ping')
  t.equal(path('/prod', 'prod'), '/invocations')
  t.equal(path('/prod/', 'prod'), '/invocations')
  t.equal(path('/prod/ping', 'prod'), '/ping')
  t.equal(path('/production/ping', 'prod'), '/production/ping')
  t.equal(path('/a b?c', '$default'), '/a%20b%3Fc', 'what was decoded is no query')
})

t.test('the format 1.0 of REST APIs and load balancers is a request too', async (t) => {
  const { kind, request } = asked({
    httpMethod: 'GET',
    path: '/ping',
    headers: null,
    body: null,
    isBase64Encoded: false,
    requestContext: { stage: 'prod' },
  })
  t.equal(kind, 'http')
  t.match(request, { method: 'GET', path: '/ping', body: Buffer.alloc(0) })
})

t.test('any other JSON is a body by itself', async (t) => {
  for (const event of [{ instances: [[1]] }, [[1]], 'text', 7, null, true]) {
    const { kind, request } = asked(event)
    t.equal(kind, 'direct')
    t.match(request, {
      method: 'POST',
      path: '/invocations',
      headers: { 'content-type': 'application/json', accept: 'application/json' },
      body: Buffer.from(JSON.stringify(event)),
    })
  }
})

t.test('what HTTP cannot carry is told', async (t) => {
  const refusal = (event: object) => refusalOf(asked(event).request)
  t.equal(refusal(url()), undefined)
  t.equal(refusal(url({ headers: { 'x-a': 'é' } })), undefined)
  for (const [name, value] of [
    ['x-a', 'a\r\nb: c'],
    ['x-a', '\u2603'],
    ['x a', '1'],
    ['', '1'],
  ] as const)
    t.match(refusal(url({ headers: { [name]: value } })), `the header ${JSON.stringify(name)} of the event`)
  t.match(refusal(url({ cookies: ['\n'] })), 'the header "cookie"')
  for (const method of ['', 'PO ST', 7])
    t.match(refusal(url({ requestContext: { http: { method } } })), /^the method/)
})
