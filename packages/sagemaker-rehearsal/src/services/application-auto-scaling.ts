/** Application Auto Scaling for the instances of SageMaker's variants, and the provisioned concurrency of serverless ones. */

import { randomUUID } from 'node:crypto'
import { AwsError, invalid } from '../aws-error.ts'
import type { Clock } from '../clock.ts'
import { type Actions, MODEL, type PutScalingPolicyRequest } from '../models/application-autoscaling.ts'
import { alarmsOf, CONCURRENCY, INSTANCES, PREDEFINED, parseResourceId } from '../scaling/target-tracking.ts'
import { arn, type Caller, page, type Service, type Actions as Table } from '../service.ts'
import type { ScalableTarget, ScalingPolicy, Store } from '../store.ts'
import { putAlarm } from './cloudwatch.ts'

const DIMENSIONS: readonly string[] = [INSTANCES, CONCURRENCY]

/** Other services and dimensions are AWS's, too, and not emulated. */
const checkScalable = ({
  ServiceNamespace: namespace,
  ScalableDimension: dimension,
}: {
  ServiceNamespace: string
  ScalableDimension?: string | undefined
}): void => {
  if (namespace !== 'sagemaker') throw invalid(`The rehearsal does not scale ${namespace}.`)
  if (dimension !== undefined && !DIMENSIONS.includes(dimension))
    throw invalid(`Unsupported scalable dimension in the rehearsal: ${dimension}`)
}

/** What holds between members, which AWS's model does not say. */
const checkPolicy = (input: PutScalingPolicyRequest): void => {
  const { PolicyType: type, TargetTrackingScalingPolicyConfiguration: tracking } = input
  const isTracking = type === 'TargetTrackingScaling'
  if (
    !(isTracking || type === 'StepScaling') ||
    (tracking !== undefined) !== isTracking ||
    (input.StepScalingPolicyConfiguration !== undefined) === isTracking
  )
    throw invalid(
      'The configuration must be the one of the PolicyType, TargetTrackingScaling or StepScaling.',
    )
  if (tracking === undefined) return
  const { PredefinedMetricSpecification: predefined, CustomizedMetricSpecification: custom } = tracking
  if ((predefined === undefined) === (custom === undefined))
    throw invalid(
      'Exactly one of PredefinedMetricSpecification and CustomizedMetricSpecification must be specified.',
    )
  if (predefined !== undefined && !Object.hasOwn(PREDEFINED, predefined.PredefinedMetricType))
    throw invalid(`${predefined.PredefinedMetricType} is not a metric of a SageMaker variant.`)
  if (custom === undefined || custom.Metrics !== undefined) return
  if (custom.MetricName === undefined || custom.Namespace === undefined || custom.Statistic === undefined)
    throw invalid('MetricName, Namespace and Statistic, or Metrics, must be specified.')
}

const keyOf = (resourceId: string, dimension: string): string => `${resourceId}|${dimension}`

/** A policy goes with its alarms. */
const removePolicy = (store: Store, key: string): void => {
  for (const name of store.scalingPolicies.get(key)?.alarmNames ?? []) store.alarms.delete(name)
  store.scalingPolicies.delete(key)
}

const removeTarget = (store: Store, targetKey: string): void => {
  for (const [name, policy] of store.scalingPolicies)
    if (policy.targetKey === targetKey) removePolicy(store, name)
  store.scalableTargets.delete(targetKey)
}

export const isScaled = (store: Store, endpoint: string, variant: string): boolean =>
  DIMENSIONS.some((dimension) =>
    store.scalableTargets.has(keyOf(`endpoint/${endpoint}/variant/${variant}`, dimension)),
  )

/** DeleteEndpoint takes the scalable targets with it. */
export const deregisterEndpoint = (store: Store, endpoint: string): void => {
  for (const { key, resourceId } of store.scalableTargets.values())
    if (parseResourceId(resourceId)?.endpoint === endpoint) removeTarget(store, key)
}

const notFound = (message: string) => new AwsError('ObjectNotFoundException', message)

export const createApplicationAutoScaling = (store: Store, clock: Clock): Service => {
  const findTarget = (resourceId: string, dimension: string): ScalableTarget => {
    const target = store.scalableTargets.get(keyOf(resourceId, dimension))
    if (target === undefined)
      throw notFound(
        `No scalable target found for service namespace: sagemaker, resource ID: ${resourceId}, scalable dimension: ${dimension}`,
      )
    return target
  }

  const checkResource = (resourceId: string, dimension: string): void => {
    const { endpoint: name = '', variant } = parseResourceId(resourceId) ?? {}
    if (variant === undefined) throw invalid(`Unsupported resource ID: ${resourceId}`)
    const endpoint = store.endpoints.get(name.toLowerCase())
    const found = endpoint?.blue.variants.find((one) => one.name === variant)
    if (endpoint === undefined || found === undefined)
      throw invalid(`The resource ${resourceId} does not exist: there is no such endpoint or variant.`)
    if (found.config.ServerlessConfig !== undefined && dimension === INSTANCES)
      throw invalid(`The variant ${variant} is serverless and has no instance count.`)
    if (found.provisionedConcurrency === undefined && dimension === CONCURRENCY)
      throw invalid(`The variant ${variant} has no provisioned concurrency.`)
  }

  const linkedRole = ({ partition, account }: Caller) =>
    `arn:${partition}:iam::${account}:role/aws-service-role/sagemaker.application-autoscaling.amazonaws.com/` +
    'AWSServiceRoleForApplicationAutoScaling_SageMakerEndpoint'

  const alarmsIn = (policy: ScalingPolicy) =>
    policy.alarmNames.map((AlarmName) => ({ AlarmName, AlarmARN: store.alarms.get(AlarmName)?.arn ?? '' }))

  return {
    name: 'application-autoscaling',
    target: 'AnyScaleFrontendService',
    model: MODEL,
    actions: {
      RegisterScalableTarget: (input, caller) => {
        checkScalable(input)
        checkResource(input.ResourceId, input.ScalableDimension)
        const key = keyOf(input.ResourceId, input.ScalableDimension)
        const old = store.scalableTargets.get(key)
        const min = input.MinCapacity ?? old?.min
        const max = input.MaxCapacity ?? old?.max
        if (min === undefined || max === undefined)
          throw invalid('MinCapacity and MaxCapacity are needed to register a new scalable target.')
        if (min > max) throw invalid('Maximum capacity cannot be less than minimum capacity')
        const target: ScalableTarget = {
          key,
          resourceId: input.ResourceId,
          dimension: input.ScalableDimension,
          min,
          max,
          createdAt: old?.createdAt ?? clock.now(),
          arn:
            old?.arn ??
            arn('application-autoscaling', caller, `scalable-target/${randomUUID().slice(0, 12)}`),
          suspended: {
            in: input.SuspendedState?.DynamicScalingInSuspended ?? old?.suspended.in ?? false,
            out: input.SuspendedState?.DynamicScalingOutSuspended ?? old?.suspended.out ?? false,
          },
        }
        store.scalableTargets.set(key, target)
        return { ScalableTargetARN: target.arn }
      },

      DeregisterScalableTarget: ({ ResourceId, ScalableDimension }) => {
        removeTarget(store, findTarget(ResourceId, ScalableDimension).key)
        return {}
      },

      DescribeScalableTargets: ({ ResourceIds, MaxResults = 50, NextToken, ...input }, caller) => {
        checkScalable(input)
        const found = [...store.scalableTargets.values()].filter(
          ({ resourceId }) => ResourceIds?.includes(resourceId) ?? true,
        )
        const { items, next } = page(found, MaxResults, NextToken)
        return {
          ScalableTargets: items.map((target) => ({
            ServiceNamespace: 'sagemaker',
            ResourceId: target.resourceId,
            ScalableDimension: target.dimension,
            MinCapacity: target.min,
            MaxCapacity: target.max,
            RoleARN: linkedRole(caller),
            CreationTime: new Date(target.createdAt),
            ScalableTargetARN: target.arn,
            SuspendedState: {
              DynamicScalingInSuspended: target.suspended.in,
              DynamicScalingOutSuspended: target.suspended.out,
              ScheduledScalingSuspended: false,
            },
          })),
          NextToken: next,
        }
      },

      PutScalingPolicy: (input, caller) => {
        checkScalable(input)
        const target = findTarget(input.ResourceId, input.ScalableDimension)
        checkPolicy(input)
        const key = `${target.key}|${input.PolicyName}`
        const old = store.scalingPolicies.get(key)
        const policyArn =
          old?.arn ??
          arn(
            'autoscaling',
            caller,
            `scalingPolicy:${randomUUID()}:resource/sagemaker/${input.ResourceId}:policyName/${input.PolicyName}`,
          )
        removePolicy(store, key)
        const alarmNames = alarmsOf(input, policyArn).map((alarm) => {
          const name = alarm.AlarmName ?? ''
          putAlarm(store, clock, alarm, arn('cloudwatch', caller, `alarm:${name}`))
          return name
        })
        const policy: ScalingPolicy = {
          arn: policyArn,
          targetKey: target.key,
          input,
          alarmNames,
          createdAt: old?.createdAt ?? clock.now(),
        }
        store.scalingPolicies.set(key, policy)
        return { PolicyARN: policyArn, Alarms: alarmsIn(policy) }
      },

      DeleteScalingPolicy: ({ ResourceId, ScalableDimension, PolicyName }) => {
        const key = `${keyOf(ResourceId, ScalableDimension)}|${PolicyName}`
        if (!store.scalingPolicies.has(key))
          throw notFound(`No scaling policy found for resource ID: ${ResourceId}, policy name: ${PolicyName}`)
        removePolicy(store, key)
        return {}
      },

      DescribeScalingPolicies: ({ ResourceId, PolicyNames, MaxResults = 50, NextToken, ...input }) => {
        checkScalable(input)
        const found = [...store.scalingPolicies.values()].filter(
          ({ input }) =>
            (ResourceId ?? input.ResourceId) === input.ResourceId &&
            (PolicyNames?.includes(input.PolicyName ?? '') ?? true),
        )
        const { items, next } = page(found, MaxResults, NextToken)
        return {
          ScalingPolicies: items.map((policy) => ({
            PolicyARN: policy.arn,
            PolicyName: policy.input.PolicyName,
            ServiceNamespace: 'sagemaker',
            ResourceId: policy.input.ResourceId,
            ScalableDimension: policy.input.ScalableDimension,
            PolicyType: policy.input.PolicyType ?? 'StepScaling',
            TargetTrackingScalingPolicyConfiguration: policy.input.TargetTrackingScalingPolicyConfiguration,
            StepScalingPolicyConfiguration: policy.input.StepScalingPolicyConfiguration,
            Alarms: alarmsIn(policy),
            CreationTime: new Date(policy.createdAt),
          })),
          NextToken: next,
        }
      },

      DescribeScalingActivities: ({ ResourceId, MaxResults = 50, NextToken, ...input }) => {
        checkScalable(input)
        const found = store.scalingActivities.filter(
          ({ resourceId }) => (ResourceId ?? resourceId) === resourceId,
        )
        const { items, next } = page(found, MaxResults, NextToken)
        return {
          ScalingActivities: items.map((activity) => ({
            ActivityId: activity.id,
            ServiceNamespace: 'sagemaker',
            ResourceId: activity.resourceId,
            ScalableDimension: activity.dimension,
            Description: activity.description,
            Cause: activity.cause,
            StartTime: new Date(activity.at),
            EndTime: new Date(activity.at),
            StatusCode: 'Successful',
            StatusMessage: 'Change successfully fulfilled by sagemaker.',
          })),
          NextToken: next,
        }
      },
    } satisfies Table<Actions>,
  }
}
