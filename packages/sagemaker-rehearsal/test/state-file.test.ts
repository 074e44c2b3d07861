/** A rehearsal that is ended and taken up again. */

import { rmSync } from 'node:fs'
import { mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { CreateBucketCommand, GetObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3'
import {
  CreateEndpointCommand,
  DescribeEndpointCommand,
  ListTagsCommand,
  UpdateEndpointCommand,
} from '@aws-sdk/client-sagemaker'
import { InvokeEndpointCommand } from '@aws-sdk/client-sagemaker-runtime'
import t from 'tap'
import { makeConfig, rehearse, until } from './fixture.ts'

t.test(
  'objects, endpoints and tags are there again; a deployment that was under way is given up',
  async (t) => {
    const folder = await mkdtemp(join(tmpdir(), 'rehearsal-test-'))
    t.teardown(() => rmSync(folder, { recursive: true }))
    const EndpointName = 'digits'
    const Tags = [{ Key: 'a', Value: 'b' }]
    let ResourceArn: string | undefined
    await t.test('first', async (t) => {
      const { clients, reach, fakes } = await rehearse(t, { folder })
      await clients.s3.send(new CreateBucketCommand({ Bucket: 'models' }))
      await clients.s3.send(new PutObjectCommand({ Bucket: 'models', Key: 'k', Body: 'bytes' }))
      await makeConfig(clients, 'old')
      await makeConfig(clients, 'new')
      const created = await clients.sagemaker.send(
        new CreateEndpointCommand({ EndpointName, EndpointConfigName: 'old', Tags }),
      )
      ResourceArn = created.EndpointArn
      await reach(EndpointName, 'InService')
      await clients.sagemaker.send(
        new UpdateEndpointCommand({
          EndpointName,
          EndpointConfigName: 'new',
          DeploymentConfig: {
            BlueGreenUpdatePolicy: {
              TrafficRoutingConfiguration: { Type: 'ALL_AT_ONCE', WaitIntervalInSeconds: 600 },
            },
          },
        }),
      )
      await until(() => fakes.running.length === 2)
    })
    await t.test('second', async (t) => {
      const { clients, reach, fakes } = await rehearse(t, { folder })
      const { Body } = await clients.s3.send(new GetObjectCommand({ Bucket: 'models', Key: 'k' }))
      t.equal(await Body?.transformToString(), 'bytes')
      t.strictSame((await clients.sagemaker.send(new ListTagsCommand({ ResourceArn }))).Tags, Tags)
      await reach(EndpointName, 'InService')
      const described = await clients.sagemaker.send(new DescribeEndpointCommand({ EndpointName }))
      t.equal(described.EndpointConfigName, 'old')
      t.equal(described.PendingDeploymentSummary, undefined)
      t.strictSame(
        fakes.running.map(({ spec }) => spec.model),
        ['old'],
      )
      const answer = await clients.runtime.send(new InvokeEndpointCommand({ EndpointName, Body: 'x' }))
      t.equal(Buffer.from(answer.Body).toString(), 'old:x')
    })
  },
)
