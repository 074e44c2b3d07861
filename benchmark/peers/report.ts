/** Writes the tables and the plot from results/peers.json. */

import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { ROOT } from '../lib/server.ts'
import { readResults } from './measure.ts'
import { plotPeers } from './plot.ts'
import { formatTables } from './table.ts'

const README = fileURLToPath(new URL('README.md', import.meta.url))
const [BEGIN, END] = ['<!-- tables -->\n', '<!-- end of tables -->']

export const report = (): void => {
  const results = readResults()
  const text = readFileSync(README, 'utf8')
  const [before = '', rest = ''] = text.split(BEGIN)
  const [, after = ''] = rest.split(END)
  writeFileSync(README, `${before}${BEGIN}\n${formatTables(results)}\n\n${END}${after}`)
  plotPeers(results, join(ROOT, 'benchmark/results/peers.svg'))
}
