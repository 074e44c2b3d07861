/** One thing that `deploy` does, with the very request. */

import type {
  DeleteScalingPolicyCommandInput,
  DeregisterScalableTargetCommandInput,
} from '@aws-sdk/client-application-auto-scaling'
import type { DeleteAlarmsCommandInput, PutMetricAlarmCommandInput } from '@aws-sdk/client-cloudwatch'
import type { CreateBucketCommandInput } from '@aws-sdk/client-s3'
import type {
  AddTagsCommandInput,
  CreateEndpointCommandInput,
  CreateEndpointConfigCommandInput,
  CreateModelCommandInput,
  UpdateEndpointCommandInput,
} from '@aws-sdk/client-sagemaker'
import type { Archive, Scaling } from './desired.ts'
import type { Change } from './diff.ts'

export type Step<What, Kind, Request> = {
  what: What
  kind: Kind
  name: string
  request: Request
  /** Against what is live, where there is something to compare with. */
  changes: Change[]
  /** What the request cannot say. */
  note?: string
}

export type Action =
  | Step<'bucket', 'create' | 'keep', CreateBucketCommandInput>
  | Step<'archive', 'create' | 'keep', Archive>
  | Step<'model', 'create' | 'keep', CreateModelCommandInput>
  | Step<'configuration', 'create' | 'keep', CreateEndpointConfigCommandInput>
  | Step<'tags', 'update', Pick<AddTagsCommandInput, 'Tags'>>
  | Step<'alarm', 'create', PutMetricAlarmCommandInput>
  | Step<'alarm', 'delete', DeleteAlarmsCommandInput>
  | Step<'endpoint', 'create' | 'replace', CreateEndpointCommandInput>
  | Step<'endpoint', 'update', UpdateEndpointCommandInput>
  | Step<'endpoint', 'keep', undefined>
  | Step<'autoscaling', 'create' | 'update' | 'keep', Scaling>
  | Step<'autoscaling', 'delete', DeregisterScalableTargetCommandInput>
  | Step<'scaling policy', 'delete', DeleteScalingPolicyCommandInput>

export type Plan = {
  endpoint: string
  /** In the order in which they are carried out. */
  actions: Action[]
  warnings: string[]
  /** Why nothing of this can be done, and what can be. */
  blocked?: { message: string; fix: string }
}

/** A plan of any target, as far as people are shown it. */
export type Shown = Pick<Plan, 'endpoint' | 'warnings' | 'blocked'> & {
  actions: readonly Pick<
    Step<string, Action['kind'], unknown>,
    'what' | 'kind' | 'name' | 'changes' | 'note'
  >[]
}

/** Whether `deploy` would send nothing. */
export const isNothing = ({ actions }: Pick<Shown, 'actions'>): boolean =>
  actions.every(({ kind }) => kind === 'keep')
