/**
 * How many CPUs this process may keep busy: the least of the machine's, the affinity mask, the cpuset and the quota of
 * cgroup v1 or v2 (Linux kernel documentation, cgroup-v2 "cpu.max"; cgroup-v1 "sched-bwc"). ONNX Runtime and Node count
 * the machine's cores, which in a container with a quota starts far too many threads.
 */

import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { cgroupFolders, read } from './cgroup.ts'

export type CpuBudget = {
  /** CPUs worth of time; may be a fraction under a quota. */
  cpus: number
  /** What set it, for the log. */
  limitedBy: 'machine' | 'affinity' | 'cpuset' | 'quota' | 'lambda'
}

/** Number of CPUs in a list like `0-3,8`; undefined if it is empty or absent. */
const countCpuList = (list: string | undefined): number | undefined => {
  if (!list) return undefined
  const counts = list.split(',').map((range) => {
    const [first = Number.NaN, last = first] = range.split('-').map(Number)
    return last - first + 1
  })
  const sum = counts.reduce((total, count) => total + count, 0)
  return Number.isFinite(sum) && sum > 0 ? sum : undefined
}

const quotaV2 = (folder: string): number | undefined => {
  const [quota, period] = (read(join(folder, 'cpu.max')) ?? 'max').split(/\s+/)
  return quota === 'max' || !Number(period) ? undefined : Number(quota) / Number(period)
}

const quotaV1 = (folder: string): number | undefined => {
  const quota = Number(read(join(folder, 'cpu.cfs_quota_us')) ?? -1)
  const period = Number(read(join(folder, 'cpu.cfs_period_us')) ?? 0)
  return quota > 0 && period > 0 ? quota / period : undefined
}

/**
 * Reads the budget from the files below `root` ('/' outside tests).
 * @param machineCpus what the machine has, where no file says less
 * @param lambdaCpus what AWS Lambda gives a function of its memory, which no file says
 */
export const readCpuBudget = ({
  root = '/',
  machineCpus = availableParallelism(),
  lambdaCpus,
}: {
  root?: string
  machineCpus?: number
  lambdaCpus?: number | undefined
} = {}): CpuBudget => {
  const status = read(join(root, 'proc/self/status')) ?? ''
  const cpu = cgroupFolders(root, 'cpu')
  const cpuset = cgroupFolders(root, 'cpuset')
  const limits: [CpuBudget['limitedBy'], number | undefined][] = [
    ['affinity', countCpuList(/^Cpus_allowed_list:\s*(.+)$/m.exec(status)?.[1])],
    ...cpuset.v2.map(
      (folder) => ['cpuset', countCpuList(read(join(folder, 'cpuset.cpus.effective')))] as const,
    ),
    ...cpuset.v1.map((folder) => ['cpuset', countCpuList(read(join(folder, 'cpuset.cpus')))] as const),
    ...cpu.v2.map((folder) => ['quota', quotaV2(folder)] as const),
    ...cpu.v1.map((folder) => ['quota', quotaV1(folder)] as const),
    ['lambda', lambdaCpus] as const,
  ].map(([by, cpus]) => [by as CpuBudget['limitedBy'], cpus as number | undefined])
  return limits.reduce<CpuBudget>(
    (least, [limitedBy, cpus]) => (cpus !== undefined && cpus < least.cpus ? { cpus, limitedBy } : least),
    { cpus: machineCpus, limitedBy: 'machine' },
  )
}
