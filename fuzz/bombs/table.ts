/** The table of what the bombs did, on the terminal and in docs/limits.md. */

import { execFileSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { cpus } from 'node:os'
import { join } from 'node:path'
import { ROOT } from '../../benchmark/lib/server.ts'
import { MB } from '../lib/server.ts'
import type { Bomb } from './bomb.ts'
import type { Measured } from './fire.ts'

/** `kills`: processes that the kernel ended for want of memory. `exits` is undefined if the server has ended. */
export type Row = Measured & { exits: number | undefined; kills: number | undefined }

const PAGE = join(ROOT, 'docs/limits.md')

export const HEAD = `| Bomb | What | Answer | Slowest, s | Peak memory, MB | Pings: not 200 | median, ms | 99 %, ms | worst, ms | Neighbour: worst, s | failed | Workers ended |
|---|---|---|---|---|---|---|---|---|---|---|---|`

const listed = (counts: Record<string, number>): string =>
  Object.entries(counts)
    .map(([name, count]) => (count === 1 ? name : `${count} × ${name}`))
    .join(', ')

const seconds = (milliseconds: number): string => (milliseconds / 1000).toFixed(2)

export const lineOf = (bomb: Bomb, row: Row): string => {
  const { ping, neighbour } = row
  const ended = `${row.exits ?? 'the server ended'}${row.kills ? `, ${row.kills} for want of memory` : ''}`
  const cells = [
    `\`${bomb.name}\``,
    bomb.what,
    listed(row.answers),
    seconds(row.slowestMs),
    (row.peakBytes / MB).toFixed(0),
    `${ping.failed} of ${ping.count}`,
    ping.p50.toFixed(1),
    ping.p99.toFixed(0),
    ping.worst.toFixed(0),
    seconds(neighbour.worstMs),
    listed(neighbour.failed) || '0',
    ended,
  ]
  return `| ${cells.join(' | ')} |`
}

export const writePage = (lines: readonly string[], under: string): void => {
  const text = readFileSync(PAGE, 'utf8')
  const [before = '', rest = ''] = text.split('<!-- measured -->\n')
  const [, after = ''] = rest.split('<!-- end of measured -->')
  const git = ['rev-parse', '--short', 'HEAD']
  const commit = execFileSync('git', git, { cwd: ROOT, encoding: 'utf8' }).trim()
  const where = `${cpus().length} × ${cpus()[0]?.model.trim()}, Node ${process.versions.node}`
  const head = `${new Date().toISOString().slice(0, 10)}, ${commit}; ${where}; ${under}.`
  const measured = `${head}\n\n${HEAD}\n${lines.join('\n')}`
  writeFileSync(PAGE, `${before}<!-- measured -->\n${measured}\n<!-- end of measured -->${after}`)
}
