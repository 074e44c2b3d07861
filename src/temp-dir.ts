/** The one folder that is written to: a new one in the setting's, removed when the process ends. */

import { mkdtempSync, rmSync } from 'node:fs'
import { join, resolve } from 'node:path'

/** @throws the file system's error if nothing can be written there */
export const makeTempDir = (parent: string): string => {
  const directory = mkdtempSync(join(resolve(parent), 'serving-'))
  process.once('exit', () => removeTempDir(directory))
  return directory
}

export const removeTempDir = (directory: string): void => {
  rmSync(directory, { recursive: true, force: true })
}
