/** Is a CPU quota used well? Throughput under real cgroup quotas, and the layout for given files where the machine cannot do it. */

import { mkdirSync, mkdtempSync, rmdirSync, rmSync, writeFileSync } from 'node:fs'
import { availableParallelism, tmpdir } from 'node:os'
import { join } from 'node:path'
import { readCpuBudget } from '../src/server/machine/cpu-budget.ts'
import { layOut } from '../src/server/machine/layout.ts'
import { type Figure, progress, runAlone } from './lib/figure.ts'
import { throughput } from './lib/load.ts'
import { modelFolders, transformerPayload } from './lib/payloads.ts'
import { type Running, startServer } from './lib/server.ts'
import { interleave, quantile, ratios, spread } from './lib/stats.ts'

const ROUNDS = 5
const PERIOD_US = 100_000
const CGROUP = '/sys/fs/cgroup'

/** Makes a cgroup with a quota (version 2, else version 1) and gives the wrapper that starts a program in it. */
const makeCgroup = (cpus: number): { enter: string; remove(): void } => {
  const quota = Math.round(cpus * PERIOD_US)
  const [v2, v1] = [join(CGROUP, `benchmark-${quota}`), join(CGROUP, 'cpu', `benchmark-${quota}`)]
  try {
    mkdirSync(v1, { recursive: true })
    writeFileSync(join(v1, 'cpu.cfs_period_us'), String(PERIOD_US))
    writeFileSync(join(v1, 'cpu.cfs_quota_us'), String(quota))
    return { enter: join(v1, 'cgroup.procs'), remove: () => rmdirSync(v1) }
  } catch {
    mkdirSync(v2, { recursive: true })
    writeFileSync(join(v2, 'cpu.max'), `${quota} ${PERIOD_US}`)
    return { enter: join(v2, 'cgroup.procs'), remove: () => rmdirSync(v2) }
  }
}

const startUnderQuota = async (folder: string, enter: string, args: readonly string[]): Promise<Running> =>
  startServer(folder, args, {}, ['sh', '-c', `echo $$ > ${enter}; exec "$0" "$@"`])

/** Workers × threads that someone could have chosen on two cores. */
const LAYOUTS = [
  [1, 1],
  [2, 1],
  [1, 2],
] as const

const underQuota = async (folder: string, cpus: number): Promise<Figure> => {
  progress(`CPU budget: a quota of ${cpus}`)
  const { enter, remove } = makeCgroup(cpus)
  const offered = { connections: 8, seconds: 2 }
  const servers = {
    automatic: await startUnderQuota(folder, enter, []),
    ...Object.fromEntries(
      await Promise.all(
        LAYOUTS.map(async ([workers, threads]) => [
          `${workers} × ${threads}`,
          await startUnderQuota(folder, enter, ['--workers', String(workers), '--threads', String(threads)]),
        ]),
      ),
    ),
  } as Record<string, Running>
  const values = await interleave(
    ROUNDS,
    Object.fromEntries(
      Object.entries(servers).map(([name, { url }]) => [
        name,
        () => throughput(url, transformerPayload, offered),
      ]),
    ),
  )
  for (const server of Object.values(servers)) await server.stop()
  remove()
  const median = (name: string) => quantile(values[name] ?? [], 0.5)
  const names = LAYOUTS.map(([workers, threads]) => `${workers} × ${threads}`)
  const best = names.reduce((a, b) => (median(a) >= median(b) ? a : b))
  return {
    row: '7a',
    what: `a quota of ${cpus} CPUs, transformer: throughput ÷ that of the best workers × threads`,
    goal: { least: 0.9 },
    unit: '',
    value: spread(ratios(values.automatic ?? [], values[best] ?? [])),
    note: names.map((name) => `${name}: ${median(name).toFixed(1)}/s`).join(', '),
  }
}

/** Counted, not timed: with more visible CPUs than the quota allows, the layout is that of the quota alone. */
const visibleCpus = (): Figure => {
  const root = mkdtempSync(join(tmpdir(), 'cgroup-'))
  const folder = join(root, 'sys/fs/cgroup')
  mkdirSync(join(root, 'proc/self'), { recursive: true })
  mkdirSync(folder, { recursive: true })
  writeFileSync(join(root, 'proc/self/cgroup'), '0::/\n')
  let right = 0
  let cases = 0
  for (const quota of [0.5, 1, 1.5, 2]) {
    for (const visible of [2, 8, 64]) {
      writeFileSync(join(folder, 'cpu.max'), `${quota * PERIOD_US} ${PERIOD_US}\n`)
      const automatic = { workers: 'auto', threads: 'auto' } as const
      const { workers, threads } = layOut(readCpuBudget({ root, machineCpus: visible }), 'cpu', automatic)
      const few = layOut({ cpus: quota, limitedBy: 'quota' }, 'cpu', automatic)
      cases += 1
      if (
        workers === few.workers &&
        threads === few.threads &&
        workers * threads <= Math.max(1, Math.round(quota))
      )
        right += 1
    }
  }
  rmSync(root, { recursive: true })
  const share = right / cases
  return {
    row: '7b',
    what: 'quotas of 0.5, 1, 1.5 and 2 CPUs × 2, 8 and 64 visible ones (given files): layouts within the quota, rounded',
    goal: { least: 1 },
    unit: '',
    value: { median: share, least: share, most: share },
    note: `${right} of ${cases}`,
  }
}

export const measure = async (): Promise<Figure[]> => {
  const { transformer } = await modelFolders()
  const figures: Figure[] = []
  for (const cpus of [0.5, 1, 1.5, 2].filter((quota) => quota <= availableParallelism()))
    figures.push(await underQuota(transformer, cpus))
  return [...figures, visibleCpus()]
}

await runAlone(import.meta.url, measure)
