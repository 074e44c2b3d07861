/** What should be there, as the very requests that make it. Pure data: `desire` computes it, `plan` compares, `deploy` sends. */

import type {
  PutScalingPolicyCommandInput,
  RegisterScalableTargetCommandInput,
} from '@aws-sdk/client-application-auto-scaling'
import type { PutMetricAlarmCommandInput } from '@aws-sdk/client-cloudwatch'
import type {
  CreateEndpointCommandInput,
  CreateEndpointConfigCommandInput,
  CreateModelCommandInput,
  UpdateEndpointCommandInput,
} from '@aws-sdk/client-sagemaker'
import type { ImageSource } from '../config/deployment.ts'

export const imageKey = (image: ImageSource): string => JSON.stringify(image)

/** A model archive and where it belongs. `sha256` is that of the tar file within: how zlib packs it differs between versions. */
export type Archive = { folder: string; sha256: string; bytes: number; bucket: string; key: string }

/** What must be looked up before requests can be written: the account, images by digest, archives by hash. */
export type Resolved = {
  account: string
  partition: string
  region: string
  /** By `imageKey`: `…/repository@sha256:…`. */
  images: ReadonlyMap<string, string>
  /** By absolute folder. */
  archives: ReadonlyMap<string, Archive>
}

export type Desired = {
  endpoint: string
  archives: Archive[]
  /** Named by the hash of what they say, so that making one twice is making it once. */
  models: CreateModelCommandInput[]
  config: CreateEndpointConfigCommandInput
  create: CreateEndpointCommandInput
  update: UpdateEndpointCommandInput
  /** For the new fleet only (dimension EndpointConfigName); there while an update runs, and deleted after it. */
  alarms: PutMetricAlarmCommandInput[]
  scaling: Scaling[]
}

export type Scaling = {
  target: RegisterScalableTargetCommandInput
  policies: PutScalingPolicyCommandInput[]
  /** Sets off the step policy among them, whose ARN is known once it is made. */
  alarm?: Omit<PutMetricAlarmCommandInput, 'AlarmActions'>
}

/** On everything that we make: the endpoint it belongs to. `delete` and `gc` touch nothing else. */
export const OWNER_TAG = 'onnx-serving:endpoint'

/** On the endpoint: hashes of its configurations, newest first, separated by spaces. `rollback` reads it. */
export const HISTORY_TAG = 'onnx-serving:history'

/** On the endpoint: the hash of the configuration that was verified and tested last. Without it a killed run is taken up. */
export const VERIFIED_TAG = 'onnx-serving:verified'
