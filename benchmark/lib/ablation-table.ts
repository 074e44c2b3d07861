/** What the ablation measured, as Markdown. */

import { MECHANISMS } from '../mechanisms.ts'
import { quantile, ratios, spread } from './stats.ts'

/** The name of the server in which nothing is switched off. */
export const AS_IT_IS = 'as it is'

export type AblationTable = {
  model: string
  /** By column and server, what was measured in each round; the first does not count. */
  columns: Record<string, Record<string, number[]>>
  /** How late the generator sent, p99 of each open load, and its share of a CPU in each load. */
  lateMs: number[]
  cpuShare: number[]
}

const absolute = (values: readonly number[]): string => {
  const { median } = spread(values)
  return median >= 100 ? median.toFixed(0) : median.toPrecision(3)
}

const ratio = (off: readonly number[], on: readonly number[]): string => {
  const { median, least, most } = spread(ratios(off, on))
  return `${median.toFixed(2)} (${least.toFixed(2)}–${most.toFixed(2)})`
}

const row = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`

const formatModel = (
  { model, columns, lateMs, cpuShare }: AblationTable,
  names: readonly string[],
): string => {
  const counted = (column: string, server: string) => columns[column]?.[server]?.slice(1) ?? []
  const titles = Object.keys(columns)
  const rounds = counted(titles[0] ?? '', AS_IT_IS).length
  return [
    `## ${model}`,
    '',
    row(['off', ...titles]),
    row(['---', ...titles.map(() => '---')]),
    row([AS_IT_IS, ...titles.map((title) => absolute(counted(title, AS_IT_IS)))]),
    ...names.map((name) =>
      row([name, ...titles.map((title) => ratio(counted(title, name), counted(title, AS_IT_IS)))]),
    ),
    '',
    `${rounds} rounds. Of the generator: p99 of how late it sent, ${quantile(lateMs, 0.5).toFixed(2)} ms in the median load, ${Math.max(...lateMs).toFixed(2)} ms in the worst; at most ${(100 * Math.max(...cpuShare)).toFixed(0)} % of a CPU.`,
  ].join('\n')
}

/** @param where the machine and the settings, in words */
export const formatAblation = (
  tables: readonly AblationTable[],
  names: readonly string[],
  where: string,
): string =>
  [
    '# What each mechanism of the scheduler is worth',
    '',
    where,
    '',
    'Each cell is the measure with the mechanism off ÷ that with nothing off in the same round: the median, in brackets the least and the most of the rounds. Of requests per second less than 1 means that the mechanism helps, of milliseconds more than 1. CPU is that of the server and its workers for each reply. A request that was refused counts with 60 s, its deadline.',
    '',
    ...names.map((name) => `* **${name}**: ${MECHANISMS[name]?.purpose ?? 'another build'}`),
    '',
    tables.map((table) => formatModel(table, names)).join('\n\n'),
    '',
  ].join('\n')
