/**
 * What the requests need of those who send them and of the role that they name: an action for each request, and what AWS asks
 * for besides because of what a request says. Sources: Service Authorization Reference, "dependent actions"; SageMaker
 * developer guide, "API Permissions Reference"; Application Auto Scaling user guide, "identity-based policy examples".
 */

import { readdirSync, readFileSync } from 'node:fs'
import type { CreateEndpointConfigCommandInput, CreateModelCommandInput } from '@aws-sdk/client-sagemaker'
import t from 'tap'
import { variantsOf } from '../../../scripts/aws/live.ts'
import { loadDeployment } from '../../../scripts/config/load.ts'
import { deployerNeeds, executionNeeds } from '../../../scripts/doctor/needs.ts'
import { desire } from '../../../scripts/plan/desire.ts'
import type { Desired } from '../../../scripts/plan/desired.ts'
import { ROOT } from '../../fixtures/index.ts'
import { resolvedFor } from '../plan/resolved.ts'

const CASES = `${ROOT}test/scripts/plan/cases/`

const PLACE = { account: '123456789012', partition: 'aws', region: 'eu-west-1' }

/** Without a resource where it may be any, as a key is that is named by its alias. */
type Required = { by: 'deployer' | 'execution-role'; action: string; resource?: string }

const deployer = (action: string, resource?: string): Required => ({
  by: 'deployer',
  action,
  ...(resource !== undefined && { resource }),
})
const role = (action: string, resource?: string): Required => ({
  by: 'execution-role',
  action,
  ...(resource !== undefined && { resource }),
})

const arn = (service: string, rest: string) => `arn:aws:${service}:eu-west-1:123456789012:${rest}`
const object = (address: string) => `arn:aws:s3:::${address.replace('s3://', '')}`
const under = (address: string) => object(`${address.replace(/\/$/, '')}/anything`)

/** A request that says tags needs the action that puts tags there. */
const tagged = (request: { Tags?: unknown }, action: string, resource: string): Required[] =>
  request.Tags === undefined ? [] : [deployer(action, resource)]

const ofModel = (model: CreateModelCommandInput): Required[] => {
  const itself = arn('sagemaker', `model/${model.ModelName}`)
  const { Image, ...data } = model.PrimaryContainer ?? {}
  const [, repository] = /amazonaws\.com\/([^@:]+)/.exec(Image ?? '') ?? []
  return [
    deployer('sagemaker:CreateModel', itself),
    ...tagged(model, 'sagemaker:AddTags', itself),
    deployer('iam:PassRole', model.ExecutionRoleArn),
    ...[...JSON.stringify(data).matchAll(/"(s3:\/\/[^"]+)"/g)].map(([, address = '']) =>
      role('s3:GetObject', address.endsWith('/') ? under(address) : object(address)),
    ),
    ...(repository === undefined ? [] : [role('ecr:BatchGetImage', arn('ecr', `repository/${repository}`))]),
    ...(model.VpcConfig === undefined ? [] : [role('ec2:CreateNetworkInterface')]),
  ]
}

const ofConfig = (config: CreateEndpointConfigCommandInput): Required[] => {
  const itself = arn('sagemaker', `endpoint-config/${config.EndpointConfigName}`)
  const { AsyncInferenceConfig: asynchronous, DataCaptureConfig: capture, KmsKeyId } = config
  const {
    S3OutputPath,
    S3FailurePath,
    KmsKeyId: answerKey,
    NotificationConfig,
  } = asynchronous?.OutputConfig ?? {}
  const dumps = variantsOf(config as never).flatMap(({ CoreDumpConfig }) => CoreDumpConfig ?? [])
  const written = [
    S3OutputPath,
    S3FailurePath,
    capture?.DestinationS3Uri,
    ...dumps.map((to) => to.DestinationS3Uri),
  ]
  const keys = [answerKey, capture?.KmsKeyId, ...dumps.map((dump) => dump.KmsKeyId)]
  return [
    deployer('sagemaker:CreateEndpointConfig', itself),
    ...tagged(config, 'sagemaker:AddTags', itself),
    ...(KmsKeyId === undefined ? [] : [deployer('kms:CreateGrant')]),
    ...(answerKey === undefined ? [] : [deployer('kms:Decrypt')]),
    ...[S3OutputPath, S3FailurePath].flatMap((address) =>
      address === undefined ? [] : [deployer('s3:GetObject', under(address))],
    ),
    ...written.flatMap((address) => (address === undefined ? [] : [role('s3:PutObject', under(address))])),
    ...keys.flatMap((key) => (key === undefined ? [] : [role('kms:GenerateDataKey'), role('kms:Encrypt')])),
    ...Object.values(NotificationConfig ?? {}).flatMap((topic) =>
      typeof topic === 'string' ? [role('sns:Publish', topic)] : [],
    ),
    ...(variantsOf(config as never).some(({ EnableSSMAccess }) => EnableSSMAccess)
      ? [role('ssmmessages:OpenDataChannel')]
      : []),
  ]
}

const ofEndpoint = ({ create, update }: Desired): Required[] => {
  const itself = arn('sagemaker', `endpoint/${create.EndpointName}`)
  const config = arn('sagemaker', `endpoint-config/${create.EndpointConfigName}`)
  return [
    ...['sagemaker:CreateEndpoint', 'sagemaker:UpdateEndpoint'].flatMap((action) => [
      deployer(action, itself),
      deployer(action, config),
    ]),
    ...tagged(create, 'sagemaker:AddTags', itself),
    ...(update.DeploymentConfig?.AutoRollbackConfiguration === undefined
      ? []
      : [role('cloudwatch:DescribeAlarms')]),
  ]
}

const ofAlarms = ({ alarms, scaling }: Desired): Required[] =>
  [...alarms, ...scaling.flatMap(({ alarm }) => alarm ?? [])].flatMap((alarm) => {
    const itself = arn('cloudwatch', `alarm:${alarm.AlarmName}`)
    return [deployer('cloudwatch:PutMetricAlarm', itself), ...tagged(alarm, 'cloudwatch:TagResource', itself)]
  })

const ofScaling = ({ scaling }: Desired): Required[] =>
  scaling.flatMap(({ target, policies }) => [
    deployer(
      'application-autoscaling:RegisterScalableTarget',
      arn('application-autoscaling', 'scalable-target/1'),
    ),
    ...tagged(
      target,
      'application-autoscaling:TagResource',
      arn('application-autoscaling', 'scalable-target/1'),
    ),
    deployer('iam:CreateServiceLinkedRole'),
    ...policies.flatMap(({ PolicyType }) => [
      deployer('application-autoscaling:PutScalingPolicy'),
      ...(PolicyType === 'TargetTrackingScaling'
        ? [
            deployer(
              'cloudwatch:PutMetricAlarm',
              arn('cloudwatch', `alarm:TargetTracking-${target.ResourceId}-AlarmHigh-1`),
            ),
          ]
        : []),
    ]),
  ])

const ofArchives = ({ archives }: Desired): Required[] =>
  archives.flatMap(({ bucket, key }) => [
    deployer('s3:CreateBucket', object(bucket)),
    deployer('s3:PutObject', object(`${bucket}/${key}`)),
  ])

const requiredBy = (desired: Desired): Required[] => [
  ...desired.models.flatMap(ofModel),
  ...ofConfig(desired.config),
  ...ofEndpoint(desired),
  ...ofAlarms(desired),
  ...ofScaling(desired),
  ...ofArchives(desired),
]

type Statement = { Action: string[]; Resource: string | string[] }

/** What stands for names of the user's in docs/iam/. */
const PLACEHOLDERS: [RegExp, string][] = [
  [/REGION/g, PLACE.region],
  [/ACCOUNT/g, PLACE.account],
  [/NAME/g, 'flowers'],
  [/BUCKET/g, '[^/]+'],
  [/EXECUTION_ROLE|REPOSITORY|TOPIC|KEY/g, '.+'],
]

const pattern = (resource: string): RegExp => {
  const escaped = resource.replace(/[.+?^$()|[\]{}\\]/g, '\\$&').replaceAll('*', '.*')
  return new RegExp(`^${PLACEHOLDERS.reduce((text, [what, by]) => text.replace(what, by), escaped)}$`)
}

const allowedBy = (name: Required['by']) => {
  const { Statement: statements } = JSON.parse(readFileSync(`${ROOT}docs/iam/${name}.json`, 'utf8'))
  return ({ action, resource }: Required): boolean =>
    (statements as Statement[]).some(
      ({ Action, Resource }) =>
        Action.includes(action) &&
        (resource === undefined || [Resource].flat().some((each) => pattern(each).test(resource))),
    )
}

const POLICIES = { deployer: allowedBy('deployer'), 'execution-role': allowedBy('execution-role') }

const seen = new Set<string>()

for (const name of readdirSync(CASES).sort()) {
  t.test(`${name}: what its requests need is in docs/iam/, and doctor asks for it`, async (t) => {
    const { deployment } = loadDeployment(`${CASES}${name}`)
    const asked = {
      deployer: new Set(deployerNeeds(deployment, PLACE).flatMap(({ actions }) => actions)),
      'execution-role': new Set(executionNeeds(deployment, PLACE).flatMap(({ actions }) => actions)),
    }
    const required = requiredBy(desire(deployment, resolvedFor(deployment)))
    for (const { action } of required) seen.add(action)
    t.strictSame(
      required.filter((each) => !POLICIES[each.by](each)),
      [],
      'docs/iam/',
    )
    t.strictSame(
      required.filter(({ by, action }) => !asked[by].has(action)),
      [],
      'doctor',
    )
  })
}

t.test('the cases have all of these', async (t) => {
  const all = [
    'sagemaker:AddTags',
    'cloudwatch:TagResource',
    'application-autoscaling:TagResource',
    'iam:PassRole',
    'iam:CreateServiceLinkedRole',
    'kms:CreateGrant',
    'kms:Decrypt',
    'kms:GenerateDataKey',
    's3:GetObject',
    's3:PutObject',
    'sns:Publish',
    'ssmmessages:OpenDataChannel',
    'ec2:CreateNetworkInterface',
    'cloudwatch:DescribeAlarms',
  ]
  t.strictSame(
    all.filter((action) => !seen.has(action)),
    [],
  )
})
