/**
 * How much memory this process and its children may use: the least of the machine's and the limits of cgroup v1 or v2, at
 * any level (Linux kernel documentation, cgroup-v2 "memory.max"; cgroup-v1 "memory.limit_in_bytes").
 */

import { totalmem } from 'node:os'
import { join } from 'node:path'
import { cgroupFolders, read } from './cgroup.ts'

/** Version 2 writes `max` for no limit, version 1 a number beyond all machines. */
const limitIn = (file: string): number => {
  const bytes = Number(read(file) ?? Number.NaN)
  return bytes > 0 ? bytes : Number.POSITIVE_INFINITY
}

/**
 * Bytes, read from the files below `root` ('/' outside tests).
 * @param machineBytes what the machine has, where no file says less
 */
export const readMemoryBudget = (root = '/', machineBytes = totalmem()): number => {
  const { v2, v1 } = cgroupFolders(root, 'memory')
  return Math.min(
    machineBytes,
    ...v2.map((folder) => limitIn(join(folder, 'memory.max'))),
    ...v1.map((folder) => limitIn(join(folder, 'memory.limit_in_bytes'))),
  )
}

const MOST_QUEUE_BYTES = 512 * 2 ** 20

/**
 * What bodies and replies may take of it. A body is there up to eight times at once: in the server, on its way to a
 * worker, and there as text and as a tensor; the rest is for the processes themselves (docs/configuration.md).
 */
const SHARE = 1 / 8

export const queueBytesFor = (memoryBytes: number): number =>
  Math.floor(Math.min(MOST_QUEUE_BYTES, memoryBytes * SHARE))
