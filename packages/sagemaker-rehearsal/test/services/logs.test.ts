/** What the servers print, read through CloudWatch Logs. */

import {
  DeleteLogGroupCommand,
  DescribeLogGroupsCommand,
  DescribeLogStreamsCommand,
  FilterLogEventsCommand,
  GetLogEventsCommand,
} from '@aws-sdk/client-cloudwatch-logs'
import { CreateEndpointCommand } from '@aws-sdk/client-sagemaker'
import { InvokeEndpointCommand } from '@aws-sdk/client-sagemaker-runtime'
import t from 'tap'
import { makeConfig, rehearse } from '../fixture.ts'

t.test('an endpoint has a group, each instance a stream, each line an event', async (t) => {
  const { clients, reach, clock } = await rehearse(t)
  const { logs, sagemaker, runtime } = clients
  await makeConfig(clients, 'c', { instances: 2 })
  await sagemaker.send(new CreateEndpointCommand({ EndpointName: 'digits', EndpointConfigName: 'c' }))
  await reach('digits', 'InService')
  const logGroupName = '/aws/sagemaker/Endpoints/digits'
  const groups = await logs.send(new DescribeLogGroupsCommand({ logGroupNamePrefix: '/aws/sagemaker/' }))
  t.match(groups.logGroups, [{ logGroupName }])
  const { logStreams = [] } = await logs.send(new DescribeLogStreamsCommand({ logGroupName }))
  t.match(logStreams, [{ logStreamName: /^primary\/i-[0-9a-f]{17}$/ }, { logStreamName: /^primary\/i-/ }])

  const before = clock.now()
  await clock.advance(1000)
  for (let call = 0; call < 3; call++)
    await runtime.send(new InvokeEndpointCommand({ EndpointName: 'digits', Body: 'x' }))
  const filter = async (more: object) =>
    (await logs.send(new FilterLogEventsCommand({ logGroupName, ...more }))).events?.map(
      ({ message }) => message,
    )
  t.strictSame(await filter({ filterPattern: 'started' }), ['started c', 'started c'])
  t.strictSame(await filter({ startTime: before + 1 }), Array(3).fill('200 /invocations'))
  t.strictSame(
    await filter({ filterPattern: '?nothing ?"200 /inv" -started', limit: 2 }),
    Array(2).fill('200 /invocations'),
  )
  t.strictSame(await filter({ logStreamNamePrefix: 'other' }), [])

  const logStreamName = logStreams[0]?.logStreamName
  const read = (more: object) => logs.send(new GetLogEventsCommand({ logGroupName, logStreamName, ...more }))
  const first = await read({ startFromHead: true, limit: 1 })
  t.match(first.events, [{ message: 'started c' }])
  const second = await read({ nextToken: first.nextForwardToken })
  const third = await read({ nextToken: second.nextForwardToken })
  t.equal(third.nextForwardToken, second.nextForwardToken, 'the same token says that there is no more')
  t.strictSame(third.events, [])

  await logs.send(new DeleteLogGroupCommand({ logGroupName }))
  await t.rejects(filter({}), { name: 'ResourceNotFoundException' })
})
