/** CloudWatch: metrics and alarms. Its old clients speak the query protocol, where all is text. */

import { AwsError } from '../aws-error.ts'
import type { Clock } from '../clock.ts'
import { type Alarms, COMPARISON_OPERATORS } from '../metrics/alarms.ts'
import { evaluateExpression } from '../metrics/metric-math.ts'
import { type Metrics, points } from '../metrics/metric-store.ts'
import { evaluateQueries, type MetricQuery, periodOf } from '../metrics/queries.ts'
import { type Actions, type MetricDataQuery, MODEL, type PutMetricAlarmInput } from '../models/cloudwatch.ts'
import { arn, page, type Service, type Actions as Table } from '../service.ts'
import type { Alarm, Store } from '../store.ts'

const PERCENTILE = /^p(\d{1,2}(\.\d{0,2})?|100)$/
const STATISTICS = ['SampleCount', 'Average', 'Sum', 'Minimum', 'Maximum']

/** Seconds that an alarm may look back. */
const LONGEST_ALARM = 7 * 86_400

const invalid = (message: string) => new AwsError('ValidationError', message)

/** CloudWatch API reference, PutMetricAlarm: which seconds a period may have. */
const checkPeriod = (seconds: number | undefined): void => {
  if (seconds !== undefined && ![1, 5, 10, 20, 30].includes(seconds) && seconds % 60 !== 0)
    throw invalid('Period must be 1, 5, 10, 20, 30 or a multiple of 60.')
}

const checkQueries = (queries: readonly MetricDataQuery[]): void => {
  for (const { MetricStat, Expression, Period } of queries) {
    if ((MetricStat === undefined) === (Expression === undefined))
      throw invalid('Exactly one of MetricStat and Expression must be specified.')
    checkPeriod(Period ?? MetricStat?.Period)
    if (
      MetricStat !== undefined &&
      !STATISTICS.includes(MetricStat.Stat) &&
      !PERCENTILE.test(MetricStat.Stat)
    )
      throw invalid(`The rehearsal does not compute the statistic ${MetricStat.Stat}.`)
  }
}

const checkExtended = (statistics: readonly string[]): void => {
  const [unknown] = statistics.filter((name) => !PERCENTILE.test(name))
  if (unknown !== undefined) throw invalid(`The rehearsal does not compute the statistic ${unknown}.`)
}

/** What holds between the members of an alarm, which AWS's model does not say. */
const checkAlarm = (input: PutMetricAlarmInput): void => {
  const { MetricName, Namespace, Period, Statistic, ExtendedStatistic, Metrics, TreatMissingData } = input
  if (
    !COMPARISON_OPERATORS.some((operator) => operator === input.ComparisonOperator) ||
    input.Threshold === undefined
  )
    throw invalid(
      'The rehearsal does not emulate anomaly detection: Threshold and a comparison with it are needed.',
    )
  if (
    TreatMissingData !== undefined &&
    !['breaching', 'notBreaching', 'ignore', 'missing'].includes(TreatMissingData)
  )
    throw invalid(
      `TreatMissingData must be breaching, notBreaching, ignore or missing, not ${TreatMissingData}.`,
    )
  if ((MetricName === undefined) === (Metrics === undefined))
    throw invalid('Exactly one of MetricName and Metrics must be specified.')
  if (
    MetricName !== undefined &&
    (Namespace === undefined ||
      Period === undefined ||
      (Statistic === undefined) === (ExtendedStatistic === undefined))
  )
    throw invalid('A metric needs Namespace, Period and one of Statistic and ExtendedStatistic.')
  checkPeriod(Period)
  if (ExtendedStatistic !== undefined) checkExtended([ExtendedStatistic])
  if (Metrics !== undefined) {
    checkQueries(Metrics)
    if (Metrics.filter(({ ReturnData = true }) => ReturnData).length !== 1)
      throw invalid('Exactly one element of the metrics list should return data.')
  }
  const periods = input.EvaluationPeriods ?? 1
  if ((input.DatapointsToAlarm ?? 1) > periods)
    throw invalid('DatapointsToAlarm must not exceed EvaluationPeriods.')
  if (periods * (Period ?? periodOf(Metrics ?? [])) > LONGEST_ALARM)
    throw invalid('Metrics cannot be checked across more than seven days (EvaluationPeriods * Period).')
}

/** An expression that cannot be read is refused when the alarm is made, not when it should go off. */
const checkExpressions = (queries: readonly MetricQuery[]): void => {
  const ids = new Set(queries.map(({ Id }) => Id))
  for (const { Expression } of queries)
    if (Expression !== undefined)
      evaluateExpression(Expression, {
        get: (id) => (ids.has(id) ? new Map() : undefined),
        metrics: () => [],
        timestamps: [],
      })
}

const describe = ({ input, ...alarm }: Alarm) => {
  const { Tags: _, ...rest } = input
  return {
    ActionsEnabled: true,
    OKActions: [],
    AlarmActions: [],
    InsufficientDataActions: [],
    Dimensions: [],
    ...rest,
    AlarmArn: alarm.arn,
    AlarmConfigurationUpdatedTimestamp: new Date(alarm.configuredAt),
    StateValue: alarm.state,
    StateReason: alarm.reason,
    StateUpdatedTimestamp: new Date(alarm.stateAt),
    StateTransitionedTimestamp: new Date(alarm.stateAt),
  }
}

const namesOf = (dimensions: Record<string, string>) =>
  Object.entries(dimensions).map(([Name, Value]) => ({ Name, Value }))

const dimensionsOf = (list: readonly { Name: string; Value: string }[] = []) =>
  Object.fromEntries(list.map(({ Name, Value }) => [Name, Value]))

const MINUTE_MS = 60_000

export type CloudWatchSettings = { store: Store; clock: Clock; metrics: Metrics; alarms: Alarms }

/** The alarm that such a request makes; one that exists keeps its state. */
export const putAlarm = (store: Store, clock: Clock, input: PutMetricAlarmInput, alarmArn: string): Alarm => {
  const name = input.AlarmName ?? ''
  const old = store.alarms.get(name)
  const alarm: Alarm = {
    arn: alarmArn,
    state: 'INSUFFICIENT_DATA',
    reason: 'Unchecked: Initial alarm creation',
    stateAt: clock.now(),
    ...old,
    input,
    configuredAt: clock.now(),
  }
  store.alarms.set(name, alarm)
  return alarm
}

export const createCloudWatch = ({ store, clock, metrics, alarms }: CloudWatchSettings): Service => ({
  name: 'cloudwatch',
  target: 'GraniteServiceVersion20100801',
  query: { signingName: 'monitoring', xmlNamespace: 'http://monitoring.amazonaws.com/doc/2010-08-01/' },
  model: MODEL,
  invalidCode: 'ValidationError',
  actions: {
    PutMetricAlarm: (input, caller) => {
      checkAlarm(input)
      checkExpressions(input.Metrics ?? [])
      const alarmArn = arn('cloudwatch', caller, `alarm:${input.AlarmName}`)
      putAlarm(store, clock, input, alarmArn)
      return {}
    },

    DescribeAlarms: ({
      AlarmNames,
      AlarmNamePrefix = '',
      StateValue,
      ActionPrefix,
      MaxRecords = 50,
      NextToken,
    }) => {
      const found = [...store.alarms]
        .filter(
          ([name, alarm]) =>
            (AlarmNames?.includes(name) ?? name.startsWith(AlarmNamePrefix)) &&
            (StateValue === undefined || alarm.state === StateValue) &&
            (ActionPrefix === undefined ||
              alarm.input.AlarmActions?.some((target) => target.startsWith(ActionPrefix))),
        )
        .map(([, alarm]) => alarm)
      const { items, next } = page(found, MaxRecords, NextToken)
      return { MetricAlarms: items.map(describe), CompositeAlarms: [], NextToken: next }
    },

    DeleteAlarms: ({ AlarmNames }) => {
      // As on AWS, one name that is not there and nothing is deleted.
      const [missing] = alarms.missing(AlarmNames)
      if (missing !== undefined)
        throw new AwsError('ResourceNotFound', `The alarm ${missing} does not exist.`, { status: 404 })
      for (const name of AlarmNames) store.alarms.delete(name)
      return {}
    },

    SetAlarmState: ({ AlarmName, StateValue, StateReason }) => {
      const alarm = store.alarms.get(AlarmName)
      if (alarm === undefined)
        throw new AwsError('ResourceNotFound', `The alarm ${AlarmName} does not exist.`, { status: 404 })
      alarms.setState(alarm, StateValue, StateReason)
      return {}
    },

    PutMetricData: ({ Namespace, MetricData }) => {
      for (const datum of MetricData ?? []) {
        const resolution = (datum.StorageResolution ?? 60) < 60 ? 1000 : MINUTE_MS
        const at = Math.floor((datum.Timestamp?.getTime() ?? clock.now()) / resolution) * resolution
        const dimensions = dimensionsOf(datum.Dimensions)
        const put = (sample: Parameters<Metrics['put']>[3]) =>
          metrics.put(Namespace, datum.MetricName, dimensions, sample, at)
        const { Value, Values = [], Counts = [], StatisticValues: set } = datum
        if (Value !== undefined) put({ value: Value })
        for (const [index, value] of Values.entries()) put({ value, count: Counts[index] ?? 1 })
        if (set !== undefined)
          put({
            value: set.Sum / set.SampleCount,
            count: set.SampleCount,
            sum: set.Sum,
            min: set.Minimum,
            max: set.Maximum,
          })
      }
    },

    GetMetricData: ({ MetricDataQueries, StartTime, EndTime, ScanBy }) => {
      const queries = MetricDataQueries as MetricQuery[]
      const periodMs = periodOf(queries) * 1000
      const start = Math.floor(StartTime.getTime() / periodMs) * periodMs
      const all = evaluateQueries(queries, metrics, start, EndTime.getTime())
      return {
        MetricDataResults: queries
          .filter(({ ReturnData = true }) => ReturnData)
          .map(({ Id, Label, MetricStat }) => {
            const series = [...(all.get(Id) ?? [])].sort(([a], [b]) =>
              ScanBy === 'TimestampAscending' ? a - b : b - a,
            )
            return {
              Id,
              Label: Label ?? MetricStat?.Metric.MetricName ?? Id,
              Timestamps: series.map(([timestamp]) => new Date(timestamp)),
              Values: series.map(([, value]) => value),
              StatusCode: 'Complete',
            }
          }),
        Messages: [],
      }
    },

    GetMetricStatistics: (input) => {
      const periodMs = input.Period * 1000
      const start = Math.floor(input.StartTime.getTime() / periodMs) * periodMs
      const metric = metrics.find(input.Namespace, input.MetricName, dimensionsOf(input.Dimensions))
      const rows = new Map<number, Record<string, unknown>>()
      const rowAt = (timestamp: number) => {
        const row = rows.get(timestamp) ?? { Timestamp: new Date(timestamp), Unit: 'None' }
        rows.set(timestamp, row)
        return row
      }
      for (const name of input.Statistics ?? [])
        for (const { timestamp, value } of points(metric, name, periodMs, start, input.EndTime.getTime()))
          rowAt(timestamp)[name] = value
      for (const name of input.ExtendedStatistics ?? [])
        for (const { timestamp, value } of points(metric, name, periodMs, start, input.EndTime.getTime())) {
          const row = rowAt(timestamp)
          row.ExtendedStatistics = { ...(row.ExtendedStatistics as object | undefined), [name]: value }
        }
      return { Label: input.MetricName, Datapoints: [...rows.values()] }
    },

    ListMetrics: ({ Namespace, MetricName, Dimensions = [], NextToken }) => {
      const found = metrics
        .all()
        .filter(
          ({ namespace, name, dimensions }) =>
            (Namespace ?? namespace) === namespace &&
            (MetricName ?? name) === name &&
            Dimensions.every(
              ({ Name, Value }) =>
                dimensions[Name] !== undefined && (Value ?? dimensions[Name]) === dimensions[Name],
            ),
        )
      const { items, next } = page(found, 500, NextToken)
      return {
        Metrics: items.map(({ namespace, name, dimensions }) => ({
          Namespace: namespace,
          MetricName: name,
          Dimensions: namesOf(dimensions),
        })),
        NextToken: next,
      }
    },

    ListTagsForResource: ({ ResourceARN }) => {
      const alarm = [...store.alarms.values()].find((one) => one.arn === ResourceARN)
      if (alarm === undefined)
        throw new AwsError('ResourceNotFoundException', `${ResourceARN} does not exist.`, { status: 404 })
      return { Tags: alarm.input.Tags ?? [] }
    },
  } satisfies Table<Actions>,
})
