/** The tables of peers/README.md. */

import { type Spread, spread } from '../lib/stats.ts'
import type { PeerResults } from './measure.ts'
import type { Part } from './parts.ts'
import { TITLES } from './servers.ts'
import { type Summary, summarise } from './summary.ts'

type Column = {
  key: string
  title: string /** Undefined: neither more nor less is better. */
  best?: 'most' | 'least'
  scale?: number
  isRatioShown?: true
}

type Table = { title: string; part: Part; columns: readonly [Column, ...Column[]] }

/** Sorted by the first column. */
const TABLES: readonly Table[] = [
  {
    title: 'A light model: 30 numbers as JSON, a network of 30 → 64 → 64 → 2',
    part: 'light',
    columns: [
      { key: 'perSecond', title: 'requests/s, 64 connections', best: 'most', isRatioShown: true },
      { key: 'p99Ms', title: 'p99, ms', best: 'least' },
      { key: 'aloneP50Ms', title: 'one at a time: p50, ms', best: 'least', isRatioShown: true },
      { key: 'aloneP99Ms', title: 'p99, ms', best: 'least' },
      { key: 'failed', title: 'failed', best: 'least' },
    ],
  },
  {
    title: 'ResNet-50, 16 connections',
    part: 'heavy',
    columns: [
      { key: 'jpegPerSecond', title: 'JPEG 640 × 480, images/s', best: 'most', isRatioShown: true },
      { key: 'jpegP99Ms', title: 'p99, ms', best: 'least' },
      { key: 'npyPerSecond', title: 'tensors, images/s', best: 'most', isRatioShown: true },
      { key: 'npyP99Ms', title: 'p99, ms', best: 'least' },
      { key: 'aloneP50Ms', title: 'one tensor at a time: p50, ms', best: 'least' },
      { key: 'failed', title: 'failed', best: 'least' },
    ],
  },
  {
    title: 'Start to the first answer, and memory of all processes after the load, ResNet-50',
    part: 'heavy',
    columns: [
      { key: 'startSeconds', title: 'start, s', best: 'least', isRatioShown: true },
      { key: 'memoryBytes', title: 'memory (PSS), MB', best: 'least', scale: 1e-6, isRatioShown: true },
    ],
  },
  {
    title: 'A worker is killed (kill -9), ResNet-50, 8 connections',
    part: 'killed',
    columns: [
      { key: 'failed', title: 'failed of 200', best: 'least' },
      { key: 'backSeconds', title: 'back at 90 % of its rate after, s', best: 'least' },
    ],
  },
  {
    title: 'Five times the load, clients that hang up after 5 s, ResNet-50',
    part: 'overload',
    columns: [
      { key: 'goodput', title: 'answered ÷ what it can at most', best: 'most' },
      { key: 'p99Ms', title: 'p99 of these, ms', best: 'least' },
      { key: 'gaveUp', title: 'clients that hung up, %', best: 'least', scale: 100 },
      { key: 'refused', title: 'refused, %', scale: 100 },
      { key: 'nextSeconds', title: 'next answer after the load, s', best: 'least' },
    ],
  },
]

const digits = (value: number): string => {
  if (!Number.isFinite(value)) return 'not in 10 s'
  if (Number.isInteger(value)) return String(value)
  return Math.abs(value) >= 100 ? String(Math.round(value)) : value.toPrecision(2)
}

const range = ({ median, least, most }: Spread, scale = 1): string =>
  least === most
    ? digits(median * scale)
    : `${digits(median * scale)} (${digits(least * scale)}–${digits(most * scale)})`

const nameOf = ({ row, rounds }: Summary): string => `${TITLES[row.name]}, ${row.variant} [${rounds}]`

const formatTable = ({ title, part, columns }: Table, results: PeerResults): string => {
  const [first] = columns
  const of = (summary: Summary, { key }: Column) => summary.values[key]?.median ?? Number.NaN
  const rows = summarise(results, part).sort(
    (a, b) => (first.best === 'most' ? -1 : 1) * (of(a, first) - of(b, first)),
  )
  if (rows.length === 0) return ''
  const bests = columns.map(
    (column) =>
      column.best && Math[column.best === 'most' ? 'max' : 'min'](...rows.map((row) => of(row, column))),
  )
  const cells = (summary: Summary): string[] =>
    columns.flatMap((column, index) => {
      const value = summary.values[column.key]
      const text = value === undefined ? '–' : range(value, column.scale)
      const shown = of(summary, column) === bests[index] ? `**${text}**` : text
      if (!column.isRatioShown) return [shown]
      const pairs = summary.oursDividedBy[column.key] ?? []
      return [shown, pairs.length > 0 ? range(spread(pairs)) : '']
    })
  const head = columns.flatMap(({ title, isRatioShown }) => [title, ...(isRatioShown ? ['ours ÷ it'] : [])])
  return [
    `## ${title}`,
    '',
    `| | ${head.join(' | ')} |`,
    `|---|${head.map(() => '---').join('|')}|`,
    ...rows.map((row) => `| ${[nameOf(row), ...cells(row)].join(' | ')} |`),
  ].join('\n')
}

export const formatTables = (results: PeerResults): string => {
  const runs = Object.values(results.runs)
  const last = runs.at(-1)
  const commits = [...new Set(runs.map(({ commit }) => commit))].join(', ')
  return [
    `${last?.machine}; ${last?.versions}; ${commits}, ${last?.date}. Medians, in brackets the least and the most; behind a name how often it was measured. The best of a column is bold.`,
    ...TABLES.map((table) => formatTable(table, results)).filter(Boolean),
  ].join('\n\n')
}
