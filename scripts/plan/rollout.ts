/** How an update is made: what it keeps, in which steps it goes, and what rolls it back. */

import type { DeploymentConfig, UpdateEndpointCommandInput } from '@aws-sdk/client-sagemaker'
import type { Deployment, FleetSize, Rollout } from '../config/deployment.ts'
import { rollbackAlarms } from './alarms.ts'
import type { Desired } from './desired.ts'

type Update = Omit<UpdateEndpointCommandInput, 'EndpointName' | 'EndpointConfigName'>

/** What is captured is for the file alone to say. */
export const retained = ({ keepCapacity }: Rollout): Update =>
  keepCapacity
    ? {
        RetainAllVariantProperties: true,
        ExcludeRetainedVariantProperties: [{ VariantPropertyType: 'DataCaptureConfig' }],
      }
    : { RetainAllVariantProperties: false }

/** How an update is guarded. Nothing where SageMaker's default will do: all at once, no wait, no alarms. */
export const guarded = (
  deployment: Deployment,
  alarms: Desired['alarms'],
): Pick<Update, 'DeploymentConfig'> => {
  const { strategy, keepOldSeconds, rollbackOn } = deployment.rollout
  if (strategy === 'all-at-once' && keepOldSeconds === 0 && rollbackOn.length === 0) return {}
  const names = rollbackAlarms(deployment, alarms)
  return {
    DeploymentConfig: {
      ...updatePolicy(deployment.rollout),
      ...(names.length > 0 && {
        AutoRollbackConfiguration: { Alarms: names.map((AlarmName) => ({ AlarmName })) },
      }),
    },
  }
}

const updatePolicy = ({
  strategy,
  step = { percent: 100 },
  bakeSeconds,
  keepOldSeconds,
  timeoutSeconds,
  rollbackStep,
}: Rollout): DeploymentConfig => {
  if (strategy === 'rolling') {
    return {
      RollingUpdatePolicy: {
        MaximumBatchSize: capacity(step),
        WaitIntervalInSeconds: bakeSeconds,
        MaximumExecutionTimeoutInSeconds: timeoutSeconds,
        ...(rollbackStep !== undefined && { RollbackMaximumBatchSize: capacity(rollbackStep) }),
      },
    }
  }
  const routing = {
    'all-at-once': { Type: 'ALL_AT_ONCE' as const },
    canary: { Type: 'CANARY' as const, CanarySize: capacity(step) },
    linear: { Type: 'LINEAR' as const, LinearStepSize: capacity(step) },
  }
  return {
    BlueGreenUpdatePolicy: {
      TrafficRoutingConfiguration: { ...routing[strategy], WaitIntervalInSeconds: bakeSeconds },
      TerminationWaitInSeconds: keepOldSeconds,
      MaximumExecutionTimeoutInSeconds: timeoutSeconds,
    },
  }
}

const capacity = (size: FleetSize) =>
  'percent' in size
    ? { Type: 'CAPACITY_PERCENT' as const, Value: size.percent }
    : { Type: 'INSTANCE_COUNT' as const, Value: size.instances }
