/**
 * What is each mechanism of the scheduler worth, in simulated time? As ablation.ts, with workers that are made up: no noise of
 * the machine, which on a shared one is larger than what a mechanism is worth.
 *
 *   npx tsx benchmark/simulated.ts [sources=/elsewhere …]
 *
 * Prints for each case and server: requests per second of 4, 16 and 64 clients; the mean, p50 and p99 in milliseconds of requests
 * that come by chance, at 50 % and 80 % of what 64 clients are served. Of mechanisms, the server without; of other folders with src/, what is there.
 */

import { join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { patchedSources } from './lib/patch.ts'
import { quantile } from './lib/stats.ts'
import { MECHANISMS } from './mechanisms.ts'
import { type Curve, type SchedulerClass, simulate, simulateOpen } from './programs/simulate.ts'

const CASES: Record<string, Curve> = {
  'fixed, 12 + 0.05·n ms': { fixed: 12, each: 0.05, workers: 2, messageMs: 0.12, chance: 0.2 },
  'fixed, 4 workers': { fixed: 12, each: 0.05, workers: 4, messageMs: 0.12, chance: 0.2 },
  'between, 5 + 2·n ms': { fixed: 5, each: 2, workers: 2, messageMs: 0.12, chance: 0.2 },
  'rows, 0.3 + 33·n ms': { fixed: 0.3, each: 33, workers: 2, messageMs: 0.12, chance: 0.2 },
  'rows, messages of 1 ms': { fixed: 0.3, each: 33, workers: 2, messageMs: 1, chance: 0.2 },
  'rows, one in 20 costs 10 times': { fixed: 0.3, each: 33, workers: 2, messageMs: 0.12, costly: 0.05 },
}
const LIMITS = { maxBatchSize: 32, maxBatchDelayMs: 0 }
const SEEDS = Number(process.env.BENCH_SIMULATED_SEEDS ?? 8)

const roots = {
  'as it is': patchedSources([]),
  ...Object.fromEntries(
    Object.entries(MECHANISMS)
      .filter(([name]) => name !== 'nothing')
      .map(([name, { off }]) => [name, patchedSources(off)]),
  ),
  ...Object.fromEntries(
    process.argv.slice(2).map((pair) => {
      const [name = '', root = ''] = pair.split('=')
      return [name, resolve(root)]
    }),
  ),
}

const load = async (root: string): Promise<SchedulerClass> => {
  const file = join(root, 'src/server/scheduling/scheduler.ts')
  return ((await import(pathToFileURL(file).href)) as { Scheduler: SchedulerClass }).Scheduler
}

const print = (text: string): void => {
  process.stdout.write(`${text}\n`)
}

for (const [name, curve] of Object.entries(CASES)) {
  print(
    `\n## ${name}\n\n| server | req/s at 4, 16, 64 | at 50 %: mean, p50, p99 | at 80 % |\n|---|---|---|---|`,
  )
  let capacity: number | undefined
  for (const [server, root] of Object.entries(roots)) {
    const Class = await load(root)
    const closed: number[] = []
    for (const clients of [4, 16, 64]) closed.push(await simulate(curve, LIMITS, clients, Class))
    // All get the load that the first can serve.
    capacity ??= (closed.at(-1) ?? 0) / (curve.costly ? 1.1 : 1)
    const open: string[] = []
    for (const part of [0.5, 0.8]) {
      const all: number[] = []
      for (let seed = 1; seed <= SEEDS; seed += 1)
        for (const milliseconds of await simulateOpen(curve, LIMITS, part * capacity, seed, Class))
          all.push(milliseconds)
      const mean = all.reduce((sum, milliseconds) => sum + milliseconds, 0) / all.length
      open.push([mean, quantile(all, 0.5), quantile(all, 0.99)].map((value) => value.toFixed(1)).join(', '))
    }
    print(`| ${[server, closed.map((value) => value.toFixed(0)).join(', '), ...open].join(' | ')} |`)
  }
}
