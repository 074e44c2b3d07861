/** A memory cgroup, of version 1 or 2: what a container's `--memory` is made of. Needs root. */

import { existsSync, mkdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'

const CGROUP = '/sys/fs/cgroup'

const REMOVE_TRIES = 100
const REMOVE_EVERY_MS = 100

export type MemoryGroup = {
  /** A command that starts the command behind it inside the group. */
  wrapper: readonly string[]
  /** Most bytes that were in use at once, page cache included. */
  peakBytes(): number
  /** Processes that the kernel has ended for want of memory. */
  kills(): number
  /** Once all its processes have ended, which may take the kernel a moment. */
  remove(): Promise<void>
}

const numberIn = (file: string): number => Number(readFileSync(file, 'utf8').trim())

const killsIn = (file: string): number =>
  Number(/^oom_kill (\d+)/m.exec(readFileSync(file, 'utf8'))?.[1] ?? 0)

const FILES = {
  v1: { limit: 'memory.limit_in_bytes', peak: 'memory.max_usage_in_bytes', events: 'memory.oom_control' },
  v2: { limit: 'memory.max', peak: 'memory.peak', events: 'memory.events' },
}

const removeFolder = async (folder: string): Promise<void> => {
  for (let tries = 0; ; tries += 1) {
    try {
      rmdirSync(folder)
      return
    } catch (error) {
      if (tries === REMOVE_TRIES) throw error
      await delay(REMOVE_EVERY_MS)
    }
  }
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
    remove: () => removeFolder(folder),
  }
}
