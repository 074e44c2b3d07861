/** An endpoint from its creation to its end, as clients see it. */

import {
  CreateEndpointCommand,
  DeleteEndpointCommand,
  DescribeEndpointCommand,
  UpdateEndpointCommand,
} from '@aws-sdk/client-sagemaker'
import { InvokeEndpointCommand } from '@aws-sdk/client-sagemaker-runtime'
import t from 'tap'
import { makeConfig, rehearse } from './fixture.ts'

t.test('an endpoint is created, invoked with bytes, updated and deleted', async (t) => {
  const { clients, fakes, reach, rehearsal } = await rehearse(t)
  const { sagemaker, runtime } = clients
  await makeConfig(clients, 'first')
  await makeConfig(clients, 'second')
  const EndpointName = 'digits'
  await sagemaker.send(new CreateEndpointCommand({ EndpointName, EndpointConfigName: 'first' }))
  const creating = await sagemaker.send(new DescribeEndpointCommand({ EndpointName }))
  t.equal(creating.EndpointStatus, 'Creating')
  await reach('digits', 'InService')
  const Body = Uint8Array.from({ length: 256 }, (_, byte) => byte)
  const answer = await runtime.send(new InvokeEndpointCommand({ EndpointName, Body }))
  t.strictSame(Buffer.from(answer.Body), Buffer.concat([Buffer.from('first:'), Body]))
  t.equal(answer.InvokedProductionVariant, 'primary')

  await sagemaker.send(new UpdateEndpointCommand({ EndpointName, EndpointConfigName: 'second' }))
  await reach('digits', 'InService')
  const updated = await sagemaker.send(new DescribeEndpointCommand({ EndpointName }))
  t.equal(updated.EndpointConfigName, 'second')
  t.match(updated.ProductionVariants?.[0]?.DeployedImages?.[0]?.ResolvedImage, /digits@sha256:[0-9a-f]{64}$/)
  t.strictSame(
    fakes.running.map(({ spec }) => spec.model),
    ['second'],
  )

  await sagemaker.send(new DeleteEndpointCommand({ EndpointName }))
  await reach('digits', 'gone')
  await t.rejects(sagemaker.send(new DescribeEndpointCommand({ EndpointName })), {
    name: 'ValidationException',
    message: 'Could not find endpoint "arn:aws:sagemaker:us-east-1:123456789012:endpoint/digits".',
  })
  t.strictSame(fakes.running, [])
  t.equal(rehearsal.calls().at(-1)?.errorCode, 'ValidationException')
})
