/**
 * The requests that we make, taken by moto, an implementation of AWS that is not ours. It has no UpdateEndpoint, no states
 * and few checks, so that what a deployment goes through is rehearsed elsewhere.
 */

import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import {
  DescribeScalableTargetsCommand,
  DescribeScalingPoliciesCommand,
  PutScalingPolicyCommand,
  RegisterScalableTargetCommand,
} from '@aws-sdk/client-application-auto-scaling'
import { DescribeAlarmsCommand, PutMetricAlarmCommand } from '@aws-sdk/client-cloudwatch'
import { CreateRepositoryCommand, PutImageCommand } from '@aws-sdk/client-ecr'
import { CreateRoleCommand } from '@aws-sdk/client-iam'
import {
  CreateBucketCommand,
  GetObjectCommand,
  ListObjectVersionsCommand,
  PutBucketVersioningCommand,
  PutObjectCommand,
} from '@aws-sdk/client-s3'
import {
  CreateEndpointCommand,
  CreateEndpointConfigCommand,
  CreateModelCommand,
  DeleteEndpointCommand,
  DeleteEndpointConfigCommand,
  DeleteModelCommand,
  DescribeEndpointCommand,
  DescribeEndpointConfigCommand,
  DescribeModelCommand,
  ListEndpointConfigsCommand,
  ListEndpointsCommand,
  ListModelsCommand,
  ListTagsCommand,
} from '@aws-sdk/client-sagemaker'
import t, { type Test } from 'tap'
import { extract } from 'tar'
import { type Clients, createClients } from '../../scripts/aws/clients.ts'
import { readIdentity } from '../../scripts/aws/identity.ts'
import type { Deployment } from '../../scripts/config/deployment.ts'
import { imagesOf } from '../../scripts/config/fleets.ts'
import { loadDeployment } from '../../scripts/config/load.ts'
import { runChecks } from '../../scripts/doctor/checks.ts'
import { gather } from '../../scripts/doctor/subject.ts'
import { archiveOf, defaultBucket, pack } from '../../scripts/package/archive.ts'
import { upload } from '../../scripts/package/upload.ts'
import { desire } from '../../scripts/plan/desire.ts'
import { type Archive, type Desired, HISTORY_TAG, imageKey, OWNER_TAG } from '../../scripts/plan/desired.ts'
import { CREDENTIALS, startMoto } from './python.ts'

const MODEL = fileURLToPath(new URL('../../examples/digits/model', import.meta.url))
const ACCOUNT = '123456789012'
const DIGEST = `sha256:${'ab'.repeat(32)}`
const IMAGE = `${ACCOUNT}.dkr.ecr.eu-west-1.amazonaws.com/digits@${DIGEST}`

const moto = await startMoto(t)
Object.assign(process.env, CREDENTIALS, { AWS_ENDPOINT_URL: moto })

/** Clients of a moto that has nothing. */
const prepare = async (t: Test): Promise<Clients> => {
  await fetch(`${moto}/moto-api/reset`, { method: 'POST' })
  const clients = createClients()
  t.teardown(() => {
    for (const client of Object.values(clients)) client.destroy()
  })
  return clients
}

const writeFile = (t: Test, yaml: string): string => {
  const file = `${t.testdir({})}/endpoint.yaml`
  writeFileSync(
    file,
    `name: digits\nregion: eu-west-1\nrole: arn:aws:iam::${ACCOUNT}:role/team/digits-role\nmodel: ${MODEL}\n${yaml}`,
  )
  return file
}

const resolve = async (
  clients: Clients,
  deployment: Deployment,
): Promise<{ desired: Desired; archive: Archive }> => {
  const identity = await readIdentity(clients, ACCOUNT)
  const archive = archiveOf(await pack(MODEL), {
    owner: deployment.endpoint,
    bucket: defaultBucket(identity),
  })
  const desired = desire(deployment, {
    ...identity,
    images: new Map(imagesOf(deployment).map((image) => [imageKey(image), IMAGE])),
    archives: new Map([[MODEL, archive]]),
  })
  return { desired, archive }
}

t.test('STS says whose credentials these are', async (t) => {
  const clients = await prepare(t)
  t.strictSame(await readIdentity(clients, ACCOUNT), {
    account: ACCOUNT,
    partition: 'aws',
    region: 'eu-west-1',
  })
  await t.rejects(readIdentity(clients, '999999999999'), { message: /account 123456789012/ })
})

t.test('an archive is put into S3 once, as one version, and is the folder', async (t) => {
  const clients = await prepare(t)
  const { deployment } = loadDeployment(writeFile(t, ''))
  const { archive } = await resolve(clients, deployment)
  const { bucket: Bucket, key: Key } = archive
  await t.rejects(upload(clients.s3, archive), { message: /there is no bucket/ })
  await clients.s3.send(
    new CreateBucketCommand({ Bucket, CreateBucketConfiguration: { LocationConstraint: 'eu-west-1' } }),
  )
  await clients.s3.send(
    new PutBucketVersioningCommand({ Bucket, VersioningConfiguration: { Status: 'Enabled' } }),
  )
  t.equal(await upload(clients.s3, archive), true)
  t.equal(await upload(clients.s3, archive), false, 'it is there already')
  const { Versions = [] } = await clients.s3.send(new ListObjectVersionsCommand({ Bucket }))
  t.equal(Versions.length, 1)

  const { Body } = await clients.s3.send(new GetObjectCommand({ Bucket, Key }))
  const folder = t.testdir({})
  writeFileSync(`${folder}/model.tar.gz`, (await Body?.transformToByteArray()) ?? '')
  extract({ file: `${folder}/model.tar.gz`, cwd: folder, sync: true })
  for (const name of readdirSync(MODEL))
    t.ok(readFileSync(`${folder}/${name}`).equals(readFileSync(`${MODEL}/${name}`)), name)

  await clients.s3.send(new PutObjectCommand({ Bucket, Key, Body: 'another' }))
  await t.rejects(upload(clients.s3, archive), { message: /is not the archive that belongs there/ })
})

/** Configurations whose every request moto takes. It knows instance types of 2019. */
const ENDPOINTS: Record<string, string> = {
  'one variant': 'compute: { type: ml.m5.large, instances: 2, volumeGb: 30, startupTimeout: 300s }\n',
  'two variants, captured': `
compute: { type: ml.m5.large }
env: { LOG_LEVEL: info }
tags: { team: ml }
variants:
  - { name: primary, weight: 90 }
  - { name: challenger, weight: 10, image: { repository: other } }
capture: { percent: 10, to: s3://captured/digits }
`,
  asynchronous: `
compute: { type: ml.m5.large }
async: { output: 's3://answers/digits', concurrencyPerInstance: 4 }
`,
  serverless: 'compute: { serverless: { memoryMb: 2048, maxConcurrency: 5 } }\n',
}

for (const [name, yaml] of Object.entries(ENDPOINTS)) {
  t.test(`an endpoint is made, is as it was asked for, and is deleted: ${name}`, async (t) => {
    const clients = await prepare(t)
    const { sagemaker } = clients
    const { desired } = await resolve(clients, loadDeployment(writeFile(t, yaml)).deployment)
    const tagsOf = async (ResourceArn: string | undefined) =>
      (await sagemaker.send(new ListTagsCommand({ ResourceArn }))).Tags ?? []

    for (const model of desired.models) {
      await sagemaker.send(new CreateModelCommand(model))
      const { ModelName } = model
      const found = await sagemaker.send(new DescribeModelCommand({ ModelName }))
      t.match(found, {
        ModelName,
        ExecutionRoleArn: model.ExecutionRoleArn,
        PrimaryContainer: model.PrimaryContainer,
      })
      t.match(await tagsOf(found.ModelArn), model.Tags)
    }
    const { EndpointConfigName } = desired.config
    await sagemaker.send(new CreateEndpointConfigCommand(desired.config))
    const config = await sagemaker.send(new DescribeEndpointConfigCommand({ EndpointConfigName }))
    const { Tags, ...asked } = desired.config
    t.match(config, asked)
    t.match(await tagsOf(config.EndpointConfigArn), Tags)

    const { EndpointName } = desired.create
    await sagemaker.send(new CreateEndpointCommand(desired.create))
    const endpoint = await sagemaker.send(new DescribeEndpointCommand({ EndpointName }))
    t.match(endpoint, { EndpointName, EndpointConfigName, EndpointStatus: 'InService' })
    const variants = desired.config.ProductionVariants ?? []
    t.match(
      endpoint.ProductionVariants,
      variants.map(({ VariantName, InitialVariantWeight }) => ({
        VariantName,
        CurrentWeight: InitialVariantWeight,
      })),
    )
    t.match(
      (await tagsOf(endpoint.EndpointArn)).map(({ Key }) => Key),
      [OWNER_TAG, ...(name.startsWith('two') ? ['team'] : []), HISTORY_TAG],
    )

    await sagemaker.send(new DeleteEndpointCommand({ EndpointName }))
    await sagemaker.send(new DeleteEndpointConfigCommand({ EndpointConfigName }))
    for (const { ModelName } of desired.models) await sagemaker.send(new DeleteModelCommand({ ModelName }))
    t.match(await sagemaker.send(new ListEndpointsCommand({})), { Endpoints: [] })
    t.match(await sagemaker.send(new ListEndpointConfigsCommand({})), { EndpointConfigs: [] })
    t.match(await sagemaker.send(new ListModelsCommand({})), { Models: [] })
  })
}

t.test('alarms and scaling policies are taken as we write them', async (t) => {
  const { cloudwatch, scaling, ...clients } = await prepare(t)
  const yaml = `
compute: { type: ml.m5.large, instances: 2 }
rollout: { strategy: canary, step: 50%, rollbackOn: [{ metric: 5xx-rate, above: 1% }, { metric: p99-latency, above: 800ms }] }
autoscaling: { min: 1, max: 4, target: { metric: invocations-per-instance, value: 300 } }
`
  const { desired } = await resolve(
    { cloudwatch, scaling, ...clients },
    loadDeployment(writeFile(t, yaml)).deployment,
  )
  t.equal(desired.alarms.length, 2)
  for (const alarm of desired.alarms) {
    await cloudwatch.send(new PutMetricAlarmCommand(alarm))
    const { MetricAlarms } = await cloudwatch.send(
      new DescribeAlarmsCommand({ AlarmNames: [alarm.AlarmName as string] }),
    )
    const { Tags, ...asked } = alarm
    t.match(MetricAlarms, [asked])
  }
  t.equal(desired.scaling.length, 1)
  for (const { target, policies } of desired.scaling) {
    await scaling.send(new RegisterScalableTargetCommand(target))
    for (const policy of policies) await scaling.send(new PutScalingPolicyCommand(policy))
    const { Tags, ...asked } = target
    t.match(await scaling.send(new DescribeScalableTargetsCommand({ ServiceNamespace: 'sagemaker' })), {
      ScalableTargets: [asked],
    })
    t.match(await scaling.send(new DescribeScalingPoliciesCommand({ ServiceNamespace: 'sagemaker' })), {
      ScalingPolicies: policies,
    })
  }
})

t.test('doctor finds what is there, and says what it may not or cannot look at', async (t) => {
  const { iam, ecr } = await prepare(t)
  const file = writeFile(t, `account: "${ACCOUNT}"\n`)
  const check = async () => {
    const report = await runChecks(await gather({ file }))
    return Object.fromEntries(report.map(({ name, ...finding }) => [name, finding]))
  }
  t.match(await check(), {
    configuration: { status: 'ok' },
    'model folder': { status: 'ok' },
    credentials: { status: 'ok', detail: /^arn:aws:sts::123456789012:/ },
    account: { status: 'ok' },
    clock: { status: 'ok' },
    permissions: { status: 'warning', detail: /reading is allowed/ },
    'execution role': { status: 'failed', detail: 'there is no role digits-role' },
    'its permissions': { status: 'not checked' },
    quota: { status: 'not checked' },
    registry: { status: 'ok', detail: /no repository digits yet/ },
    image: { status: 'warning', detail: /nothing is pushed/ },
  })
  await iam.send(
    new CreateRoleCommand({
      RoleName: 'digits-role',
      Path: '/team/',
      AssumeRolePolicyDocument: readFileSync('docs/iam/execution-role-trust.json', 'utf8'),
    }),
  )
  await ecr.send(new CreateRepositoryCommand({ repositoryName: 'digits', imageTagMutability: 'IMMUTABLE' }))
  const push = (imageTag: string, mediaType: string) =>
    ecr.send(
      new PutImageCommand({
        repositoryName: 'digits',
        imageTag,
        imageManifest: JSON.stringify({ schemaVersion: 2, mediaType, config: {}, layers: [] }),
      }),
    )
  await push('v1', 'application/vnd.oci.image.manifest.v1+json')
  t.match(await check(), {
    'execution role': { status: 'ok', detail: 'digits-role trusts sagemaker.amazonaws.com' },
    image: { status: 'failed', detail: /oci\.image\.manifest/ },
  })
  await push('v2', 'application/vnd.docker.distribution.manifest.v2+json')
  t.match(await check(), { image: { status: 'ok', detail: /^digits@sha256:/ } })
})
