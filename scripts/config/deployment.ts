/** One environment of `endpoint.yaml`, checked, merged and with every default filled in: what all commands work from. */

import type { Sticky } from './sticky.ts'

/** An image by its address, or the newest (or the named tag) of an ECR repository that `push` fills. Paths are absolute. */
export type ImageSource =
  | { uri: string }
  | {
      repository: string
      tag?: string
      dockerfile: string
      context: string
      platform: 'linux/amd64' | 'linux/arm64'
      buildArgs: Record<string, string>
    }

/**
 * A folder that is packed and uploaded (`path` is absolute); an archive that lies in S3; an uncompressed prefix in S3;
 * a model package, which has its image too; or nothing, because the image has the model in it.
 */
export type ModelSource =
  | { path: string; bucket?: string }
  | { uri: string }
  | { prefix: string }
  | { package: string }
  | 'baked-in'

export type Compute =
  | {
      kind: 'instances'
      type: string
      /** Types in the order in which they are tried, the first of which is `type`; only where the file has several. */
      pools?: string[]
      provisionTimeoutSeconds?: number
      count: number
      volumeGb?: number
      routing?: 'least-outstanding' | 'random'
      startupTimeoutSeconds?: number
      downloadTimeoutSeconds?: number
      ami?: string
      /** ARN. */
      reservation?: string
      ssmAccess?: boolean
      coreDumps?: { to: string; kmsKey?: string }
      managedScaling?: {
        min: number
        max: number
        scaleIn?: 'idle-release' | 'consolidation'
        step?: number
        cooldownSeconds?: number
      }
    }
  | { kind: 'serverless'; memoryMb: number; maxConcurrency: number; provisioned?: number }

export type Variant = {
  name: string
  weight: number
  model: ModelSource
  /** None where the model is a package. */
  image?: ImageSource | undefined
  compute: Compute
}

/** `provisioned-concurrency` is for serverless variants, and the only one there; the others are for instances. */
export type ScalingMetric =
  | 'invocations-per-instance'
  | 'concurrency'
  | 'cpu'
  | 'backlog'
  | 'provisioned-concurrency'

/** `cpu` and `provisioned-concurrency` have their value in percent. */
export type Autoscaling = {
  min: number
  max: number
  metric: ScalingMetric
  value: number
  scaleInSeconds: number
  scaleOutSeconds: number
}

/** A share of the fleet in percent, or a number of instances. */
export type FleetSize = { percent: number } | { instances: number }

/** An alarm that is made for the new fleet, or one of the user's own by its name. */
export type RollbackRule =
  | { metric: '5xx-rate' | '4xx-rate' | 'error-rate'; abovePercent: number; points: number; of: number }
  | { metric: 'p99-latency' | 'p50-latency'; aboveMs: number; points: number; of: number }
  | { alarm: string }

export type Rollout = {
  strategy: 'all-at-once' | 'canary' | 'linear' | 'rolling'
  step?: FleetSize
  bakeSeconds: number
  keepOldSeconds: number
  timeoutSeconds: number
  /** Of `rolling`: how much a rollback brings back at once. */
  rollbackStep?: FleetSize
  rollbackOn: RollbackRule[]
  /** Keeps what autoscaling and `traffic` have set, instead of what the file says. */
  keepCapacity: boolean
}

/** `file` is absolute. */
export type SmokeTest = {
  file: string
  contentType: string
  accept?: string
  status: number
  /** Every path (`$.predictions[0].label`) must be found with this value; without one, the path must exist. */
  expect: { path: string; equals?: unknown }[]
  maxMs?: number
}

export type Members = Record<string, unknown>

export type Deployment = {
  /** `name`, or `name-environment` where the file has environments: the endpoint's name and the prefix of everything else. */
  endpoint: string
  environment?: string
  region?: string
  account?: string
  role: string
  env: Record<string, string>
  network: { isolated: boolean; subnets: string[]; securityGroups: string[] }
  tags: Record<string, string>
  /** At least one. Its model, image and compute are the file's own where the variant names none. */
  variants: Variant[]
  shadow?: {
    name: string
    percent: number
    model: ModelSource
    image?: ImageSource | undefined
    compute: Compute
  }
  async?: {
    output: string
    failure?: string
    concurrencyPerInstance?: number
    kmsKey?: string
    successTopic?: string
    errorTopic?: string
  }
  autoscaling?: Autoscaling
  capture?: {
    percent: number
    to: string
    what: ('input' | 'output')[]
    /** Media types. */
    asJson?: string[]
    asCsv?: string[]
    kmsKey?: string
  }
  /** Of the volumes. */
  kmsKey?: string
  observability?: {
    detailed?: boolean
    enhanced?: boolean
    everySeconds?: number
    container?: { path: string; everySeconds?: number }
  }
  /** Members of requests by SageMaker's names. */
  aws?: { model?: Members | undefined; config?: Members | undefined; variant?: Members | undefined }
  sticky?: Sticky
  rollout: Rollout
  smoke: SmokeTest[]
  keepVersions: number
}

/** One environment with `target: lambda`: a function. */
export type LambdaDeployment = Pick<
  Deployment,
  'endpoint' | 'environment' | 'region' | 'account' | 'role' | 'env' | 'tags' | 'smoke' | 'keepVersions'
> & {
  target: 'lambda'
  network: { subnets: string[]; securityGroups: string[] }
  /** The one thing that has a model and an image. */
  variants: [{ model: ModelSource; image: ImageSource }]
  memoryMb: number
  timeoutSeconds: number
  /** Else what the model needs. */
  ephemeralMb?: number
  url?: { auth: 'iam' | 'none' }
  provisionedConcurrency?: number
  reservedConcurrency?: number
  rollout: LambdaRollout
}

export type LambdaRollout = {
  strategy: 'all-at-once' | 'canary' | 'linear'
  /** Part of the requests that moves at once. */
  stepPercent: number
  bakeSeconds: number
  timeoutSeconds: number
  rollbackOn: RollbackRule[]
}

/** What a file may describe. */
export type AnyDeployment = Deployment | LambdaDeployment

/** Whose a function's archives and alarms are: an endpoint may have the same name, and its own. */
export const functionOwner = (name: string): string => `${name}/function`

/** Whose the archives are: the folder in the bucket. */
export const ownerOf = ({ endpoint, target }: { endpoint: string; target?: 'lambda' }): string =>
  target === undefined ? endpoint : functionOwner(endpoint)

export const isLambda = (deployment: AnyDeployment): deployment is LambdaDeployment => 'target' in deployment
