/**
 * Which actions the commands and the execution role need, and on what. docs/iam/ has the same as policies; tests hold the
 * two, and what scripts/ import from the SDK, against one another.
 */

import { parseAddress } from '../aws/image-address.ts'
import type { Deployment, ImageSource, ModelSource } from '../config/deployment.ts'
import { fleetsOf, imagesOf } from '../config/fleets.ts'
import { defaultBucket } from '../package/archive.ts'
import type { Resolved } from '../plan/desired.ts'

export type Need = {
  actions: readonly string[]
  resources: string[]
  /** Keys that conditions of policies look at. */
  context?: Readonly<Record<string, string>>
}

type Place = Pick<Resolved, 'account' | 'partition' | 'region'>

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
  ],
  scalingRole: ['iam:CreateServiceLinkedRole'],
  alarms: [
    'cloudwatch:PutMetricAlarm',
    'cloudwatch:DeleteAlarms',
    'cloudwatch:TagResource',
    'cloudwatch:ListTagsForResource',
  ],
  reads: ['cloudwatch:DescribeAlarms', 'cloudwatch:GetMetricData', 'logs:DescribeLogGroups'],
  logs: ['logs:DescribeLogStreams', 'logs:FilterLogEvents', 'logs:DeleteLogGroup'],
} satisfies Record<string, readonly string[]>

/** For `doctor` alone, which does without them as well as it can. */
export const DOCTOR = [
  'iam:GetRole',
  'iam:SimulatePrincipalPolicy',
  'servicequotas:ListServiceQuotas',
  'servicequotas:ListAWSDefaultServiceQuotas',
]

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
} satisfies Record<string, readonly string[]>

const unique = (texts: readonly string[]): string[] => [...new Set(texts)]

const repositoryArn = (image: ImageSource, { account, partition, region }: Place): string => {
  const { account: owner, repository } = 'uri' in image ? parseAddress(image.uri) : { ...image, account }
  return `arn:${partition}:ecr:${region}:${owner}:repository/${repository}`
}

/** `s3://…` as an ARN. */
const s3Arn = (address: string, { partition }: Place): string =>
  `arn:${partition}:s3:::${address.slice('s3://'.length)}`

const isFolder = (model: ModelSource) => typeof model === 'object' && 'path' in model

/** The objects of the models that `keep` picks, as patterns. */
const objectsOf = (deployment: Deployment, place: Place, keep: (model: ModelSource) => boolean): string[] =>
  unique(
    fleetsOf(deployment)
      .filter(({ model }) => keep(model))
      .flatMap(({ model }) => {
        if (model === 'baked-in') return []
        if ('uri' in model) return s3Arn(model.uri, place)
        if ('prefix' in model) return s3Arn(`${model.prefix}*`, place)
        return s3Arn(`s3://${model.bucket ?? defaultBucket(place)}/${deployment.endpoint}/*`, place)
      }),
  )

const bucketsOf = (objects: readonly string[]): string[] =>
  unique(objects.map((arn) => arn.replace(/\/.*$/, '')))

/** The objects under these `s3://…` addresses, as patterns. */
const outputsOf = (addresses: readonly (string | undefined)[], place: Place): string[] =>
  unique(
    addresses.flatMap((address) =>
      address === undefined ? [] : s3Arn(address.replace(/\/?$/, '/*'), place),
    ),
  )

const logGroup = ({ endpoint }: Deployment, { account, partition, region }: Place): string =>
  `arn:${partition}:logs:${region}:${account}:log-group:/aws/sagemaker/Endpoints/${endpoint}:*`

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
        actions: DEPLOYER.scalingRole,
        resources: [
          `arn:${partition}:iam::${account}:role/aws-service-role/sagemaker.application-autoscaling.amazonaws.com/AWSServiceRoleForApplicationAutoScaling_SageMakerEndpoint`,
        ],
        context: { 'iam:AWSServiceName': 'sagemaker.application-autoscaling.amazonaws.com' },
      },
    )
  return needs
}

/** For the execution role. */
export const executionNeeds = (deployment: Deployment, place: Place): Need[] => {
  const { async, capture, network, rollout } = deployment
  const models = objectsOf(deployment, place, () => true)
  const outputs = outputsOf([async?.output, async?.failure, capture?.to], place)
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
    { actions: EXECUTION.network, resources: network.subnets.length > 0 ? ['*'] : [] },
    { actions: EXECUTION.outputs, resources: outputs },
    { actions: EXECUTION.topics, resources: topics },
  ]
  return needs.filter(({ resources }) => resources.length > 0)
}
