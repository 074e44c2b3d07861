/** Autoscaling that must be taken off for an update, and put back after it. */

import type { DescribeEndpointConfigOutput } from '@aws-sdk/client-sagemaker'
import { type Live, readScaling } from '../aws/live.ts'
import { OWNER_TAG, type Scaling } from '../plan/desired.ts'
import { scalableResource } from '../plan/names.ts'
import { wakeAlarm, wakeName } from '../plan/wake.ts'
import { registerScaling } from './apply.ts'
import type { Session } from './session.ts'

/** What is there, as the requests that would make it. */
export const toScaling = ({ targets, policies }: Pick<Live['scaling'], 'targets' | 'policies'>): Scaling[] =>
  targets.map(({ ServiceNamespace, ResourceId = '', ScalableDimension, MinCapacity, MaxCapacity }) => {
    const names = { ServiceNamespace, ResourceId, ScalableDimension }
    const own = policies.filter(
      (policy) => policy.ResourceId === ResourceId && policy.ScalableDimension === ScalableDimension,
    )
    const [, endpoint = '', , variant = ''] = ResourceId.split('/')
    const wakes = own.some(({ PolicyName }) => PolicyName === wakeName(endpoint, variant))
    return {
      target: { ...names, MinCapacity, MaxCapacity },
      policies: own.map(
        ({
          PolicyName,
          PolicyType,
          TargetTrackingScalingPolicyConfiguration,
          StepScalingPolicyConfiguration,
        }) => ({
          ...names,
          PolicyName,
          PolicyType,
          TargetTrackingScalingPolicyConfiguration,
          StepScalingPolicyConfiguration,
        }),
      ),
      ...(wakes && {
        alarm: wakeAlarm(endpoint, wakeName(endpoint, variant), [{ Key: OWNER_TAG, Value: endpoint }]),
      }),
    }
  })

/**
 * Registers those variants of `config` that are not registered.
 * @param before as they were
 * @param wanted as the file has them: for those which an earlier run, cut short, has taken off
 */
export const restoreScaling = async (
  session: Session,
  endpoint: string,
  config: DescribeEndpointConfigOutput | undefined,
  before: readonly Scaling[],
  wanted: readonly Scaling[],
): Promise<void> => {
  const now = await readScaling(session.clients, endpoint, config?.ProductionVariants ?? [])
  const registered = new Set(now.targets.map(({ ResourceId }) => ResourceId))
  const known = new Set(before.map(({ target }) => target.ResourceId))
  const variants = new Set(
    (config?.ProductionVariants ?? []).map(({ VariantName }) =>
      scalableResource(endpoint, VariantName as string),
    ),
  )
  for (const each of [...before, ...wanted.filter(({ target }) => !known.has(target.ResourceId))]) {
    const name = each.target.ResourceId as string
    if (registered.has(name) || !variants.has(name)) continue
    session.output.step(`+ autoscaling ${name}`)
    await registerScaling(session, each)
  }
}
