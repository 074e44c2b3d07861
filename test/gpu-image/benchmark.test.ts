/** The benchmark of a card, on a made-up one: that nothing but the card is missing. */

import { execFileSync } from 'node:child_process'
import t from 'tap'
import { ROOT } from '../fixtures/index.ts'

t.test('every row is measured', async (t) => {
  const output = execFileSync(process.execPath, ['--import', 'tsx', 'benchmark/gpu.ts'], {
    cwd: ROOT,
    encoding: 'utf8',
    env: { ...process.env, BENCH_GPU_STUB: '1', BENCH_GPU_SECONDS: '0.5' },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  t.comment(output)
  const rows = output.trim().split('\n')
  t.same(
    rows.map((row) => row.slice(0, 2)),
    ['G1', 'G4', 'G5', 'G2', 'G4', 'G5', 'G2', 'G5', 'G2', 'G2', 'G3', 'G4', 'G5'],
  )
  for (const row of rows) {
    t.match(row, /; a stub that takes as long as an H100, \d+ CPUs/)
    t.notMatch(row, /NaN|Infinity/)
  }
})
