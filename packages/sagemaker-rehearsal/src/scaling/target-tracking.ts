/** Target tracking: two alarms a policy, as Application Auto Scaling makes them, and what any policy does when its alarm goes off. */

import { randomUUID } from 'node:crypto'
import type { Clock } from '../clock.ts'
import type { Deployments } from '../endpoints/deployments.ts'
import type { Metrics } from '../metrics/metric-store.ts'
import { evaluateQueries, type MetricQuery, periodOf, queriesOf } from '../metrics/queries.ts'
import type {
  PutScalingPolicyRequest,
  TargetTrackingScalingPolicyConfiguration,
} from '../models/application-autoscaling.ts'
import type { PutMetricAlarmInput } from '../models/cloudwatch.ts'
import type { FleetVariant, ScalableTarget, ScalingPolicy, Store } from '../store.ts'
import { stepped } from './step-scaling.ts'

/** Seconds. Application Auto Scaling API reference, TargetTrackingScalingPolicyConfiguration: the default for SageMaker. */
const COOLDOWN = 300

/** Scaling in begins when the metric is a tenth below the target, and for longer than scaling out takes. */
const LOW = 0.9
const HIGH_SECONDS = 180
const LOW_SECONDS = 900

/** High-resolution metrics are looked at for half a minute. */
const HIGH_RESOLUTION_SECONDS = 30

/** Activities kept. */
const MOST_ACTIVITIES = 1000

export const INSTANCES = 'sagemaker:variant:DesiredInstanceCount'
export const CONCURRENCY = 'sagemaker:variant:DesiredProvisionedConcurrency'

export const PREDEFINED: Record<
  string,
  { MetricName: string; Statistic: 'Sum' | 'Average'; Period: number }
> = {
  SageMakerVariantInvocationsPerInstance: {
    MetricName: 'InvocationsPerInstance',
    Statistic: 'Sum',
    Period: 60,
  },
  SageMakerVariantConcurrentRequestsPerModelHighResolution: {
    MetricName: 'ConcurrentRequestsPerModel',
    Statistic: 'Average',
    Period: 10,
  },
  // The rehearsal does not measure it: of a serverless variant only the bounds have an effect.
  SageMakerVariantProvisionedConcurrencyUtilization: {
    MetricName: 'ServerlessProvisionedConcurrencyUtilization',
    Statistic: 'Average',
    Period: 60,
  },
}

/** `endpoint/NAME/variant/VARIANT`. */
export const parseResourceId = (id: string): { endpoint: string; variant: string } | undefined => {
  const [, endpoint, variant] = /^endpoint\/([^/]+)\/variant\/([^/]+)$/.exec(id) ?? []
  return endpoint === undefined || variant === undefined ? undefined : { endpoint, variant }
}

type Metric = Partial<
  Pick<
    PutMetricAlarmInput,
    'Namespace' | 'MetricName' | 'Dimensions' | 'Statistic' | 'ExtendedStatistic' | 'Period' | 'Metrics'
  >
>

const metricOf = (resourceId: string, config: TargetTrackingScalingPolicyConfiguration): Metric => {
  const predefined = PREDEFINED[config.PredefinedMetricSpecification?.PredefinedMetricType ?? '']
  if (predefined !== undefined) {
    const { endpoint = '', variant = '' } = parseResourceId(resourceId) ?? {}
    return {
      Namespace: 'AWS/SageMaker',
      ...predefined,
      Dimensions: [
        { Name: 'EndpointName', Value: endpoint },
        { Name: 'VariantName', Value: variant },
      ],
    }
  }
  const custom = config.CustomizedMetricSpecification
  if (custom?.Metrics !== undefined) {
    const Metrics = custom.Metrics.map((query) => ({
      ...query,
      ...(query.MetricStat !== undefined && { MetricStat: { Period: 60, ...query.MetricStat } }),
    }))
    return { Metrics: Metrics as NonNullable<PutMetricAlarmInput['Metrics']> }
  }
  const statistic = custom?.Statistic ?? 'Average'
  return {
    Namespace: custom?.Namespace,
    MetricName: custom?.MetricName,
    Statistic: statistic,
    Period: 60,
    Dimensions: (custom?.Dimensions ?? []).map(({ Name, Value }) => ({ Name, Value })),
  }
}

/** What the two alarms of a policy say; only the one for scaling out where scaling in is disabled. */
export const alarmsOf = (input: PutScalingPolicyRequest, policyArn: string): PutMetricAlarmInput[] => {
  const config = input.TargetTrackingScalingPolicyConfiguration
  if (config === undefined) return []
  const metric = metricOf(input.ResourceId ?? '', config)
  const target = config.TargetValue ?? 0
  const period = metric.Period ?? periodOf((metric.Metrics ?? []) as MetricQuery[])
  const highSeconds = period < 60 ? HIGH_RESOLUTION_SECONDS : HIGH_SECONDS
  const name = (kind: string) => `TargetTracking-${input.ResourceId}-${kind}-${randomUUID()}`
  const common = {
    ...metric,
    AlarmActions: [policyArn],
    AlarmDescription: 'DO NOT EDIT OR DELETE. For TargetTrackingScaling policy.',
  }
  return [
    {
      ...common,
      AlarmName: name('AlarmHigh'),
      ComparisonOperator: 'GreaterThanThreshold',
      Threshold: target,
      EvaluationPeriods: Math.max(1, Math.round(highSeconds / period)),
    },
    ...(config.DisableScaleIn
      ? []
      : [
          {
            ...common,
            AlarmName: name('AlarmLow'),
            ComparisonOperator: 'LessThanThreshold' as const,
            Threshold: target * LOW,
            EvaluationPeriods: Math.max(1, Math.round(LOW_SECONDS / period)),
          },
        ]),
  ]
}

/** The newest value of what an alarm watches. */
const newest = (input: PutMetricAlarmInput, metrics: Metrics, now: number): number | undefined => {
  const { queries, shown } = queriesOf(input)
  const periodMs = periodOf(queries) * 1000
  const end = Math.floor(now / periodMs) * periodMs
  const series = evaluateQueries(queries, metrics, end - 3 * periodMs, end).get(shown)
  return series === undefined ? undefined : series.get(Math.max(...series.keys()))
}

const capacityOf = ({ dimension }: ScalableTarget, variant: FleetVariant): number =>
  dimension === CONCURRENCY ? (variant.provisionedConcurrency ?? 0) : variant.desiredCount

export type ScalerSettings = {
  store: Store
  clock: Clock
  metrics: Metrics
  deployments: Deployments
  announce: (line: string) => void
}

export type Scaler = ReturnType<typeof createScaler>

export const createScaler = ({ store, clock, metrics, deployments, announce }: ScalerSettings) => {
  /** Endpoint and variant of a target, where they are there and nothing else happens to them. */
  const find = (target: ScalableTarget) => {
    const { endpoint: name = '', variant: variantName } = parseResourceId(target.resourceId) ?? {}
    const endpoint = store.endpoints.get(name.toLowerCase())
    const variant = endpoint?.blue.variants.find((one) => one.name === variantName)
    return endpoint?.status === 'InService' && variant !== undefined ? { endpoint, variant } : undefined
  }

  const scale = (target: ScalableTarget, count: number, cause: string): boolean => {
    const found = find(target)
    if (found === undefined || capacityOf(target, found.variant) === count) return false
    const { endpoint, variant } = found
    announce(
      `${endpoint.name}: ${variant.name} is scaled from ${capacityOf(target, variant)} to ${count}: ${cause}`,
    )
    const isConcurrency = target.dimension === CONCURRENCY
    store.scalingActivities.unshift({
      id: randomUUID(),
      resourceId: target.resourceId,
      dimension: target.dimension,
      description: `Setting desired ${isConcurrency ? 'provisioned concurrency' : 'instance count'} to ${count}.`,
      cause,
      at: clock.now(),
    })
    store.scalingActivities.length = Math.min(store.scalingActivities.length, MOST_ACTIVITIES)
    deployments.change(endpoint, [
      { name: variant.name, ...(isConcurrency ? { provisionedConcurrency: count } : { count }) },
    ])
    return true
  }

  /** What one alarm of a policy makes of the count now; undefined when it is quiet or too soon. */
  const wanted = (target: ScalableTarget, policy: ScalingPolicy, alarmName: string, isHigh: boolean) => {
    const alarm = store.alarms.get(alarmName)
    const config = policy.input.TargetTrackingScalingPolicyConfiguration
    const found = find(target)
    if (alarm?.state !== 'ALARM' || config === undefined || found === undefined) return undefined
    const cooldown = (isHigh ? config.ScaleOutCooldown : config.ScaleInCooldown) ?? COOLDOWN
    if (clock.now() - (policy.scaledAt ?? Number.NEGATIVE_INFINITY) < cooldown * 1000) return undefined
    const value = newest(alarm.input, metrics, clock.now())
    if (value === undefined) return undefined
    const count = capacityOf(target, found.variant)
    // What the instances do together, spread so that each has its target.
    const proportional = Math.ceil((count * value) / (config.TargetValue ?? 1))
    const next = isHigh ? Math.max(count + 1, proportional) : Math.min(count, proportional)
    return Math.min(target.max, Math.max(target.min, next))
  }

  /** What an alarm that sets this policy off makes of the count. */
  const step = (target: ScalableTarget, policy: ScalingPolicy, count: number): void => {
    const config = policy.input.StepScalingPolicyConfiguration
    if (config === undefined || target.suspended.out) return
    const cooldown = config.Cooldown ?? COOLDOWN
    if (clock.now() - (policy.scaledAt ?? Number.NEGATIVE_INFINITY) < cooldown * 1000) return
    for (const { state, input } of store.alarms.values()) {
      if (state !== 'ALARM' || input.AlarmActions?.includes(policy.arn) !== true) continue
      const value = newest(input, metrics, clock.now())
      if (value === undefined) continue
      const next = stepped(count, config, value - (input.Threshold ?? 0))
      const cause = `monitor alarm ${input.AlarmName} in state ALARM triggered policy ${policy.input.PolicyName}`
      if (scale(target, Math.min(target.max, Math.max(target.min, next)), cause))
        policy.scaledAt = clock.now()
    }
  }

  const act = (): void => {
    for (const target of store.scalableTargets.values()) {
      const found = find(target)
      if (found === undefined) continue
      const count = capacityOf(target, found.variant)
      const bounded = Math.min(target.max, Math.max(target.min, count))
      if (bounded !== count) {
        scale(target, bounded, 'the capacity was outside of the bounds of the scalable target')
        continue
      }
      for (const policy of store.scalingPolicies.values()) {
        if (policy.targetKey !== target.key) continue
        if (policy.input.PolicyType === 'StepScaling') {
          step(target, policy, count)
          continue
        }
        const [high, low] = policy.alarmNames
        const out =
          high === undefined || target.suspended.out ? undefined : wanted(target, policy, high, true)
        const into = low === undefined || target.suspended.in ? undefined : wanted(target, policy, low, false)
        const next = out ?? into
        const alarmName = out === undefined ? low : high
        const cause = `monitor alarm ${alarmName} in state ALARM triggered policy ${policy.input.PolicyName}`
        if (next !== undefined && scale(target, next, cause)) policy.scaledAt = clock.now()
      }
    }
  }

  return { act }
}
