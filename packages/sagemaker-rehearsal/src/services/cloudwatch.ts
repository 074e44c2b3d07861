/** CloudWatch: metrics and alarms. Its old clients speak the query protocol, where all is text: the schemas coerce. */

import type { PutMetricAlarmCommandInput } from '@aws-sdk/client-cloudwatch'
import { z } from 'zod'
import { AwsError } from '../aws-error.ts'
import type { Clock } from '../clock.ts'
import { type Alarms, COMPARISON_OPERATORS } from '../metrics/alarms.ts'
import { evaluateExpression } from '../metrics/metric-math.ts'
import { type Metrics, points } from '../metrics/metric-store.ts'
import { evaluateQueries, type MetricQuery, periodOf } from '../metrics/queries.ts'
import { action, arn, page, type Service } from '../service.ts'
import type { Alarm, Store } from '../store.ts'

const NUMBER = z.coerce.number()
const INTEGER = z.coerce.number().int()
const BOOLEAN = z.union([z.boolean(), z.stringbool()])

/** Seconds since 1970 in JSON, ISO 8601 in the query protocol. Becomes milliseconds. */
const TIME = z
  .union([z.number(), z.string()])
  .transform((time) => (typeof time === 'number' ? time * 1000 : Date.parse(time)))
  .refine(Number.isFinite, 'Member must be a timestamp')

const DIMENSIONS = z
  .array(z.looseObject({ Name: z.string().min(1).max(255), Value: z.string().min(1).max(1024) }))
  .max(30)

const STATISTIC = z.enum(['SampleCount', 'Average', 'Sum', 'Minimum', 'Maximum'])
const PERCENTILE = z.string().regex(/^p(\d{1,2}(\.\d{0,2})?|100)$/)

/** Seconds. CloudWatch API reference, PutMetricAlarm. */
const PERIOD = INTEGER.refine(
  (seconds) => [1, 5, 10, 20, 30].includes(seconds) || (seconds > 0 && seconds % 60 === 0),
  'Member must be 1, 5, 10, 20, 30 or a multiple of 60',
)

const QUERY = z
  .looseObject({
    Id: z
      .string()
      .max(255)
      .regex(/^[a-z][a-zA-Z0-9_]*$/),
    MetricStat: z
      .looseObject({
        Metric: z.looseObject({
          Namespace: z.string().optional(),
          MetricName: z.string().optional(),
          Dimensions: DIMENSIONS.optional(),
        }),
        Period: PERIOD,
        Stat: z.union([STATISTIC, PERCENTILE]),
      })
      .optional(),
    Expression: z.string().min(1).max(2048).optional(),
    Label: z.string().optional(),
    Period: PERIOD.optional(),
    ReturnData: BOOLEAN.optional(),
  })
  .refine(
    ({ MetricStat, Expression }) => (MetricStat === undefined) !== (Expression === undefined),
    'Exactly one of MetricStat and Expression must be specified',
  )

/** Seconds that an alarm may look back. */
const LONGEST_ALARM = 7 * 86_400

const PUT_ALARM = z
  .looseObject({
    AlarmName: z.string().min(1).max(255),
    AlarmDescription: z.string().max(1024).optional(),
    ActionsEnabled: BOOLEAN.optional(),
    AlarmActions: z.array(z.string()).max(5).optional(),
    MetricName: z.string().min(1).max(255).optional(),
    Namespace: z.string().min(1).max(255).optional(),
    Statistic: STATISTIC.optional(),
    ExtendedStatistic: PERCENTILE.optional(),
    Dimensions: DIMENSIONS.optional(),
    Period: PERIOD.optional(),
    EvaluationPeriods: INTEGER.min(1),
    DatapointsToAlarm: INTEGER.min(1).optional(),
    Threshold: NUMBER,
    ComparisonOperator: z.enum(COMPARISON_OPERATORS),
    TreatMissingData: z.enum(['breaching', 'notBreaching', 'ignore', 'missing']).optional(),
    Metrics: z.array(QUERY).optional(),
    Tags: z.array(z.looseObject({ Key: z.string(), Value: z.string() })).optional(),
  })
  .refine(
    ({ MetricName, Metrics }) => (MetricName === undefined) !== (Metrics === undefined),
    'Exactly one of MetricName and Metrics must be specified',
  )
  .refine(
    ({ MetricName, Namespace, Period, Statistic, ExtendedStatistic }) =>
      MetricName === undefined ||
      (Namespace !== undefined &&
        Period !== undefined &&
        (Statistic === undefined) !== (ExtendedStatistic === undefined)),
    'A metric needs Namespace, Period and one of Statistic and ExtendedStatistic',
  )
  .refine(
    ({ Metrics }) =>
      Metrics === undefined || Metrics.filter(({ ReturnData = true }) => ReturnData).length === 1,
    'Exactly one element of the metrics list should return data',
  )
  .refine(
    ({ DatapointsToAlarm = 1, EvaluationPeriods }) => DatapointsToAlarm <= EvaluationPeriods,
    'DatapointsToAlarm must not exceed EvaluationPeriods',
  )
  .refine(
    ({ EvaluationPeriods, Period, Metrics = [] }) =>
      EvaluationPeriods * (Period ?? periodOf(Metrics as MetricQuery[])) <= LONGEST_ALARM,
    'Metrics cannot be checked across more than seven days (EvaluationPeriods * Period)',
  )

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
export const putAlarm = (
  store: Store,
  clock: Clock,
  input: PutMetricAlarmCommandInput,
  alarmArn: string,
): Alarm => {
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
  actions: {
    PutMetricAlarm: action(PUT_ALARM, (input, caller) => {
      checkExpressions((input.Metrics ?? []) as MetricQuery[])
      const alarmArn = arn('cloudwatch', caller, `alarm:${input.AlarmName}`)
      putAlarm(store, clock, input as PutMetricAlarmCommandInput, alarmArn)
    }),

    DescribeAlarms: action(
      z.looseObject({
        AlarmNames: z.array(z.string()).max(100).optional(),
        AlarmNamePrefix: z.string().optional(),
        StateValue: z.enum(['OK', 'ALARM', 'INSUFFICIENT_DATA']).optional(),
        ActionPrefix: z.string().optional(),
        MaxRecords: INTEGER.min(1).max(100).default(50),
        NextToken: z.string().optional(),
      }),
      ({ AlarmNames, AlarmNamePrefix = '', StateValue, ActionPrefix, MaxRecords, NextToken }) => {
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
    ),

    DeleteAlarms: action(z.looseObject({ AlarmNames: z.array(z.string()).max(100) }), ({ AlarmNames }) => {
      // As on AWS, one name that is not there and nothing is deleted.
      const [missing] = alarms.missing(AlarmNames)
      if (missing !== undefined)
        throw new AwsError('ResourceNotFound', `The alarm ${missing} does not exist.`, { status: 404 })
      for (const name of AlarmNames) store.alarms.delete(name)
    }),

    SetAlarmState: action(
      z.looseObject({
        AlarmName: z.string(),
        StateValue: z.enum(['OK', 'ALARM', 'INSUFFICIENT_DATA']),
        StateReason: z.string().max(1023),
      }),
      ({ AlarmName, StateValue, StateReason }) => {
        const alarm = store.alarms.get(AlarmName)
        if (alarm === undefined)
          throw new AwsError('ResourceNotFound', `The alarm ${AlarmName} does not exist.`, { status: 404 })
        alarms.setState(alarm, StateValue, StateReason)
      },
    ),

    PutMetricData: action(
      z.looseObject({
        Namespace: z
          .string()
          .min(1)
          .max(255)
          .refine((name) => !name.startsWith('AWS/'), 'Member must not begin with AWS/'),
        MetricData: z
          .array(
            z.looseObject({
              MetricName: z.string().min(1).max(255),
              Dimensions: DIMENSIONS.optional(),
              Timestamp: TIME.optional(),
              Value: NUMBER.optional(),
              Values: z.array(NUMBER).max(150).optional(),
              Counts: z.array(NUMBER).max(150).optional(),
              StatisticValues: z
                .looseObject({ SampleCount: NUMBER, Sum: NUMBER, Minimum: NUMBER, Maximum: NUMBER })
                .optional(),
              StorageResolution: INTEGER.min(1).optional(),
            }),
          )
          .max(1000),
      }),
      ({ Namespace, MetricData }) => {
        for (const datum of MetricData) {
          const resolution = (datum.StorageResolution ?? 60) < 60 ? 1000 : MINUTE_MS
          const at = Math.floor((datum.Timestamp ?? clock.now()) / resolution) * resolution
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
    ),

    GetMetricData: action(
      z.looseObject({
        MetricDataQueries: z.array(QUERY).min(1).max(500),
        StartTime: TIME,
        EndTime: TIME,
        ScanBy: z.enum(['TimestampDescending', 'TimestampAscending']).default('TimestampDescending'),
      }),
      ({ MetricDataQueries, StartTime, EndTime, ScanBy }) => {
        const queries = MetricDataQueries as MetricQuery[]
        const periodMs = periodOf(queries) * 1000
        const start = Math.floor(StartTime / periodMs) * periodMs
        const all = evaluateQueries(queries, metrics, start, EndTime)
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
    ),

    GetMetricStatistics: action(
      z.looseObject({
        Namespace: z.string(),
        MetricName: z.string(),
        Dimensions: DIMENSIONS.optional(),
        StartTime: TIME,
        EndTime: TIME,
        Period: PERIOD,
        Statistics: z.array(STATISTIC).optional(),
        ExtendedStatistics: z.array(PERCENTILE).optional(),
      }),
      (input) => {
        const periodMs = input.Period * 1000
        const start = Math.floor(input.StartTime / periodMs) * periodMs
        const metric = metrics.find(input.Namespace, input.MetricName, dimensionsOf(input.Dimensions))
        const rows = new Map<number, Record<string, unknown>>()
        const rowAt = (timestamp: number) => {
          const row = rows.get(timestamp) ?? { Timestamp: new Date(timestamp), Unit: 'None' }
          rows.set(timestamp, row)
          return row
        }
        for (const name of input.Statistics ?? [])
          for (const { timestamp, value } of points(metric, name, periodMs, start, input.EndTime))
            rowAt(timestamp)[name] = value
        for (const name of input.ExtendedStatistics ?? [])
          for (const { timestamp, value } of points(metric, name, periodMs, start, input.EndTime)) {
            const row = rowAt(timestamp)
            row.ExtendedStatistics = { ...(row.ExtendedStatistics as object | undefined), [name]: value }
          }
        return { Label: input.MetricName, Datapoints: [...rows.values()] }
      },
    ),

    ListMetrics: action(
      z.looseObject({
        Namespace: z.string().optional(),
        MetricName: z.string().optional(),
        Dimensions: z
          .array(z.looseObject({ Name: z.string(), Value: z.string().optional() }))
          .max(10)
          .optional(),
        NextToken: z.string().optional(),
      }),
      ({ Namespace, MetricName, Dimensions = [], NextToken }) => {
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
    ),

    ListTagsForResource: action(z.looseObject({ ResourceARN: z.string() }), ({ ResourceARN }) => {
      const alarm = [...store.alarms.values()].find((one) => one.arn === ResourceARN)
      if (alarm === undefined)
        throw new AwsError('ResourceNotFoundException', `${ResourceARN} does not exist.`, { status: 404 })
      return { Tags: alarm.input.Tags ?? [] }
    }),
  },
})
