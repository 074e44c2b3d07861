/** Autoscaling: what is registered against what the file asks for. */

import type { Live } from '../aws/live.ts'
import type { Action } from './action.ts'
import type { Desired } from './desired.ts'
import { type Change, diff, pick } from './diff.ts'

export const deregister = (live: Live, resource: string, note: string): Action[] =>
  live.scaling.targets
    .filter(({ ResourceId }) => ResourceId === resource)
    .map(({ ScalableDimension }) => ({
      what: 'autoscaling',
      kind: 'delete',
      name: resource,
      request: { ServiceNamespace: 'sagemaker', ResourceId: resource, ScalableDimension },
      changes: [],
      note,
    }))

const TARGET_FIELDS = ['MinCapacity', 'MaxCapacity'] as const
const POLICY_FIELDS = ['PolicyType', 'TargetTrackingScalingPolicyConfiguration'] as const

/** Only what the request says: AWS fills in the rest. */
const saidDiffers = (from: object | undefined, to: object, fields: readonly string[]): Change[] =>
  diff(pick(from, fields), pick(to, fields)).filter(({ to: said }) => said !== undefined)

export const scalingActions = (desired: Desired, live: Live, removed: ReadonlySet<string>): Action[] => {
  const wanted = desired.scaling.map((request): Action => {
    const name = request.target.ResourceId as string
    const gone = removed.has(name)
    const target = gone ? undefined : live.scaling.targets.find(({ ResourceId }) => ResourceId === name)
    const policy =
      target &&
      live.scaling.policies.find(
        ({ ResourceId, PolicyName }) => ResourceId === name && PolicyName === request.policy.PolicyName,
      )
    const changes =
      target === undefined
        ? []
        : [
            ...saidDiffers(target, request.target, TARGET_FIELDS),
            ...saidDiffers(policy, request.policy, POLICY_FIELDS),
          ]
    const kind =
      target === undefined ? 'create' : changes.length > 0 || policy === undefined ? 'update' : 'keep'
    // Application Auto Scaling API reference, RegisterScalableTarget: tags are for a target that is made.
    const { Tags: _, ...untagged } = request.target
    const sent = kind === 'update' ? { ...request, target: untagged } : request
    return { what: 'autoscaling', kind, name, request: sent, changes }
  })
  const named = new Set(desired.scaling.map(({ target }) => target.ResourceId))
  const unwanted = live.scaling.targets.flatMap(({ ResourceId: name = '' }) =>
    named.has(name) || removed.has(name) ? [] : deregister(live, name, 'the file does not ask for it'),
  )
  return [...wanted, ...unwanted]
}
