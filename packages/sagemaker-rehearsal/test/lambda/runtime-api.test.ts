import { once } from 'node:events'
import { connect } from 'node:net'
import t, { type Test } from 'tap'
import { createRuntimeApi } from '../../src/lambda/runtime-api.ts'

const EVENT = {
  requestId: 'id-1',
  payload: Buffer.from('{"a":1}'),
  deadlineMs: 1_700_000_000_000,
  functionArn: 'arn:aws:lambda:us-east-1:123456789012:function:cars',
  traceId: 'Root=1-x',
  clientContext: 'e30=',
}

const start = async (t: Test) => {
  const api = await createRuntimeApi()
  t.teardown(() => api.close())
  const call = (method: string, path: string, body?: string, headers = {}) =>
    fetch(`http://${api.address}/2018-06-01/runtime/${path}`, { method, headers, ...(body && { body }) })
  return { api, call }
}

t.test('an event has the headers that AWS documents', async (t) => {
  const { api, call } = await start(t)
  const asked = call('GET', 'invocation/next')
  await api.idle()
  const answer = api.deliver(EVENT)
  const next = await asked
  t.equal(next.status, 200)
  for (const [name, value] of Object.entries({
    'lambda-runtime-aws-request-id': 'id-1',
    'lambda-runtime-deadline-ms': '1700000000000',
    'lambda-runtime-invoked-function-arn': EVENT.functionArn,
    'lambda-runtime-trace-id': 'Root=1-x',
    'lambda-runtime-client-context': 'e30=',
    'content-type': 'application/json',
  }))
    t.equal(next.headers.get(name), value, name)
  t.equal(await next.text(), '{"a":1}')
  t.match(await call('GET', 'invocation/next'), { status: 200 }, 'asked again, it is the same event')
  const accepted = await call('POST', 'invocation/id-1/response', '"yes"')
  t.equal(accepted.status, 202)
  t.strictSame(await accepted.json(), { status: 'OK' })
  t.strictSame(await answer, { payload: Buffer.from('"yes"'), failed: false })
})

t.test('answers that belong to nothing are refused in the words of AWS', async (t) => {
  const { api, call } = await start(t)
  const refused = async (status: number, errorType: string, path: string, headers = {}) => {
    const answer = await call('POST', path, '{}', headers)
    t.equal(answer.status, status, path)
    t.match(await answer.json(), { errorType })
  }
  await refused(403, 'InvalidStateTransition', 'invocation/id-1/response')
  void api.deliver(EVENT)
  await call('GET', 'invocation/next')
  await refused(400, 'InvalidRequestID', 'invocation/id-2/response')
  await refused(400, 'InvalidFunctionResponseMode', 'invocation/id-1/response', {
    'lambda-runtime-function-response-mode': 'streaming',
  })
  t.equal((await call('POST', 'invocation/id-1/error', '{}')).status, 202)
  await refused(403, 'InvalidStateTransition', 'invocation/id-1/response')
  t.equal((await call('GET', 'nothing')).status, 404)
})

t.test('code that goes in the middle of its answer leaves the invocation unanswered', async (t) => {
  const { api, call } = await start(t)
  const answer = api.deliver(EVENT)
  await call('GET', 'invocation/next')
  const [host = '', port = ''] = api.address.split(':')
  const socket = connect(Number(port), host)
  const path = '/2018-06-01/runtime/invocation/id-1/response'
  socket.write(`POST ${path} HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\nhalf`)
  await new Promise((resolve) => setTimeout(resolve, 50))
  socket.destroy()
  await once(socket, 'close')
  t.equal((await call('POST', 'invocation/id-1/response', '"whole"')).status, 202)
  t.match(await answer, { payload: Buffer.from('"whole"') })
})
