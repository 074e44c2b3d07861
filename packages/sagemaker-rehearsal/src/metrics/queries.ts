/** MetricDataQueries, as GetMetricData and alarms have them: metrics and expressions that refer to each other by id. */

import { AwsError } from '../aws-error.ts'
import type { PutMetricAlarmInput } from '../models/cloudwatch.ts'
import { evaluateExpression, type Series } from './metric-math.ts'
import { type Metrics, points } from './metric-store.ts'

export type MetricQuery = {
  Id: string
  MetricStat?:
    | {
        Metric: {
          Namespace?: string | undefined
          MetricName?: string | undefined
          Dimensions?: { Name: string; Value: string }[] | undefined
        }
        Period: number
        Stat: string
      }
    | undefined
  Expression?: string | undefined
  Label?: string | undefined
  Period?: number | undefined
  ReturnData?: boolean | undefined
}

/** Seconds: the longest of the metrics' periods. */
export const periodOf = (queries: readonly MetricQuery[]): number =>
  Math.max(...queries.map(({ MetricStat, Period }) => MetricStat?.Period ?? Period ?? 0)) || 60

/** The series of each query by its id, from `start` (inclusive) to `end` (exclusive). */
export const evaluateQueries = (
  queries: readonly MetricQuery[],
  metrics: Metrics,
  start: number,
  end: number,
): Map<string, Series> => {
  const periodMs = periodOf(queries) * 1000
  const timestamps = Array.from(
    { length: Math.min(100_000, Math.ceil((end - start) / periodMs)) },
    (_, index) => start + index * periodMs,
  )
  const byId = new Map(queries.map((query) => [query.Id, query]))
  const done = new Map<string, Series>()
  const underway = new Set<string>()

  const seriesOf = (id: string): Series | undefined => {
    const known = done.get(id)
    const query = byId.get(id)
    if (known !== undefined || query === undefined) return known
    if (underway.has(id))
      throw new AwsError('ValidationError', `The expression of ${id} refers to itself.`, { status: 400 })
    underway.add(id)
    const series = compute(query)
    underway.delete(id)
    done.set(id, series)
    return series
  }

  const compute = ({ MetricStat: stat, Expression: expression }: MetricQuery): Series => {
    if (stat !== undefined) {
      const { Namespace = '', MetricName = '', Dimensions = [] } = stat.Metric
      const dimensions = Object.fromEntries(Dimensions.map(({ Name, Value }) => [Name, Value]))
      const metric = metrics.find(Namespace, MetricName, dimensions)
      const found = points(metric, stat.Stat, stat.Period * 1000, start, end)
      return new Map(found.map(({ timestamp, value }) => [timestamp, value]))
    }
    const value = evaluateExpression(expression ?? '', {
      get: seriesOf,
      metrics: () =>
        queries.filter((query) => query.MetricStat !== undefined).map(({ Id }) => seriesOf(Id) ?? new Map()),
      timestamps,
    })
    return typeof value === 'number' ? new Map(timestamps.map((at) => [at, value])) : value
  }

  for (const { Id } of queries) seriesOf(Id)
  return done
}

/** What an alarm watches, as queries, and which of them it goes by. */
export const queriesOf = (input: PutMetricAlarmInput): { queries: readonly MetricQuery[]; shown: string } => {
  if (input.Metrics !== undefined) {
    const queries = input.Metrics as MetricQuery[]
    const shown = queries.find(({ ReturnData = true }) => ReturnData) ?? queries[0]
    return { queries, shown: shown?.Id ?? '' }
  }
  const stat = {
    Metric: {
      Namespace: input.Namespace,
      MetricName: input.MetricName,
      Dimensions: (input.Dimensions ?? []) as { Name: string; Value: string }[],
    },
    Period: input.Period ?? 60,
    Stat: input.Statistic ?? input.ExtendedStatistic ?? 'Average',
  }
  return { queries: [{ Id: 'metric', MetricStat: stat }], shown: 'metric' }
}
