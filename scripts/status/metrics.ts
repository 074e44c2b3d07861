/** What CloudWatch has measured of each variant lately. */

import { GetMetricDataCommand, type MetricDataQuery } from '@aws-sdk/client-cloudwatch'
import type { Clients } from '../aws/clients.ts'

export type Traffic = {
  invocations: number
  errors4xx: number
  errors5xx: number
  /** Of the container, without the network; undefined where nothing was asked. */
  p50Ms?: number
  p99Ms?: number
}

export const WINDOW_MINUTES = 15

const MEASURES = {
  invocations: { metric: 'Invocations', stat: 'Sum' },
  errors4xx: { metric: 'Invocation4XXErrors', stat: 'Sum' },
  errors5xx: { metric: 'Invocation5XXErrors', stat: 'Sum' },
  p50: { metric: 'ModelLatency', stat: 'p50' },
  p99: { metric: 'ModelLatency', stat: 'p99' },
} as const

type Measure = keyof typeof MEASURES

/** One period over the whole window: percentiles cannot be added up. */
const query = (endpoint: string, variant: string, at: number, measure: Measure): MetricDataQuery => ({
  Id: `${measure.toLowerCase()}_${at}`,
  MetricStat: {
    Metric: {
      Namespace: 'AWS/SageMaker',
      MetricName: MEASURES[measure].metric,
      Dimensions: [
        { Name: 'EndpointName', Value: endpoint },
        { Name: 'VariantName', Value: variant },
      ],
    },
    Period: WINDOW_MINUTES * 60,
    Stat: MEASURES[measure].stat,
  },
})

/** By variant, in the same order. @param nowMs epoch ms */
export const readTraffic = async (
  { cloudwatch }: Clients,
  endpoint: string,
  variants: readonly string[],
  nowMs: number,
): Promise<Traffic[]> => {
  if (variants.length === 0) return []
  const minute = 60_000
  const end = Math.ceil(nowMs / minute) * minute
  const values = new Map<string, number[]>()
  let token: string | undefined
  do {
    const answer = await cloudwatch.send(
      new GetMetricDataCommand({
        StartTime: new Date(end - WINDOW_MINUTES * minute),
        EndTime: new Date(end),
        MetricDataQueries: variants.flatMap((variant, at) =>
          (Object.keys(MEASURES) as Measure[]).map((measure) => query(endpoint, variant, at, measure)),
        ),
        ...(token !== undefined && { NextToken: token }),
      }),
    )
    for (const { Id = '', Values = [] } of answer.MetricDataResults ?? []) {
      values.set(Id, [...(values.get(Id) ?? []), ...Values])
    }
    token = answer.NextToken
  } while (token !== undefined)
  return variants.map((_, at) => {
    const of = (measure: Measure) => values.get(`${measure.toLowerCase()}_${at}`) ?? []
    const sum = (measure: Measure) => of(measure).reduce((total, value) => total + value, 0)
    // ModelLatency is in microseconds. Should CloudWatch divide the window after all, the worst part counts.
    const worstMs = (measure: Measure) =>
      of(measure).length === 0 ? undefined : Math.max(...of(measure)) / 1_000
    const p50Ms = worstMs('p50')
    const p99Ms = worstMs('p99')
    return {
      invocations: sum('invocations'),
      errors4xx: sum('errors4xx'),
      errors5xx: sum('errors5xx'),
      ...(p50Ms !== undefined && { p50Ms }),
      ...(p99Ms !== undefined && { p99Ms }),
    }
  })
}
