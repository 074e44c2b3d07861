/** Alarms of an update: they look at the new fleet alone, since errors of the old one must not stop its replacement. */

import type { MetricDataQuery, PutMetricAlarmCommandInput } from '@aws-sdk/client-cloudwatch'
import type { Deployment, RollbackRule } from '../config/deployment.ts'
import { tagsOf } from './tags.ts'

type MetricRule = Exclude<RollbackRule, { alarm: string }>

const PERIOD_SECONDS = 60

/** In a minute with fewer requests one error would be a high rate. */
const FEWEST_INVOCATIONS = 20

/** One for each rule and variant; alarms of the user's own exist already. */
export const desireAlarms = (deployment: Deployment, configName: string): PutMetricAlarmCommandInput[] =>
  deployment.rollout.rollbackOn
    .filter((rule): rule is MetricRule => !('alarm' in rule))
    .flatMap((rule, at) =>
      deployment.variants.map((variant) => alarmFor(deployment, configName, variant.name, rule, at)),
    )

/** Names of all alarms that roll an update back, in the order of the rules. */
export const rollbackAlarms = (
  deployment: Deployment,
  alarms: readonly PutMetricAlarmCommandInput[],
): string[] => [
  ...alarms.map(({ AlarmName }) => AlarmName ?? ''),
  ...deployment.rollout.rollbackOn.flatMap((rule) => ('alarm' in rule ? [rule.alarm] : [])),
]

const alarmFor = (
  deployment: Deployment,
  configName: string,
  variant: string,
  rule: MetricRule,
  at: number,
): PutMetricAlarmCommandInput => {
  const Dimensions = [
    { Name: 'EndpointName', Value: deployment.endpoint },
    { Name: 'VariantName', Value: variant },
    { Name: 'EndpointConfigName', Value: configName },
  ]
  const metric = (Id: string, MetricName: string, Stat: string): MetricDataQuery => ({
    Id,
    MetricStat: {
      Metric: { Namespace: 'AWS/SageMaker', MetricName, Dimensions },
      Period: PERIOD_SECONDS,
      Stat,
    },
    ReturnData: false,
  })
  const { name, stat, limit, unit } = whatIsMeasured(rule)
  return {
    // Rules of one metric may differ in their limits.
    AlarmName: `${configName}-${variant}-${rule.metric}-${at + 1}`,
    AlarmDescription: `Rolls back ${deployment.endpoint} if ${rule.metric} of variant ${variant} is above ${unit} in ${rule.points} of ${rule.of} minutes.`,
    Metrics: [
      {
        Id: 'guarded',
        Expression: `IF(invocations > ${FEWEST_INVOCATIONS}, measured, 0)`,
        Label: rule.metric,
        ReturnData: true,
      },
      metric('measured', name, stat),
      metric('invocations', 'Invocations', 'Sum'),
    ],
    ComparisonOperator: 'GreaterThanThreshold',
    Threshold: limit,
    EvaluationPeriods: rule.of,
    DatapointsToAlarm: rule.points,
    TreatMissingData: 'notBreaching',
    Tags: tagsOf(deployment),
  }
}

const whatIsMeasured = (rule: MetricRule): { name: string; stat: string; limit: number; unit: string } => {
  if ('abovePercent' in rule) {
    // Each request adds a 1 or a 0, so that the average is the rate.
    const name = rule.metric === '5xx-rate' ? 'Invocation5XXErrors' : 'Invocation4XXErrors'
    return { name, stat: 'Average', limit: rule.abovePercent / 100, unit: `${rule.abovePercent}%` }
  }
  // ModelLatency is in microseconds.
  const stat = rule.metric === 'p99-latency' ? 'p99' : 'p50'
  return { name: 'ModelLatency', stat, limit: rule.aboveMs * 1000, unit: `${rule.aboveMs}ms` }
}
