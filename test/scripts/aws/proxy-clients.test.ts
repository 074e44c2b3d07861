/** The proxy's clients before an AWS that accepts connections and stays silent. */

import { once } from 'node:events'
import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { PutObjectCommand } from '@aws-sdk/client-s3'
import { DescribeEndpointCommand } from '@aws-sdk/client-sagemaker'
import t, { type Test } from 'tap'
import { createProxyClients } from '../../../scripts/aws/proxy-clients.ts'
import { createProxy } from '../../../scripts/traffic/proxy.ts'

const CONTROL_MS = 100

const listen = async (t: Test, server = createServer()): Promise<string> => {
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.teardown(() => {
    server.closeAllConnections()
    server.close()
  })
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

/** Clients of an AWS that does `act`, and how many requests it has had. */
const start = async (t: Test, act: RequestListener = () => {}) => {
  let sent = 0
  const url = await listen(
    t,
    createServer((request, response) => {
      sent++
      request.resume()
      act(request, response)
    }),
  )
  const own = { AWS_ENDPOINT_URL: url, AWS_ACCESS_KEY_ID: 'a', AWS_SECRET_ACCESS_KEY: 'b' }
  const before = { ...process.env }
  Object.assign(process.env, own)
  // Other files of tests share the process.
  t.teardown(() => {
    for (const name of Object.keys(own)) {
      if (before[name] === undefined) delete process.env[name]
      else process.env[name] = before[name]
    }
  })
  return { clients: createProxyClients('us-east-1', CONTROL_MS), sent: () => sent }
}

t.test('calls of the control plane end, after three attempts', async (t) => {
  const { clients, sent } = await start(t)
  const describe = clients.sagemaker.send(new DescribeEndpointCommand({ EndpointName: 'flowers' }))
  await t.rejects(describe, { name: 'TimeoutError' })
  t.equal(sent(), 3)
  const put = clients.s3.send(new PutObjectCommand({ Bucket: 'b', Key: 'k', Body: 'x' }))
  await t.rejects(put, { name: 'TimeoutError' })
  t.equal(sent(), 6)
})

t.test('and where an answer stops halfway', async (t) => {
  const { clients } = await start(t, (_, response) => {
    response.writeHead(200, { 'content-type': 'application/x-amz-json-1.1', 'content-length': 100 })
    response.write('{')
  })
  await t.rejects(clients.sagemaker.send(new DescribeEndpointCommand({ EndpointName: 'flowers' })))
})

t.test('an endpoint that stays silent is 504, is asked once, and its weights are read again', async (t) => {
  const { clients, sent } = await start(t)
  const lines: Record<string, unknown>[] = []
  const url = await listen(
    t,
    createProxy({
      endpoint: 'flowers',
      sticky: { salt: 'exp-7', userFrom: 'x-user-id', force: {} },
      clients,
      log: (line) => lines.push(line),
      invokeMs: 300,
    }),
  )
  const ask = (headers: Record<string, string>) =>
    fetch(`${url}/invocations`, { method: 'POST', body: '{}', headers })
  const answer = await ask({})
  t.equal(answer.status, 504)
  t.same(await answer.json(), {
    code: 'TimeoutError',
    message: 'the endpoint has not answered within 0.3 s',
  })
  t.equal(sent(), 1)
  t.match(lines, [{ status: 504, error: 'TimeoutError' }])
  t.equal((await ask({ 'x-user-id': 'u' })).status, 504)
  t.equal(sent(), 5, 'three attempts to read the weights, and an invocation')
  t.match(lines[1], { event: 'weights-unknown', error: 'TimeoutError' })
})
