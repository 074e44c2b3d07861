import { request } from 'node:http'
import t from 'tap'
import { fixture } from '../fixtures/index.ts'
import { serve } from './serve.ts'

const served = await serve(['--model', fixture('add-one')])
t.teardown(() => served.stop())

t.test('/ping answers GET and POST with 200 and an empty body', async (t) => {
  for (const method of ['GET', 'POST']) {
    const response = await fetch(`${served.url}/ping`, { method })
    t.equal(response.status, 200, method)
    t.equal(await response.text(), '')
  }
})

t.test('/ping takes a POST with a body and any content type', async (t) => {
  const response = await fetch(`${served.url}/ping`, {
    method: 'POST',
    body: '{}',
    headers: { 'content-type': 'x/y' },
  })
  t.equal(response.status, 200)
})

t.test('any Host and unknown headers are accepted', async (t) => {
  const headers = {
    'content-type': 'application/json',
    host: 'model.aws.local:8080',
    'x-amzn-sagemaker-target-variant': 'blue',
    'x_odd-header': 'value',
    'x-amzn-sagemaker-session-id': 'NEW_SESSION',
  }
  const status = await new Promise((resolve, reject) => {
    const sent = request(`${served.url}/invocations`, { method: 'POST', headers }, (response) => {
      response.resume()
      resolve(response.statusCode)
    })
    sent.once('error', reject)
    sent.end('[[1,2,3]]')
  })
  t.equal(status, 200)
})

t.test('the inference id is the request id of errors, and custom attributes are not echoed', async (t) => {
  const response = await served.post('nonsense', {
    'content-type': 'application/json',
    'x-amzn-sagemaker-inference-id': 'order-66',
    'x-amzn-sagemaker-custom-attributes': 'route=/v1',
  })
  t.equal(response.status, 400)
  t.match(await response.json(), { code: 'ERR_INVALID_BODY', requestId: 'order-66' })
  t.equal(response.headers.get('x-amzn-sagemaker-custom-attributes'), null)
})

t.test('an unknown route is 404 in JSON', async (t) => {
  const response = await fetch(`${served.url}/models`)
  t.equal(response.status, 404)
  t.match(await response.json(), { code: 'ERR_NOT_FOUND', message: 'no route GET /models' })
})
