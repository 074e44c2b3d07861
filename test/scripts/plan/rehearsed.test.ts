/** Whatever a file asks for, the rehearsal takes it, and gives back what it was told. */

import { readdirSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { CreateBucketCommand, PutObjectCommand } from '@aws-sdk/client-s3'
import {
  CreateEndpointCommand,
  CreateEndpointConfigCommand,
  CreateModelCommand,
  type CreateModelCommandInput,
  DeleteEndpointCommand,
  DescribeEndpointCommand,
  DescribeEndpointConfigCommand,
  DescribeModelCommand,
} from '@aws-sdk/client-sagemaker'
import t from 'tap'
import { create } from 'tar'
import { rehearse } from '../../../packages/sagemaker-rehearsal/test/fixture.ts'
import { loadDeployment } from '../../../scripts/config/load.ts'
import { desire } from '../../../scripts/plan/desire.ts'
import { resolvedFor } from './resolved.ts'

const CASES = fileURLToPath(new URL('./cases/', import.meta.url))

/** Where a model's data lies. */
const dataOf = (model: CreateModelCommandInput): string[] =>
  [...JSON.stringify(model.PrimaryContainer).matchAll(/"s3:\/\/([^"]+)"/g)].map(([, address = '']) => address)

t.test('every case of plan/cases is created, and described as it was created', async (t) => {
  const { clients, reach } = await rehearse(t)
  const { sagemaker, s3 } = clients
  const folder = t.testdir({ 'model.onnx': 'none' })
  const archive = await create({ gzip: true, cwd: folder }, ['model.onnx']).concat()
  for (const name of readdirSync(CASES).sort()) {
    const { deployment } = loadDeployment(`${CASES}${name}`)
    const endpoint = name.replace('.yaml', '')
    const desired = desire({ ...deployment, endpoint }, resolvedFor(deployment))
    for (const model of desired.models) {
      for (const address of dataOf(model)) {
        const [Bucket, ...key] = address.split('/')
        await s3.send(new CreateBucketCommand({ Bucket })).catch(() => undefined)
        const isFolder = address.endsWith('/')
        const Key = `${key.join('/')}${isFolder ? 'model.onnx' : ''}`
        await s3.send(new PutObjectCommand({ Bucket, Key, Body: archive }))
      }
      await sagemaker.send(new CreateModelCommand(model))
      const { Tags: _, ...said } = model
      t.match(await sagemaker.send(new DescribeModelCommand({ ModelName: model.ModelName })), said, name)
    }
    await sagemaker.send(new CreateEndpointConfigCommand(desired.config))
    const { EndpointConfigName, Tags: _, ...said } = desired.config
    t.match(await sagemaker.send(new DescribeEndpointConfigCommand({ EndpointConfigName })), said, name)
    await sagemaker.send(new CreateEndpointCommand(desired.create))
    await reach(endpoint, 'InService')
    const live = await sagemaker.send(new DescribeEndpointCommand({ EndpointName: endpoint }))
    const pools = desired.config.ProductionVariants?.[0]?.InstancePools
    t.strictSame(
      live.ProductionVariants?.[0]?.InstancePools,
      pools?.map(({ InstanceType }, at) => ({ InstanceType, CurrentInstanceCount: at === 0 ? 2 : 0 })),
      name,
    )
    await sagemaker.send(new DeleteEndpointCommand({ EndpointName: endpoint }))
    await reach(endpoint, 'gone')
  }
})
