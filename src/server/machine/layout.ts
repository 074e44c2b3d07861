/** How a CPU budget is divided into workers and their threads. */

import { type Device, deviceRow } from '../../protocol/devices.ts'
import type { CpuBudget } from './cpu-budget.ts'

export type Layout = { workers: number; threads: number; threadsAlone: number }

/** A JavaScript heap and ONNX Runtime's arenas for each: more workers than this cost more memory than they are worth. */
export const MOST_WORKERS = 16

/**
 * How many workers with how many threads. On CPUs one thread each gives the best throughput and the best p99; threads
 * that run together never outnumber the budget, to the nearest whole one. Other devices are kept busy by fewer workers, of which each
 * has a CPU; whether there is memory for more than one of those is found out once it has loaded the model.
 */
export const layOut = (
  budget: CpuBudget,
  device: Device,
  wanted: { workers: number | 'auto'; threads: number | 'auto' },
): Layout => {
  // Half a CPU is worth a worker: docs/decisions/0004-cpu-quota.md has the figures.
  const cpus = Math.max(1, Math.round(budget.cpus))
  const { workers: enough } = deviceRow(device)
  const automatic = Math.min(cpus, enough === 'for each CPU' ? MOST_WORKERS : enough)
  const workers = wanted.workers === 'auto' ? automatic : wanted.workers
  const threads = wanted.threads === 'auto' ? Math.max(1, Math.floor(cpus / workers)) : wanted.threads
  return { workers, threads, threadsAlone: wanted.threads === 'auto' ? Math.max(cpus, threads) : threads }
}
