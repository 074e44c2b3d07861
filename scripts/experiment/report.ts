/** What an experiment shows: exposures and outcomes, joined, by variant. */

import { CommandError, EXIT } from '../cli/command.ts'
import { userHash } from '../traffic/choose.ts'
import { type Comparison, compare, holm } from './compare.ts'
import { type Estimate, estimate, type Interval, intervalOf, type Unit } from './estimate.ts'
import type { Exposed, User } from './exposed.ts'
import type { Outcomes } from './outcomes.ts'
import { periodsOf, type Split, splitOf } from './split.ts'
import { warningsOf } from './warnings.ts'

/** `rate`: each user has one outcome of 0 or 1. `mean`: one. `ratio`: several, as of requests. */
export type Kind = 'rate' | 'mean' | 'ratio'

export type VariantResult = Pick<Estimate, 'outcomes' | 'value' | 'skewness'> & {
  variant: string
  users: number
  withOutcome: number
  interval: Interval | null
}

export type ComparisonResult = Comparison & {
  variant: string
  /** Holm's, over all variants that are compared with the control. */
  pHolm: number
  /** Users in all, split as now, that show a relative difference of 10, 5, 2 and 1 % with a power of 80 %. */
  needed: { relative: number; users: number }[]
}

export type MetricResult = {
  metric: string
  kind: Kind
  variants: VariantResult[]
  comparisons: ComparisonResult[]
}

export type Report = {
  experiment: string
  control: string
  exposures: Pick<Exposed, 'lines' | 'withoutPart' | 'unreadable' | 'firstAt' | 'lastAt'> & {
    users: Record<string, number>
    /** Users with more than one assignment, analysed by their first; and users whom another variant answered. */
    crossed: number
    sawOther: number
  }
  outcomes: { key: Outcomes['key']; rows: number; matched: number; absent: 'left out' | 'zero' }
  sampleRatio: Split | null
  metrics: MetricResult[]
  warnings: string[]
}

const RELATIVE = [0.1, 0.05, 0.02, 0.01]

export type ReportOptions = {
  experiment: string
  exposed: Exposed
  outcomes: Outcomes
  control: string
  /** Users (or requests) without an outcome have one of 0. */
  absentIsZero: boolean
}

/** The rows of outcomes that are a user's. A request that was sent again has one. */
const rowsOf = (
  hash: string,
  { requests }: User,
  { key }: Outcomes,
  rows: Map<string, number[][]>,
): number[][] => {
  if (key === 'inferenceId') return [...new Set(requests)].flatMap((id) => rows.get(id) ?? [])
  return rows.get(hash) ?? []
}

/** By user, as the log has them, or by request. */
const keyed = (experiment: string, { key, rows }: Outcomes): Outcomes['rows'] =>
  key === 'userId' ? new Map([...rows].map(([id, each]) => [userHash(experiment, id), each])) : rows

export const reportOf = ({ experiment, exposed, outcomes, control, absentIsZero }: ReportOptions): Report => {
  const rows = keyed(experiment, outcomes)
  const perRequest = outcomes.key === 'inferenceId'
  const names = [...new Set([...exposed.users.values()].map(({ variant }) => variant))].sort()
  if (!names.includes(control))
    throw new CommandError(`no user of ${experiment} was assigned to ${control}`, {
      exitCode: EXIT.usage,
      fix: `name the control with --control: ${names.join(', ') || 'there are no users at all'}`,
    })
  const order = [control, ...names.filter((name) => name !== control)]
  const users: Record<string, number> = Object.fromEntries(order.map((name) => [name, 0]))
  const units = outcomes.metrics.map(() => new Map<string, Unit[]>(order.map((name) => [name, []])))
  let matched = 0
  for (const [hash, user] of exposed.users) {
    users[user.variant] = (users[user.variant] ?? 0) + 1
    const own = rowsOf(hash, user, outcomes, rows)
    matched += own.length
    for (const [at, groups] of units.entries()) {
      const values = own.map((row) => row[at] ?? Number.NaN).filter((value) => !Number.isNaN(value))
      const y = values.reduce((sum, value) => sum + value, 0)
      const asked = perRequest ? (absentIsZero ? new Set(user.requests).size : values.length) : 1
      if (absentIsZero || values.length > 0) groups.get(user.variant)?.push({ n: Math.max(asked, 1), y })
    }
  }
  const metrics = outcomes.metrics.map((metric, at) =>
    metricResult(metric, order, users, units[at] as Map<string, Unit[]>),
  )
  const all = [...exposed.users.values()]
  const periods = periodsOf(all)
  const report: Report = {
    experiment,
    control,
    exposures: {
      users,
      lines: exposed.lines,
      withoutPart: exposed.withoutPart,
      unreadable: exposed.unreadable,
      firstAt: exposed.firstAt,
      lastAt: exposed.lastAt,
      crossed: all.filter(({ crossed }) => crossed).length,
      sawOther: all.filter(({ sawOther }) => sawOther).length,
    },
    outcomes: {
      key: outcomes.key,
      rows: outcomes.count,
      matched,
      absent: absentIsZero ? 'zero' : 'left out',
    },
    sampleRatio: splitOf(periods) ?? null,
    metrics,
    warnings: [],
  }
  return { ...report, warnings: warningsOf(report, periods.length) }
}

const metricResult = (
  metric: string,
  order: readonly string[],
  users: Readonly<Record<string, number>>,
  units: ReadonlyMap<string, Unit[]>,
): MetricResult => {
  const estimates = order.map((variant) => estimate(units.get(variant) ?? []))
  const isRate = estimates.every(({ binary }) => binary)
  const isRatio = estimates.some((each) => each.outcomes !== each.users)
  const [control, ...others] = estimates as [Estimate, ...Estimate[]]
  const found = others.flatMap((other, at) => {
    const comparison = compare(control, other)
    return comparison === undefined ? [] : [{ variant: order[at + 1] as string, ...comparison }]
  })
  const adjusted = holm(found.map(({ pValue }) => pValue))
  const all = estimates.reduce((sum, each) => sum + each.users, 0)
  return {
    metric,
    kind: isRate ? 'rate' : isRatio ? 'ratio' : 'mean',
    variants: estimates.map((each, at) => ({
      variant: order[at] as string,
      users: users[order[at] as string] ?? 0,
      withOutcome: each.users,
      outcomes: each.outcomes,
      value: each.value,
      skewness: each.skewness,
      interval: each.users < 2 ? null : intervalOf(each, isRate),
    })),
    comparisons: found.map((each, at) => ({
      ...each,
      pHolm: adjusted[at] as number,
      needed:
        control.value === 0
          ? []
          : RELATIVE.map((relative) => ({
              relative,
              users: Math.ceil(all * (each.detectable / (relative * Math.abs(control.value))) ** 2),
            })),
    })),
  }
}
