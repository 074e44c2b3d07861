/** Autoscaling: what is registered against what the file asks for. */

import { isDeepStrictEqual } from 'node:util'
import type { ScalableTarget } from '@aws-sdk/client-application-auto-scaling'
import type { Live } from '../aws/live.ts'
import type { Action } from './action.ts'
import type { Desired, Scaling } from './desired.ts'
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
const POLICY_FIELDS = [
  'PolicyType',
  'TargetTrackingScalingPolicyConfiguration',
  'StepScalingPolicyConfiguration',
] as const

/** Only what the request says: AWS fills in the rest. */
const saidDiffers = (from: object | undefined, to: object, fields: readonly string[]): Change[] =>
  diff(pick(from, fields), pick(to, fields)).filter(({ to: said }) => said !== undefined)

const policiesOf = (live: Live, name: string | undefined) =>
  live.scaling.policies.filter(({ ResourceId }) => ResourceId === name)

/** What is not as a request would make it. */
const changesOf = (
  { target, policies, alarm }: Scaling,
  registered: ScalableTarget,
  live: Live,
): Change[] => {
  const there = policiesOf(live, target.ResourceId)
  const { Tags: _, ...said } = alarm ?? {}
  const wakes = live.scaling.alarms.find(({ AlarmName }) => AlarmName === alarm?.AlarmName)
  const step = there.find(({ PolicyName }) => PolicyName === alarm?.AlarmName)
  return [
    ...saidDiffers(registered, target, TARGET_FIELDS),
    ...policies.flatMap((policy) => {
      const old = there.find(({ PolicyName }) => PolicyName === policy.PolicyName)
      return old === undefined
        ? [{ path: 'policies', to: policy.PolicyName }]
        : saidDiffers(old, policy, POLICY_FIELDS)
    }),
    ...(alarm === undefined
      ? []
      : wakes === undefined
        ? [{ path: 'alarm', to: alarm.AlarmName }]
        : [
            ...saidDiffers(wakes, said, Object.keys(said)),
            // A policy that was made anew has another ARN.
            ...(step === undefined || isDeepStrictEqual(wakes.AlarmActions, [step.PolicyARN])
              ? []
              : [{ path: 'AlarmActions', from: wakes.AlarmActions, to: [step.PolicyARN] }]),
          ]),
  ]
}

/** Policies of ours that the file no longer asks for: two at once would pull in two directions. Others' are theirs. */
const dropPolicies = (live: Live, { target, policies }: Scaling, prefix: string): Action[] => {
  const wanted = new Set(policies.map(({ PolicyName }) => PolicyName))
  return policiesOf(live, target.ResourceId)
    .filter(({ PolicyName }) => PolicyName?.startsWith(prefix) === true && !wanted.has(PolicyName))
    .map(({ PolicyName, ResourceId, ScalableDimension }) => ({
      what: 'scaling policy',
      kind: 'delete',
      name: PolicyName as string,
      request: { ServiceNamespace: 'sagemaker', PolicyName, ResourceId, ScalableDimension },
      changes: [],
      note: 'the file does not ask for it',
    }))
}

export const scalingActions = (desired: Desired, live: Live, removed: ReadonlySet<string>): Action[] => {
  const wanted = desired.scaling.flatMap((request): Action[] => {
    const name = request.target.ResourceId as string
    const target = removed.has(name)
      ? undefined
      : live.scaling.targets.find(({ ResourceId }) => ResourceId === name)
    if (target === undefined) {
      return [{ what: 'autoscaling', kind: 'create', name, request, changes: [] }]
    }
    const changes = changesOf(request, target, live)
    // Application Auto Scaling API reference, RegisterScalableTarget: tags are for a target that is made.
    const { Tags: _, ...untagged } = request.target
    const variant = name.split('/').at(-1)
    return [
      changes.length === 0
        ? { what: 'autoscaling', kind: 'keep', name, request, changes }
        : { what: 'autoscaling', kind: 'update', name, request: { ...request, target: untagged }, changes },
      ...dropPolicies(live, request, `${desired.endpoint}-${variant}-`),
    ]
  })
  const named = new Set(desired.scaling.map(({ target }) => target.ResourceId))
  const unwanted = live.scaling.targets.flatMap(({ ResourceId: name = '' }) =>
    named.has(name) || removed.has(name) ? [] : deregister(live, name, 'the file does not ask for it'),
  )
  return [...wanted, ...unwanted, ...dropAlarms(unneeded(desired, live), 'the file does not ask for it')]
}

/** Alarms that would wake what is not to sleep. */
const unneeded = ({ scaling }: Desired, live: Live): string[] => {
  const needed = new Set(scaling.map(({ alarm }) => alarm?.AlarmName))
  return live.scaling.alarms.flatMap(({ AlarmName }) =>
    AlarmName === undefined || needed.has(AlarmName) ? [] : [AlarmName],
  )
}

export const dropAlarms = (names: string[], note: string): Action[] =>
  names.length === 0
    ? []
    : [
        {
          what: 'alarm',
          kind: 'delete',
          name: names.join(', '),
          request: { AlarmNames: names },
          changes: [],
          note,
        },
      ]
