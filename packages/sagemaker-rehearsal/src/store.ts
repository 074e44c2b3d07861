/** Everything that the rehearsal knows, as plain data. Times are milliseconds of its clock; AWS's own shapes are kept as they came. */

import type { PutScalingPolicyRequest } from './models/application-autoscaling.ts'
import type { PutMetricAlarmInput } from './models/cloudwatch.ts'
import type { CreateRepositoryRequest } from './models/ecr.ts'
import type { Cors } from './models/lambda.ts'
import type {
  CreateEndpointConfigInput,
  CreateModelInput,
  CreateTransformJobRequest,
  DeploymentConfig,
  DescribeEndpointOutput,
  DescribeTransformJobResponse,
  ProductionVariant,
  ProductionVariantStatus,
} from './models/sagemaker.ts'

export type EndpointStatus = DescribeEndpointOutput['EndpointStatus']
export type VariantStatus = ProductionVariantStatus['Status']

export type Created<Input> = { arn: string; createdAt: number; input: Input }

/** One variant of a fleet: what the configuration says, and what has been changed since. */
export type FleetVariant = {
  name: string
  shadow: boolean
  config: ProductionVariant
  image: { specified: string; resolved: string; resolvedAt: number }
  weight: number
  /** Instances; for a serverless variant always 1, which nobody sees. */
  desiredCount: number
  maxConcurrency?: number
  provisionedConcurrency?: number
  status?: { status: VariantStatus; since: number }
}

export type Fleet = { id: string; configName: string; startedAt: number; variants: FleetVariant[] }

export type Endpoint = {
  name: string
  arn: string
  region: string
  status: EndpointStatus
  failureReason?: string
  createdAt: number
  modifiedAt: number
  /** What serves, or served before the deployment that is under way. */
  blue: Fleet
  /** The new fleet of a deployment that is under way. */
  green?: Fleet
  /** Part of the traffic, from 0 to 1, that goes to the green fleet. */
  greenShare: number
  lastDeployment?: DeploymentConfig
}

export type TransformJob = {
  name: string
  arn: string
  createdAt: number
  modifiedAt: number
  /** When the instances were up. */
  startedAt?: number
  endedAt?: number
  status: DescribeTransformJobResponse['TransformJobStatus']
  failureReason?: string
  input: CreateTransformJobRequest
}

export type StoredObject = {
  key: string
  /** Name of the file that holds it. */
  file: string
  bytes: number
  etag: string
  modifiedAt: number
  contentType: string
  /** `x-amz-meta-*`, given back as they came. */
  headers: Record<string, string>
  /** By algorithm: `crc32`, `sha256`, … */
  checksums: Record<string, string>
}

export type Upload = {
  id: string
  key: string
  createdAt: number
  contentType: string
  headers: Record<string, string>
  parts: Map<number, { file: string; bytes: number; etag: string }>
}

export type Bucket = {
  name: string
  region: string
  createdAt: number
  objects: Map<string, StoredObject>
  uploads: Map<string, Upload>
}

export type Repository = {
  name: string
  arn: string
  createdAt: number
  mutability: NonNullable<CreateRepositoryRequest['imageTagMutability']>
  scanOnPush: boolean
  lifecyclePolicy?: string
}

export type Alarm = {
  arn: string
  input: PutMetricAlarmInput
  state: 'OK' | 'ALARM' | 'INSUFFICIENT_DATA'
  reason: string
  stateAt: number
  /** When it last went into ALARM. */
  alarmedAt?: number
  configuredAt: number
}

export type ScalableTarget = {
  key: string
  arn: string
  resourceId: string
  dimension: string
  min: number
  max: number
  createdAt: number
  suspended: { in: boolean; out: boolean }
}

export type ScalingPolicy = {
  arn: string
  targetKey: string
  input: PutScalingPolicyRequest
  /** The alarm for scaling out, and the one for scaling in where there is one. */
  alarmNames: string[]
  createdAt: number
  scaledAt?: number
}

export type ScalingActivity = {
  id: string
  resourceId: string
  dimension: string
  description: string
  cause: string
  at: number
}

/** What a version of a function says; `$LATEST` is the one that changes. */
export type FunctionCode = {
  version: string
  description: string
  role: string
  image: { specified: string; resolved: string }
  command?: string[]
  environment: Record<string, string>
  memoryMb: number
  timeoutSeconds: number
  storageMb: number
  architecture: 'x86_64' | 'arm64'
  vpc?: { SubnetIds?: string[]; SecurityGroupIds?: string[] }
  createdAt: number
  modifiedAt: number
  /** When it is done with being made, or with the last change. */
  readyAt: number
  revisionId: string
}

export type Alias = {
  name: string
  version: string
  description: string
  /** Part of the invocations that goes to another version. */
  other?: { version: string; weight: number }
  revisionId: string
}

export type FunctionUrl = {
  id: string
  auth: 'NONE' | 'AWS_IAM'
  invokeMode: 'BUFFERED' | 'RESPONSE_STREAM'
  cors?: Cors | undefined
  createdAt: number
  modifiedAt: number
}

export type LambdaFunction = {
  name: string
  arn: string
  region: string
  latest: FunctionCode
  /** Published, oldest first. */
  versions: FunctionCode[]
  /** Numbers are never given twice. */
  lastVersion: number
  aliases: Map<string, Alias>
  reserved?: number
  /** By alias, or version. */
  provisioned: Map<
    string,
    { count: number; at: number; status: 'IN_PROGRESS' | 'READY' | 'FAILED'; reason?: string }
  >
  urls: Map<string, FunctionUrl>
  /** By alias, version, or '' for the function: statements by their ids. */
  policies: Map<string, { statements: Map<string, PolicyStatement>; revisionId: string }>
}

export type PolicyStatement = {
  Sid: string
  Effect: 'Allow'
  Principal: unknown
  Action: string
  Resource: string
  Condition?: Record<string, Record<string, string>>
}

export type Store = {
  account: string
  models: Map<string, Created<CreateModelInput>>
  endpointConfigs: Map<string, Created<CreateEndpointConfigInput>>
  /** By name in lower case: names are unique without regard to case. */
  endpoints: Map<string, Endpoint>
  transformJobs: Map<string, TransformJob>
  /** By ARN. */
  tags: Map<string, Map<string, string>>
  buckets: Map<string, Bucket>
  repositories: Map<string, Repository>
  /** By name. */
  alarms: Map<string, Alarm>
  scalableTargets: Map<string, ScalableTarget>
  scalingPolicies: Map<string, ScalingPolicy>
  /** Newest first. */
  scalingActivities: ScalingActivity[]
  /** By name. */
  functions: Map<string, LambdaFunction>
}

export const createStore = (account: string): Store => ({
  account,
  models: new Map(),
  endpointConfigs: new Map(),
  endpoints: new Map(),
  transformJobs: new Map(),
  tags: new Map(),
  buckets: new Map(),
  repositories: new Map(),
  alarms: new Map(),
  scalableTargets: new Map(),
  scalingPolicies: new Map(),
  scalingActivities: [],
  functions: new Map(),
})
