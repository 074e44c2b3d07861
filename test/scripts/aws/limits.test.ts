/** A connection that says nothing any more ends, as an error. */

import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { LambdaClient, ListFunctionsCommand } from '@aws-sdk/client-lambda'
import t from 'tap'
import { createClients, LIMITS } from '../../../scripts/aws/clients.ts'

t.test('every client has limits', async (t) => {
  const clients = createClients('us-east-1')
  for (const [name, { config }] of Object.entries(clients)) {
    const { connectionTimeout, requestTimeout, throwOnRequestTimeout, socketTimeout } = await (
      config.requestHandler as unknown as { configProvider: Promise<Record<string, number | boolean>> }
    ).configProvider
    t.ok(connectionTimeout, name)
    t.ok(name === 's3' ? socketTimeout : requestTimeout && throwOnRequestTimeout, name)
  }
})

t.test('a limit that is reached is an error', async (t) => {
  const server = createServer(() => {})
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  t.teardown(() => server.closeAllConnections())
  t.teardown(() => server.close())
  const lambda = new LambdaClient({
    region: 'us-east-1',
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    credentials: { accessKeyId: 'a', secretAccessKey: 'b' },
    maxAttempts: 1,
    requestHandler: { ...LIMITS, requestTimeout: 50 },
  })
  await t.rejects(lambda.send(new ListFunctionsCommand({})), { name: 'TimeoutError' })
})
