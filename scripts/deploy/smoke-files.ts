/** The bodies of the smoke tests, read before anything is sent: a missing one must not be found once the new version serves. */

import { readFile } from 'node:fs/promises'
import { CommandError, EXIT } from '../cli/command.ts'
import type { SmokeTest } from '../config/deployment.ts'

export type LoadedTest = SmokeTest & { body: Uint8Array }

/** Throws CommandError that names every file which cannot be read. */
export const loadSmokeTests = async (tests: readonly SmokeTest[]): Promise<LoadedTest[]> => {
  const problems: string[] = []
  const loaded: LoadedTest[] = []
  for (const test of tests) {
    try {
      loaded.push({ ...test, body: await readFile(test.file) })
    } catch (error) {
      problems.push(`smoke.file: ${test.file} cannot be read: ${(error as Error).message}`)
    }
  }
  if (problems.length === 0) return loaded
  throw new CommandError(problems.join('\n'), {
    exitCode: EXIT.usage,
    fix: 'correct file under smoke (paths begin at the folder of endpoint.yaml), or put the file there',
  })
}
