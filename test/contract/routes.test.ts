import { readFileSync } from 'node:fs'
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

t.test('/execution-parameters comes from the live pool', async (t) => {
  const response = await fetch(`${served.url}/execution-parameters`)
  t.equal(response.status, 200)
  const parameters = (await response.json()) as Record<string, number | string>
  t.equal(parameters.MaxConcurrentTransforms, Math.min(16, 2 * served.workers().length))
  t.equal(parameters.BatchStrategy, 'MULTI_RECORD')
  t.equal(parameters.MaxPayloadInMB, 6)
})

t.test('/metrics counts what was answered', async (t) => {
  await served.json([[1, 2, 3]])
  const text = await (await fetch(`${served.url}/metrics`)).text()
  t.match(text, /serving_requests_total\{route="\/invocations",status="200"\} \d/)
  t.match(text, /serving_health\{state="ready"\} 1/)
  t.match(text, /serving_run_rows_count [1-9]/)
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

t.test('the server process has no native add-on mapped', async (t) => {
  const maps = (pid: number | undefined) => readFileSync(`/proc/${pid}/maps`, 'utf8')
  t.notMatch(maps(served.process.pid), /onnxruntime|sharp|libvips/)
  t.match(maps(served.workers()[0]), /onnxruntime/, 'the workers have')
})

t.test('telemetry of ONNX Runtime is off in every worker', (t) => {
  for (const pid of served.workers()) {
    const environment = readFileSync(`/proc/${pid}/environ`, 'utf8').split('\0')
    t.ok(environment.includes('ORT_DISABLE_TELEMETRY=1'))
  }
  t.end()
})
