/**
 * Which actions the commands and the execution role need, and on what. docs/iam/ has the same as policies; tests hold the
 * two, and what scripts/ import from the SDK, against one another.
 */

import type { Deployment } from '../config/deployment.ts'
import { imagesOf } from '../config/fleets.ts'
import {
  bucketsOf,
  coreDumpsOf,
  furtherModels,
  hasShell,
  isFolder,
  isInVpc,
  keyArn,
  logGroup,
  objectsOf,
  outputsOf,
  type Place,
  repositoryArn,
  unique,
} from './resources.ts'

export type Need = {
  actions: readonly string[]
  resources: string[]
  /** Keys that conditions of policies look at. */
  context?: Readonly<Record<string, string>>
  /** A key's own policy may allow it, which IAM does not ask. */
  byKeyPolicy?: true
}

const PULL = ['ecr:BatchCheckLayerAvailability', 'ecr:GetDownloadUrlForLayer', 'ecr:BatchGetImage']

/** What the one who runs the commands needs. */
export const DEPLOYER = {
  models: ['sagemaker:CreateModel', 'sagemaker:DescribeModel', 'sagemaker:DeleteModel'],
  configs: [
    'sagemaker:CreateEndpointConfig',
    'sagemaker:DescribeEndpointConfig',
    'sagemaker:DeleteEndpointConfig',
  ],
  endpoints: [
    'sagemaker:CreateEndpoint',
    'sagemaker:DescribeEndpoint',
    'sagemaker:UpdateEndpoint',
    'sagemaker:UpdateEndpointWeightsAndCapacities',
    'sagemaker:DeleteEndpoint',
    'sagemaker:InvokeEndpoint',
    'sagemaker:InvokeEndpointAsync',
  ],
  /** CreateEndpoint and UpdateEndpoint are authorised on the configuration as well. */
  endpointOfConfig: ['sagemaker:CreateEndpoint', 'sagemaker:UpdateEndpoint'],
  tags: ['sagemaker:AddTags', 'sagemaker:ListTags'],
  lists: [
    'sagemaker:ListModels',
    'sagemaker:ListEndpointConfigs',
    'sagemaker:ListEndpoints',
    'tag:GetResources',
  ],
  passRole: ['iam:PassRole'],
  registry: ['ecr:GetAuthorizationToken'],
  repository: [
    'ecr:CreateRepository',
    'ecr:DescribeRepositories',
    'ecr:DescribeImages',
    ...PULL,
    'ecr:InitiateLayerUpload',
    'ecr:UploadLayerPart',
    'ecr:CompleteLayerUpload',
    'ecr:PutImage',
  ],
  bucket: ['s3:ListBucket', 's3:CreateBucket', 's3:ListBucketMultipartUploads'],
  objects: ['s3:GetObject', 's3:PutObject', 's3:DeleteObject', 's3:AbortMultipartUpload'],
  /** Of asynchronous inference: `invoke` and smoke tests read the answers, and put there what is too long to send. */
  outputs: ['s3:GetObject', 's3:PutObject'],
  outputBuckets: ['s3:ListBucket'],
  scaling: [
    'application-autoscaling:RegisterScalableTarget',
    'application-autoscaling:DeregisterScalableTarget',
    'application-autoscaling:DescribeScalableTargets',
    'application-autoscaling:PutScalingPolicy',
    'application-autoscaling:DescribeScalingPolicies',
    'application-autoscaling:DeleteScalingPolicy',
    'application-autoscaling:TagResource',
  ],
  /** Of target tracking: Application Auto Scaling makes and deletes them in the name of the one who asks for the policy. */
  trackingAlarms: ['cloudwatch:PutMetricAlarm', 'cloudwatch:DeleteAlarms'],
  scalingRole: ['iam:CreateServiceLinkedRole'],
  alarms: [
    'cloudwatch:PutMetricAlarm',
    'cloudwatch:DeleteAlarms',
    'cloudwatch:TagResource',
    'cloudwatch:ListTagsForResource',
  ],
  reads: ['cloudwatch:DescribeAlarms', 'cloudwatch:GetMetricData', 'logs:DescribeLogGroups'],
  logs: ['logs:DescribeLogStreams', 'logs:FilterLogEvents', 'logs:DeleteLogGroup'],
  /** SageMaker developer guide, "API Permissions Reference", CreateEndpoint: of `kmsKey`. */
  volumeKey: ['kms:CreateGrant', 'kms:DescribeKey'],
  /** Of `async.kmsKey`: to read answers. */
  answerKey: ['kms:Decrypt'],
} satisfies Record<string, readonly string[]>

/** For `doctor` alone, which does without them as well as it can. */
export const DOCTOR = [
  'iam:GetRole',
  'iam:SimulatePrincipalPolicy',
  'servicequotas:ListServiceQuotas',
  'servicequotas:ListAWSDefaultServiceQuotas',
]

/** What the proxy needs, wherever it runs. */
export const PROXY = {
  endpoint: ['sagemaker:InvokeEndpoint', 'sagemaker:DescribeEndpoint'],
  /** With `sticky.exposures`. */
  exposures: ['s3:PutObject'],
} satisfies Record<string, readonly string[]>

/** What SageMaker needs when it runs the endpoint in the execution role. */
export const EXECUTION = {
  registry: ['ecr:GetAuthorizationToken'],
  pull: PULL,
  models: ['s3:GetObject'],
  buckets: ['s3:ListBucket'],
  logs: ['logs:CreateLogGroup', 'logs:CreateLogStream', 'logs:PutLogEvents', 'logs:DescribeLogStreams'],
  metrics: ['cloudwatch:PutMetricData'],
  /** Of a rollout with `rollbackOn`. */
  alarms: ['cloudwatch:DescribeAlarms'],
  /** SageMaker developer guide, "SageMaker roles": for a model in a VPC. */
  network: [
    'ec2:CreateNetworkInterface',
    'ec2:CreateNetworkInterfacePermission',
    'ec2:DeleteNetworkInterface',
    'ec2:DeleteNetworkInterfacePermission',
    'ec2:DescribeNetworkInterfaces',
    'ec2:DescribeVpcs',
    'ec2:DescribeDhcpOptions',
    'ec2:DescribeSubnets',
    'ec2:DescribeSecurityGroups',
  ],
  /** Of asynchronous inference and of data capture. */
  outputs: ['s3:PutObject'],
  topics: ['sns:Publish'],
  /** API reference, DataCaptureConfig and ProductionVariantCoreDumpConfig; S3's own with a KMS key is GenerateDataKey. */
  outputKeys: ['kms:Encrypt', 'kms:GenerateDataKey'],
  /** SageMaker developer guide, "Access containers through SSM". */
  shell: [
    'ssmmessages:CreateControlChannel',
    'ssmmessages:CreateDataChannel',
    'ssmmessages:OpenControlChannel',
    'ssmmessages:OpenDataChannel',
  ],
} satisfies Record<string, readonly string[]>

const keyNeed = (actions: readonly string[], keys: (string | undefined)[], place: Place): Need => ({
  actions,
  resources: unique(keys.flatMap((key) => (key === undefined ? [] : keyArn(key, place)))),
  byKeyPolicy: true,
})

/** For the one who runs the commands, on the very things of this deployment; hashes in names are stood in for. */
export const deployerNeeds = (deployment: Deployment, place: Place): Need[] => {
  const { account, partition, region } = place
  const { endpoint, role, autoscaling, async } = deployment
  const arn = (service: string, rest: string) => `arn:${partition}:${service}:${region}:${account}:${rest}`
  const model = arn('sagemaker', `model/${endpoint}-0123456789`)
  const config = arn('sagemaker', `endpoint-config/${endpoint}-0123456789`)
  const itself = arn('sagemaker', `endpoint/${endpoint}`)
  // What lies in S3 or ECR already is read by the role, not by us.
  const uploaded = objectsOf(deployment, place, isFolder)
  const pushed = imagesOf(deployment).filter((image) => 'repository' in image)
  const named = imagesOf(deployment).filter((image) => 'uri' in image)
  const needs: Need[] = [
    { actions: DEPLOYER.models, resources: [model] },
    { actions: DEPLOYER.configs, resources: [config] },
    { actions: DEPLOYER.endpoints, resources: [itself] },
    { actions: DEPLOYER.endpointOfConfig, resources: [config] },
    { actions: DEPLOYER.tags, resources: [model, config, itself] },
    { actions: DEPLOYER.lists, resources: ['*'] },
    {
      actions: DEPLOYER.passRole,
      resources: [role],
      context: { 'iam:PassedToService': 'sagemaker.amazonaws.com' },
    },
    { actions: DEPLOYER.alarms, resources: [arn('cloudwatch', `alarm:${endpoint}-0123456789`)] },
    { actions: DEPLOYER.reads, resources: ['*'] },
    { actions: DEPLOYER.logs, resources: [logGroup(deployment, place)] },
  ]
  if (pushed.length > 0)
    needs.push(
      { actions: DEPLOYER.registry, resources: ['*'] },
      { actions: DEPLOYER.repository, resources: unique(pushed.map((image) => repositoryArn(image, place))) },
    )
  if (named.length > 0)
    needs.push({
      actions: ['ecr:DescribeImages'],
      resources: unique(named.map((image) => repositoryArn(image, place))),
    })
  if (uploaded.length > 0)
    needs.push(
      { actions: DEPLOYER.bucket, resources: bucketsOf(uploaded) },
      { actions: DEPLOYER.objects, resources: uploaded },
    )
  const outputs = outputsOf([async?.output, async?.failure], place)
  if (outputs.length > 0)
    needs.push(
      { actions: DEPLOYER.outputs, resources: outputs },
      { actions: DEPLOYER.outputBuckets, resources: bucketsOf(outputs) },
    )
  if (autoscaling !== undefined)
    needs.push(
      { actions: DEPLOYER.scaling, resources: ['*'] },
      {
        actions: DEPLOYER.trackingAlarms,
        resources: [
          arn('cloudwatch', `alarm:TargetTracking-endpoint/${endpoint}/variant/primary-AlarmHigh-0123456789`),
        ],
      },
      {
        actions: DEPLOYER.scalingRole,
        resources: [
          `arn:${partition}:iam::${account}:role/aws-service-role/sagemaker.application-autoscaling.amazonaws.com/AWSServiceRoleForApplicationAutoScaling_SageMakerEndpoint`,
        ],
        context: { 'iam:AWSServiceName': 'sagemaker.application-autoscaling.amazonaws.com' },
      },
    )
  const keys = [
    keyNeed(DEPLOYER.volumeKey, [deployment.kmsKey], place),
    keyNeed(DEPLOYER.answerKey, [async?.kmsKey], place),
  ]
  return [...needs, ...keys].filter(({ resources }) => resources.length > 0)
}

/** For the execution role. */
export const executionNeeds = (deployment: Deployment, place: Place): Need[] => {
  const { async, capture, rollout } = deployment
  const models = [...objectsOf(deployment, place, () => true), ...furtherModels(deployment, place)]
  const coreDumps = coreDumpsOf(deployment)
  const outputs = outputsOf(
    [async?.output, async?.failure, capture?.to, ...coreDumps.map(({ to }) => to)],
    place,
  )
  const outputKeys = [async?.kmsKey, capture?.kmsKey, ...coreDumps.map(({ kmsKey }) => kmsKey)]
  const topics = [async?.successTopic, async?.errorTopic].filter((topic) => topic !== undefined)
  const images = imagesOf(deployment).map((image) => repositoryArn(image, place))
  const needs: Need[] = [
    { actions: EXECUTION.registry, resources: ['*'] },
    { actions: EXECUTION.pull, resources: unique(images) },
    { actions: EXECUTION.models, resources: models },
    { actions: EXECUTION.buckets, resources: bucketsOf(models) },
    { actions: EXECUTION.logs, resources: [logGroup(deployment, place)] },
    { actions: EXECUTION.metrics, resources: ['*'] },
    { actions: EXECUTION.alarms, resources: rollout.rollbackOn.length > 0 ? ['*'] : [] },
    { actions: EXECUTION.network, resources: isInVpc(deployment) ? ['*'] : [] },
    { actions: EXECUTION.outputs, resources: outputs },
    { actions: EXECUTION.topics, resources: topics },
    keyNeed(EXECUTION.outputKeys, outputKeys, place),
    { actions: EXECUTION.shell, resources: hasShell(deployment) ? ['*'] : [] },
  ]
  return needs.filter(({ resources }) => resources.length > 0)
}
