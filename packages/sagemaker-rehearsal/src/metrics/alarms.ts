/** Alarms: what they are, and what state their data puts them in. */

import type { Clock } from '../clock.ts'
import type { Alarm, Store } from '../store.ts'
import type { Metrics } from './metric-store.ts'
import { evaluateQueries, periodOf, queriesOf } from './queries.ts'

/** Data points beyond the evaluation periods at which CloudWatch looks when some are missing. */
const LOOK_BACK = 2

const COMPARISONS: Record<string, (value: number, threshold: number) => boolean> = {
  GreaterThanThreshold: (value, threshold) => value > threshold,
  GreaterThanOrEqualToThreshold: (value, threshold) => value >= threshold,
  LessThanThreshold: (value, threshold) => value < threshold,
  LessThanOrEqualToThreshold: (value, threshold) => value <= threshold,
}

export const COMPARISON_OPERATORS = Object.keys(COMPARISONS) as [string, ...string[]]

export type AlarmState = Alarm['state']

type Rule = { periods: number; toAlarm: number; missing: string; before: AlarmState }

/**
 * The state by data points, oldest first, undefined where there is none; they reach back further than the periods.
 * Amazon CloudWatch user guide, "Configuring how CloudWatch alarms treat missing data", whose tables are the tests.
 */
export const stateOf = (breaching: readonly (boolean | undefined)[], rule: Rule): AlarmState => {
  const { periods, toAlarm, missing, before } = rule
  const there = breaching.filter((point) => point !== undefined).slice(-periods)
  const bad = there.filter(Boolean).length
  const lacking = periods - there.length
  if (bad >= toAlarm) return 'ALARM'
  if (lacking === 0) return 'OK'
  if (missing === 'breaching') return bad + lacking >= toAlarm ? 'ALARM' : 'OK'
  if (missing === 'notBreaching') return 'OK'
  const allBad = bad === there.length
  if (missing === 'ignore') return allBad ? before : 'OK'
  if (there.length === 0) return 'INSUFFICIENT_DATA'
  // An alarm must not go off early only because the rest has not arrived: the oldest must be old enough.
  const oldest = breaching.length - breaching.findIndex((point) => point !== undefined)
  if (allBad && oldest >= toAlarm) return 'ALARM'
  return allBad ? before : 'OK'
}

/** State and reason by the complete periods before now. */
const judge = (alarm: Alarm, metrics: Metrics, now: number): { state: AlarmState; reason: string } => {
  const { input } = alarm
  const { queries, shown } = queriesOf(alarm.input)
  const periodMs = periodOf(queries) * 1000
  const periods = input.EvaluationPeriods ?? 1
  const toAlarm = input.DatapointsToAlarm ?? periods
  const end = Math.floor(now / periodMs) * periodMs
  const length = periods + LOOK_BACK
  const start = end - length * periodMs
  const series = evaluateQueries(queries, metrics, start, end).get(shown)
  const compare = COMPARISONS[input.ComparisonOperator ?? ''] ?? (() => false)
  const threshold = input.Threshold ?? 0
  const values = Array.from({ length }, (_, index) => series?.get(start + index * periodMs))
  const state = stateOf(
    values.map((value) => (value === undefined ? undefined : compare(value, threshold))),
    { periods, toAlarm, missing: input.TreatMissingData ?? 'missing', before: alarm.state },
  )
  const shownValues = values.flatMap((value) => (value === undefined ? [] : [String(value)])).slice(-periods)
  return {
    state,
    reason:
      `Threshold Crossed: ${toAlarm} out of the last ${periods} datapoints [${shownValues.join(', ')}] decide against ` +
      `the threshold (${threshold}); the state is ${state}.`,
  }
}

export type Alarms = ReturnType<typeof createAlarms>

export const createAlarms = (
  store: Store,
  metrics: Metrics,
  clock: Clock,
  announce: (line: string) => void,
) => {
  const setState = (alarm: Alarm, state: AlarmState, reason: string): void => {
    if (alarm.state === state) return
    alarm.state = state
    alarm.reason = reason
    alarm.stateAt = clock.now()
    if (state === 'ALARM') alarm.alarmedAt = clock.now()
    announce(`alarm ${alarm.input.AlarmName}: ${state}`)
  }
  return {
    setState,
    evaluate(): void {
      const now = clock.now()
      for (const alarm of store.alarms.values()) {
        const { state, reason } = judge(alarm, metrics, now)
        setState(alarm, state, reason)
      }
    },
    /** Names of those alarms that are in ALARM, or were since then. */
    alarming: (names: readonly string[], since: number): string[] =>
      names.filter((name) => {
        const alarm = store.alarms.get(name)
        return alarm !== undefined && (alarm.state === 'ALARM' || (alarm.alarmedAt ?? 0) >= since)
      }),
    missing: (names: readonly string[]): string[] => names.filter((name) => !store.alarms.has(name)),
  }
}
