/** A memory cgroup, of version 1 or 2: what a container's `--memory` is made of. Needs root. */

import { existsSync, mkdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

const CGROUP = '/sys/fs/cgroup'

export type MemoryGroup = {
  /** A command that starts the command behind it inside the group. */
  wrapper: readonly string[]
  /** Most bytes that were in use at once, page cache included. */
  peakBytes(): number
  /** Processes that the kernel has ended for want of memory. */
  kills(): number
  /** When all its processes have ended. */
  remove(): void
}

const numberIn = (file: string): number => Number(readFileSync(file, 'utf8').trim())

const killsIn = (file: string): number =>
  Number(/^oom_kill (\d+)/m.exec(readFileSync(file, 'utf8'))?.[1] ?? 0)

const FILES = {
  v1: { limit: 'memory.limit_in_bytes', peak: 'memory.max_usage_in_bytes', events: 'memory.oom_control' },
  v2: { limit: 'memory.max', peak: 'memory.peak', events: 'memory.events' },
}

/** @throws if this process may not make cgroups, or the memory controller is not there */
export const makeMemoryGroup = (bytes: number): MemoryGroup => {
  const v1 = existsSync(join(CGROUP, 'memory'))
  const files = v1 ? FILES.v1 : FILES.v2
  const folder = join(CGROUP, v1 ? 'memory' : '', `onnx-serving-${process.pid}-${Date.now()}`)
  mkdirSync(folder)
  writeFileSync(join(folder, files.limit), String(bytes))
  return {
    wrapper: ['sh', '-c', `echo $$ > ${folder}/cgroup.procs; exec "$0" "$@"`],
    peakBytes: () => numberIn(join(folder, files.peak)),
    kills: () => killsIn(join(folder, files.events)),
    remove: () => rmdirSync(folder),
  }
}
