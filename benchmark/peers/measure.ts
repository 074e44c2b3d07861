/**
 * The same work given to this server and to others, in turns:
 *
 *   npm run bench -- peers [--only light,heavy,killed,overload] [--servers NAME,…] [--variants tuned,…] [--minutes M]
 *
 * What was measured least is measured first, and ours again and again between the others, so that runs may be cut short and repeated: results are
 * appended to results/peers.json, and the table and the plots made of all that is there.
 */

import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { progress } from '../lib/figure.ts'
import { build, ROOT } from '../lib/server.ts'
import { PARTS, type Part, type Values } from './parts.ts'
import { OURS, ROWS, type Row } from './servers.ts'

const FILE = join(ROOT, 'benchmark/results/peers.json')

/** `run`: measured in one go with what has the same; ratios are made only of such. */
export type Measurement = { run: string; part: Part; name: string; variant: string; values: Values }

export type PeerResults = {
  runs: Record<string, { date: string; commit: string; machine: string; versions: string }>
  measurements: Measurement[]
}

export const readResults = (): PeerResults =>
  existsSync(FILE) ? JSON.parse(readFileSync(FILE, 'utf8')) : { runs: {}, measurements: [] }

type Task = { part: Part; row: Row }

const isSame =
  ({ part, row }: Task) =>
  (one: Measurement): boolean =>
    one.part === part && one.name === row.name && one.variant === row.variant

/** So many of the others are measured between two measurements of ours. */
const TURN = 5

/** Overload and death are for those who have been tuned to meet them. */
const belongs = (part: Part, row: Row, isAsked: boolean): boolean =>
  isAsked ||
  part === 'light' ||
  (row.variant !== 'tuned, no batches' &&
    (part === 'heavy' || row.variant !== 'default' || row.name === OURS))

const list = (text: string | undefined, all: readonly string[], what: string): readonly string[] => {
  if (text === undefined) return all
  const names = text.split(',')
  const unknown = names.filter((name) => !all.includes(name))
  if (unknown.length > 0)
    throw new Error(`no such ${what}: ${unknown.join(', ')}; there are ${all.join(', ')}`)
  return names
}

export const measurePeers = async (args: readonly string[], provenance: PeerResults['runs'][string]) => {
  const { values: asked } = parseArgs({
    args: [...args],
    options: {
      only: { type: 'string' },
      servers: { type: 'string' },
      variants: { type: 'string' },
      minutes: { type: 'string' },
    },
  })
  const parts = list(asked.only, Object.keys(PARTS), 'part') as Part[]
  const names = list(asked.servers, [...new Set(ROWS.map(({ name }) => name))], 'server')
  const variants = list(asked.variants, [...new Set(ROWS.map(({ variant }) => variant))], 'variant')
  const endAt = performance.now() + Number(asked.minutes ?? Number.POSITIVE_INFINITY) * 60_000
  const results = readResults()
  const run = new Date().toISOString()
  build()
  const rank = (task: Task): number => results.measurements.filter(isSame(task)).length
  const ours = ROWS.find(({ name }) => name === OURS) as Row
  const tasks = parts.flatMap((part) => {
    const others = ROWS.filter(
      (row) =>
        row !== ours &&
        (names.includes(row.name) || row.name === OURS) &&
        (variants.includes(row.variant) || row.name === OURS) &&
        belongs(part, row, asked.variants !== undefined),
    )
      .map((row) => ({ part, row }))
      .sort((a, b) => rank(a) - rank(b))
    return others.flatMap((task, index) => (index % TURN === 0 ? [{ part, row: ours }, task] : [task]))
  })
  let longestMs = 0
  for (const { part, row } of tasks) {
    const from = performance.now()
    if (from + longestMs > endAt) {
      progress('peers: time is up; what is missing is measured first next time')
      break
    }
    try {
      const values = await PARTS[part](row)
      results.runs[run] = provenance
      results.measurements.push({ run, part, name: row.name, variant: row.variant, values })
      progress(`peers: ${part}, ${row.name}, ${row.variant}: ${JSON.stringify(values)}`)
    } catch (error) {
      process.exitCode = 1
      progress(
        `peers: ${part}, ${row.name}, ${row.variant}: ${error instanceof Error ? error.message : error}`,
      )
    }
    longestMs = Math.max(longestMs, performance.now() - from)
    // After each, so that a run that is cut short keeps what it has.
    writeFileSync(FILE, `${JSON.stringify(results, null, 1)}\n`)
  }
}
