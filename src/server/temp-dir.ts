/**
 * The one folder that is written to: a new one in the setting's, removed when the process ends. Its files are marked as
 * used once in a while, since what cleans up folders of temporary files goes by age (tmpfiles.d(5): ten days in /tmp).
 */

import { mkdirSync, mkdtempSync, readdirSync, rmSync, utimesSync } from 'node:fs'
import { join, resolve } from 'node:path'

const PREFIX = 'serving-'

const HOUR_MS = 3_600_000

/**
 * @param owner of whom there is one at a time: what its last process has left is removed, if that was killed
 * @throws the file system's error if nothing can be written there
 */
export const makeTempDir = (parent: string, owner?: string): string => {
  const path = join(resolve(parent), PREFIX)
  const directory = owner === undefined ? mkdtempSync(path) : `${path}${owner}`
  if (owner !== undefined) {
    removeTempDir(directory)
    mkdirSync(directory, { mode: 0o700 })
  }
  process.once('exit', () => removeTempDir(directory))
  setInterval(() => touch(directory), HOUR_MS).unref()
  return directory
}

export const removeTempDir = (directory: string): void => {
  rmSync(directory, { recursive: true, force: true })
}

/** Gives the folder, and all that is in it, the present as its time of use. */
export const touch = (directory: string): void => {
  const now = new Date()
  const mark = (path: string) => {
    try {
      utimesSync(path, now, now)
    } catch {
      // It has gone, or belongs to nginx's workers, who use it themselves.
    }
  }
  mark(directory)
  try {
    for (const name of readdirSync(directory, { recursive: true, encoding: 'utf8' }))
      mark(join(directory, name))
  } catch {
    // Without the folder there is nothing to keep.
  }
}
