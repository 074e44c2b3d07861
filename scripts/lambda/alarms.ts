/** Alarms of a canary: they look at the invocations of the alias that go to the new version. */

import type { MetricDataQuery, PutMetricAlarmCommandInput } from '@aws-sdk/client-cloudwatch'
import { functionOwner, type LambdaDeployment, type RollbackRule } from '../config/deployment.ts'
import { OWNER_TAG } from '../plan/desired.ts'
import { ALIAS } from './session.ts'

type MetricRule = Exclude<RollbackRule, { alarm: string }>

const PERIOD_SECONDS = 60

/** In a minute with fewer requests one error would be a high rate. */
const FEWEST_INVOCATIONS = 20

/** Lambda developer guide, "Types of metrics": of an alias, `ExecutedVersion` tells its two versions apart. */
export const dimensionsOf = (name: string, version: string) => [
  { Name: 'FunctionName', Value: name },
  { Name: 'Resource', Value: `${name}:${ALIAS}` },
  { Name: 'ExecutedVersion', Value: version },
]

/** Developer guide, "Monitoring Lambda function URLs": they have the same dimensions. */
const MEASURED: Record<MetricRule['metric'], [metric: string, stat: string]> = {
  '5xx-rate': ['Url5xxCount', 'Sum'],
  '4xx-rate': ['Url4xxCount', 'Sum'],
  'error-rate': ['Errors', 'Sum'],
  'p99-latency': ['Duration', 'p99'],
  'p50-latency': ['Duration', 'p50'],
}

/** One for each rule; alarms of the user's own exist already. */
export const desireAlarms = (deployment: LambdaDeployment, version: string): PutMetricAlarmCommandInput[] =>
  deployment.rollout.rollbackOn
    .filter((rule): rule is MetricRule => !('alarm' in rule))
    .map((rule, at) => alarmFor(deployment, version, rule, at))

const alarmFor = (
  { endpoint: name, tags }: LambdaDeployment,
  version: string,
  rule: MetricRule,
  at: number,
): PutMetricAlarmCommandInput => {
  const metric = (Id: string, MetricName: string, Stat: string): MetricDataQuery => ({
    Id,
    MetricStat: {
      Metric: { Namespace: 'AWS/Lambda', MetricName, Dimensions: dimensionsOf(name, version) },
      Period: PERIOD_SECONDS,
      Stat,
    },
    ReturnData: false,
  })
  const isRate = 'abovePercent' in rule
  const limit = isRate ? `${rule.abovePercent}%` : `${rule.aboveMs}ms`
  return {
    AlarmName: `${name}-${version}-${rule.metric}-${at + 1}`,
    AlarmDescription: `Rolls back ${name} if ${rule.metric} of version ${version} is above ${limit} in ${rule.points} of ${rule.of} minutes.`,
    Metrics: [
      {
        Id: 'guarded',
        Expression: `IF(invocations > ${FEWEST_INVOCATIONS}, ${isRate ? '100 * measured / invocations' : 'measured'}, 0)`,
        Label: rule.metric,
        ReturnData: true,
      },
      metric('measured', ...MEASURED[rule.metric]),
      metric(
        'invocations',
        MEASURED[rule.metric][0].startsWith('Url') ? 'UrlRequestCount' : 'Invocations',
        'Sum',
      ),
    ],
    ComparisonOperator: 'GreaterThanThreshold',
    Threshold: isRate ? rule.abovePercent : rule.aboveMs,
    EvaluationPeriods: rule.of,
    DatapointsToAlarm: rule.points,
    TreatMissingData: 'notBreaching',
    Tags: Object.entries({ [OWNER_TAG]: functionOwner(name), ...tags }).map(([Key, Value]) => ({
      Key,
      Value,
    })),
  }
}
