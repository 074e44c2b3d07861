/** The proxy before an endpoint of the rehearsal, which speaks AWS's protocols and has servers behind it. */

import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import {
  CreateEndpointCommand,
  CreateEndpointConfigCommand,
  UpdateEndpointCommand,
} from '@aws-sdk/client-sagemaker'
import t from 'tap'
import { makeConfig, rehearse } from '../../../packages/sagemaker-rehearsal/test/fixture.ts'
import { assignVariant } from '../../../scripts/traffic/assign-variant.ts'
import { createProxy } from '../../../scripts/traffic/proxy.ts'

const WEIGHTS = { primary: 70, challenger: 30 }

t.test(
  'users keep to their variant, testers to theirs, and a variant that goes is missed by nobody',
  async (t) => {
    let bad = 0
    const { clients, reach } = await rehearse(t, {
      behaviour: {
        answer: ({ model }, { headers, body }) => {
          if (!body.includes('bad'))
            return {
              headers: { 'content-type': String(headers['content-type']) },
              body: Buffer.concat([Buffer.from(`${model}:`), body]),
            }
          bad++
          return {
            status: 415,
            headers: { 'content-type': 'application/json' },
            body: '{"code":"UnsupportedMediaType"}',
          }
        },
      },
    })
    const { sagemaker } = clients
    // Each makes a model of its name.
    for (const name of ['primary', 'challenger']) await makeConfig(clients, name)
    const variant = (VariantName: string, InitialVariantWeight: number) => ({
      VariantName,
      ModelName: VariantName,
      InstanceType: 'ml.c6i.large' as const,
      InitialInstanceCount: 1,
      InitialVariantWeight,
    })
    await sagemaker.send(
      new CreateEndpointConfigCommand({
        EndpointConfigName: 'both',
        ProductionVariants: Object.entries(WEIGHTS).map(([name, weight]) => variant(name, weight)),
      }),
    )
    await sagemaker.send(new CreateEndpointCommand({ EndpointName: 'flowers', EndpointConfigName: 'both' }))
    await reach('flowers', 'InService')

    const lines: Record<string, unknown>[] = []
    const server = createProxy({
      endpoint: 'flowers',
      sticky: { salt: 'exp-7', userFrom: 'x-user-id', force: { tester: 'challenger' } },
      clients,
      log: (line) => lines.push(line),
    }).listen(0, '127.0.0.1')
    await once(server, 'listening')
    t.teardown(() => {
      server.closeAllConnections()
      server.close()
    })
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
    const post = async (user: string, body = 'x') => {
      const answer = await fetch(`${url}/invocations`, {
        method: 'POST',
        headers: { 'x-user-id': user, 'content-type': 'image/jpeg' },
        body,
      })
      return {
        status: answer.status,
        text: await answer.text(),
        type: answer.headers.get('content-type'),
        variant: answer.headers.get('x-amzn-invoked-production-variant'),
      }
    }

    const users = Array.from({ length: 30 }, (_, index) => `user-${index}`)
    for (const user of [...users, ...users]) {
      const expected = assignVariant(user, WEIGHTS, 'exp-7')
      t.match(await post(user, `body of ${user}`), {
        status: 200,
        type: 'image/jpeg',
        variant: expected,
        text: `${expected}:body of ${user}`,
      })
    }
    t.match(await post('tester'), { variant: 'challenger' })
    t.match(await post('user-1', 'bad'), {
      status: 415,
      type: 'application/json',
      text: '{"code":"UnsupportedMediaType"}',
    })
    t.equal(bad, 1, 'what the model refuses is not tried again')

    await sagemaker.send(
      new UpdateEndpointCommand({ EndpointName: 'flowers', EndpointConfigName: 'primary' }),
    )
    await reach('flowers', 'InService')
    lines.length = 0
    for (const user of ['tester', ...users]) t.match(await post(user), { status: 200, variant: 'primary' })
    t.match(lines[0], { assigned: 'challenger', variant: 'primary', forced: true, fellBack: true })
    const stats = (await (await fetch(`${url}/stats`)).json()) as { requests: { failed: number } }
    t.equal(stats.requests.failed, 1, 'the bad one alone')
  },
)
