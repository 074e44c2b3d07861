/** Medians of what was measured, by server and variant: ours of the newest commit, the others of all; and ours ÷ each, of the same run. */

import { quantile, ratios, type Spread, spread } from '../lib/stats.ts'
import type { Measurement, PeerResults } from './measure.ts'
import type { Part } from './parts.ts'
import { OURS, ROWS, type Row } from './servers.ts'

export type Summary = {
  row: Row
  rounds: number
  /** What was not reached, such as an end of a repair, counts as infinite. */
  values: Record<string, Spread>
  /** Ours, with defaults and no nginx, ÷ this; empty where there is nothing of the same run. */
  oursDividedBy: Record<string, number[]>
}

const isOurs = ({ name, variant }: { name: string; variant: string }): boolean =>
  name === OURS && variant === 'default'

const numberOf = ({ values }: Measurement, key: string): number => values[key] ?? Number.POSITIVE_INFINITY

const oursOfRun = (all: readonly Measurement[], run: string, key: string): number | undefined => {
  const ours = all.filter((one) => one.run === run && isOurs(one)).map((one) => numberOf(one, key))
  return ours.length > 0 ? quantile(ours, 0.5) : undefined
}

export const summarise = ({ runs, measurements }: PeerResults, part: Part): Summary[] => {
  const all = measurements.filter((one) => one.part === part)
  const commitOf = ({ run }: Measurement) => runs[run]?.commit
  const last = all.filter(({ name }) => name === OURS).at(-1)
  const newest = last && commitOf(last)
  return ROWS.flatMap((row) => {
    const mine = all.filter(
      (one) =>
        one.name === row.name &&
        one.variant === row.variant &&
        (row.name !== OURS || commitOf(one) === newest),
    )
    if (mine.length === 0) return []
    const keys = Object.keys(mine[0]?.values ?? {})
    const pairs = (key: string): number[] =>
      mine.flatMap((one) => {
        const ours = oursOfRun(all, one.run, key)
        return ours === undefined ? [] : ratios([ours], [numberOf(one, key)])
      })
    return [
      {
        row,
        rounds: mine.length,
        values: Object.fromEntries(keys.map((key) => [key, spread(mine.map((one) => numberOf(one, key)))])),
        oursDividedBy: Object.fromEntries(keys.map((key) => [key, isOurs(row) ? [] : pairs(key)])),
      },
    ]
  })
}
