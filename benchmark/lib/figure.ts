/** A figure of the table, and how a part is run alone. */

import { fileURLToPath } from 'node:url'
import type { Spread } from './stats.ts'

export type Figure = {
  /** Number of the row in README.md. */
  row: string
  what: string
  /** As 'at least 0.95'. */
  goal: { least: number } | { most: number }
  unit: '' | '×' | 'ms' | 's'
  value: Spread
  /** What the ratio is made of, or why the goal is out of reach. */
  note: string
}

const digits = (value: number): string => value.toPrecision(value >= 100 ? 4 : 3)

export const formatValue = ({ unit, value }: Figure): string =>
  `${digits(value.median)}${unit && ` ${unit}`} (${digits(value.least)}–${digits(value.most)})`

export const formatGoal = ({ goal, unit }: Figure): string =>
  `${'least' in goal ? `≥ ${goal.least}` : `≤ ${goal.most}`}${unit && ` ${unit}`}`

export const isMet = ({ goal, value }: Figure): boolean =>
  'least' in goal ? value.median >= goal.least : value.median <= goal.most

/** Says on stderr what is being measured now. */
export const progress = (text: string): void => {
  process.stderr.write(`${new Date().toTimeString().slice(0, 8)} ${text}\n`)
}

/** Prints the figures if the file was started by itself. */
export const runAlone = async (url: string, measure: () => Promise<Figure[]>): Promise<void> => {
  if (process.argv[1] !== fileURLToPath(url)) return
  for (const figure of await measure()) {
    const mark = isMet(figure) ? 'met' : 'NOT MET'
    process.stdout.write(
      `${figure.row}. ${figure.what}: ${formatValue(figure)}, goal ${formatGoal(figure)}, ${mark}. ${figure.note}\n`,
    )
  }
  process.exit(0)
}
