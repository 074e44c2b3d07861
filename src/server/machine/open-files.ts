/**
 * How many files and connections a process of this one's limits may have open (`ulimit -n`, RLIMIT_NOFILE). Node raises its
 * own soft limit to the hard one when it starts, and its children inherit that; so there is one number.
 */

import { readFileSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { StartupError } from '../../errors.ts'

/** Modules are loaded many at a time (one library has 50 files of words), in this process and in each worker. */
const FOR_MODULES = 256
/** A worker's channel, its process and what it passes through. */
const FOR_A_WORKER = 4

/** What the server needs before its first connection. */
export const openFilesNeeded = (workers: number): number => FOR_MODULES + FOR_A_WORKER * workers

/** Infinity where there is no limit, and where it cannot be read: only Linux has /proc (proc(5)). */
export const openFilesLimit = (limitsFile = '/proc/self/limits'): number => {
  try {
    const [, soft] = /^Max open files\s+(\d+)/m.exec(readFileSync(limitsFile, 'utf8')) ?? []
    return soft === undefined ? Number.POSITIVE_INFINITY : Number(soft)
  } catch (error) {
    // With no descriptor left even this file cannot be opened.
    return (error as NodeJS.ErrnoException).code === 'EMFILE' ? 0 : Number.POSITIVE_INFINITY
  }
}

/** As many slow clients as this are held without anybody noticing, where the limit allows it. */
const ENOUGH_CONNECTIONS = 10_000

/** For a server without nginx, which has one connection for each request. */
export const warnOfFewConnections = (limit: number, log: { warn(text: string): void }): void => {
  const connections = limit - openFilesNeeded(availableParallelism())
  if (connections >= ENOUGH_CONNECTIONS) return
  log.warn(
    `\`ulimit -n\` allows ${limit} open files: at most some ${connections} connections; one more is closed`,
  )
}

/** @throws StartupError that names the limit, if the server could not even start its processes */
export const assertEnoughOpenFiles = (workers: number | 'auto', limit = openFilesLimit()): void => {
  const needed = openFilesNeeded(workers === 'auto' ? availableParallelism() : workers)
  if (limit >= needed) return
  throw new StartupError(
    `\`ulimit -n\` allows ${limit} open files, and the server needs ${needed} before its first connection; ` +
      'raise the hard limit (`docker run --ulimit nofile=65536:65536`, LimitNOFILE in systemd, limits.conf)',
  )
}
