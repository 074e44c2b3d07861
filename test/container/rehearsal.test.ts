/** Containers as the instances of a rehearsal: the image that the model names, with the model's data, and none left at the end. */

import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { CreateBucketCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3'
import {
  CreateEndpointCommand,
  CreateEndpointConfigCommand,
  CreateModelCommand,
  DescribeEndpointCommand,
  SageMakerClient,
} from '@aws-sdk/client-sagemaker'
import { InvokeEndpointCommand, SageMakerRuntimeClient } from '@aws-sdk/client-sagemaker-runtime'
import t from 'tap'
import { create } from 'tar'
import { containerLauncher, startRehearsal } from '../../packages/sagemaker-rehearsal/src/index.ts'
import { until } from '../contract/serve.ts'
import { DIGITS } from '../fixtures/index.ts'
import { buildImage, engine, execute, IMAGE, skip } from './engine.ts'

t.test('an endpoint of the rehearsal whose instance is a container', { skip }, async (t) => {
  buildImage()
  const rehearsal = await startRehearsal({ launcher: containerLauncher(engine ?? '') })
  t.teardown(() => rehearsal.stop())
  const common = {
    endpoint: rehearsal.url,
    region: 'us-east-1',
    credentials: { accessKeyId: 'a', secretAccessKey: 'b' },
  }
  const s3 = new S3Client({ ...common, forcePathStyle: true })
  const sagemaker = new SageMakerClient(common)
  const runtime = new SageMakerRuntimeClient(common)
  const Body = await create({ gzip: true, cwd: join(DIGITS, 'model') }, ['.']).concat()
  await s3.send(new CreateBucketCommand({ Bucket: 'models' }))
  await s3.send(new PutObjectCommand({ Bucket: 'models', Key: 'model.tar.gz', Body }))
  await sagemaker.send(
    new CreateModelCommand({
      ModelName: 'digits',
      ExecutionRoleArn: 'arn:aws:iam::123456789012:role/any',
      PrimaryContainer: {
        Image: IMAGE,
        ModelDataUrl: 's3://models/model.tar.gz',
        Environment: { SERVING_WORKERS: '1' },
      },
    }),
  )
  await sagemaker.send(
    new CreateEndpointConfigCommand({
      EndpointConfigName: 'digits',
      ProductionVariants: [
        { VariantName: 'v', ModelName: 'digits', InstanceType: 'ml.m5.large', InitialInstanceCount: 1 },
      ],
    }),
  )
  const EndpointName = 'digits'
  await sagemaker.send(new CreateEndpointCommand({ EndpointName, EndpointConfigName: 'digits' }))
  await until(async () => {
    const { EndpointStatus, FailureReason } = await sagemaker.send(
      new DescribeEndpointCommand({ EndpointName }),
    )
    if (EndpointStatus === 'Failed') throw new Error(FailureReason)
    return EndpointStatus === 'InService'
  })
  const answer = await runtime.send(
    new InvokeEndpointCommand({
      EndpointName,
      ContentType: 'image/png',
      Body: readFileSync(join(DIGITS, 'digits', '3.png')),
    }),
  )
  t.equal(JSON.parse(Buffer.from(answer.Body).toString()).predictions[0][0].label, '3')
  const containers = () => execute(['ps', '--all', '--filter', 'name=rehearsal-i-', '--format', '{{.Names}}'])
  t.match(await containers(), /^rehearsal-i-[0-9a-f]{17}\n$/)
  await rehearsal.stop()
  t.equal(await containers(), '', 'none is left')
})
