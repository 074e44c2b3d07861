/** From the keys of one environment with `target: lambda` to a LambdaDeployment. */

import { dirname, resolve } from 'node:path'
import {
  alarmWindowSeconds,
  type Complete,
  completeImage,
  completeModel,
  completeSmoke,
  DEFAULT_KEEP_VERSIONS,
  given,
  type Identity,
} from './complete.ts'
import type { LambdaDeployment, LambdaRollout } from './deployment.ts'
import type { Settings } from './schema.ts'

/** More than a CPU, and of a model of some hundred megabytes it leaves as much again for what is computed. */
const DEFAULT_MEMORY_MB = 2048

const DEFAULT_TIMEOUT_SECONDS = 30

const DEFAULT_STEP_PERCENT = { 'all-at-once': 100, canary: 10, linear: 25 }

export const completeLambda = (
  settings: Complete,
  { name, environment, file }: Identity,
): LambdaDeployment => {
  const folder = dirname(resolve(file))
  const { lambda = {}, network } = settings
  return {
    target: 'lambda',
    endpoint: environment === undefined ? name : `${name}-${environment}`,
    ...given({ environment, region: settings.region, account: settings.account }),
    role: settings.role,
    env: settings.env ?? {},
    tags: settings.tags ?? {},
    network: { subnets: network?.subnets ?? [], securityGroups: network?.securityGroups ?? [] },
    variants: [
      {
        model: completeModel(settings.model, folder),
        image: completeImage(settings.image, { name, folder, platform: 'linux/amd64' }),
      },
    ],
    memoryMb: lambda.memoryMb ?? DEFAULT_MEMORY_MB,
    timeoutSeconds: lambda.timeout ?? DEFAULT_TIMEOUT_SECONDS,
    ...given({
      ephemeralMb: lambda.ephemeralMb,
      url: lambda.url,
      provisionedConcurrency: lambda.provisionedConcurrency,
      reservedConcurrency: lambda.reservedConcurrency,
    }),
    rollout: completeRollout(settings),
    smoke: completeSmoke(settings.smoke, folder),
    keepVersions: settings.keepVersions ?? DEFAULT_KEEP_VERSIONS,
  }
}

/** `rolling` is refused by the rules. */
const completeRollout = ({ rollout = {} }: Settings): LambdaRollout => {
  const { strategy = 'all-at-once', rollbackOn = [], step } = rollout
  const known = strategy === 'rolling' ? 'linear' : strategy
  const window = alarmWindowSeconds(rollbackOn)
  return {
    strategy: known,
    stepPercent: step !== undefined && 'percent' in step ? step.percent : DEFAULT_STEP_PERCENT[known],
    bakeSeconds: rollout.bake ?? (known === 'all-at-once' ? window : Math.max(300, window)),
    timeoutSeconds: rollout.timeout ?? 3600,
    rollbackOn,
  }
}
