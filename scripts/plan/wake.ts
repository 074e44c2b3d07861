/**
 * What wakes an endpoint without instances: there the backlog by instance, which target tracking follows, says nothing until
 * there are more requests than its target (SageMaker developer guide, "Autoscale an asynchronous endpoint").
 */

import type { PutScalingPolicyCommandInput } from '@aws-sdk/client-application-auto-scaling'
import type { PutMetricAlarmCommandInput } from '@aws-sdk/client-cloudwatch'
import type { Tag } from './tags.ts'

const SUFFIX = '-has-backlog'

/** Of the policy, and of the alarm that sets it off. */
export const wakeName = (endpoint: string, variant: string): string => `${endpoint}-${variant}${SUFFIX}`

/** Alarms of an update go with it; this one stays. */
export const isWakeAlarm = (name: string | undefined): boolean => name?.endsWith(SUFFIX) === true

type Target = Pick<PutScalingPolicyCommandInput, 'ServiceNamespace' | 'ResourceId' | 'ScalableDimension'>

/** As long as the alarm may still say what was so before the instance came, or it would bring up another. */
const COOLDOWN_SECONDS = 300

/** One instance; from there on target tracking sees the backlog. */
export const wakePolicy = (target: Target, name: string): PutScalingPolicyCommandInput => ({
  ...target,
  PolicyName: name,
  PolicyType: 'StepScaling',
  StepScalingPolicyConfiguration: {
    AdjustmentType: 'ChangeInCapacity',
    MetricAggregationType: 'Average',
    Cooldown: COOLDOWN_SECONDS,
    StepAdjustments: [{ MetricIntervalLowerBound: 0, ScalingAdjustment: 1 }],
  },
})

/** Without its action, which is the policy's ARN. */
export const wakeAlarm = (
  endpoint: string,
  name: string,
  tags: Tag[],
): Omit<PutMetricAlarmCommandInput, 'AlarmActions'> => ({
  AlarmName: name,
  AlarmDescription: `Brings up an instance of ${endpoint} when requests wait and there is none.`,
  Namespace: 'AWS/SageMaker',
  MetricName: 'HasBacklogWithoutCapacity',
  Dimensions: [{ Name: 'EndpointName', Value: endpoint }],
  Statistic: 'Average',
  Period: 60,
  EvaluationPeriods: 2,
  DatapointsToAlarm: 2,
  Threshold: 1,
  ComparisonOperator: 'GreaterThanOrEqualToThreshold',
  TreatMissingData: 'missing',
  Tags: tags,
})
