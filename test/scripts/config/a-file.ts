import { existsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Test } from 'tap'
import { CommandError } from '../../../scripts/cli/command.ts'
import { loadDeployment } from '../../../scripts/config/load.ts'

/** The shortest useful file. */
export const SHORTEST = `name: flowers
model: ./model
role: arn:aws:iam::123456789012:role/sagemaker
`

/** The path of an endpoint.yaml with this text, in the test's folder, which is not made anew for each of many texts. */
export const fileOf = (t: Test, text: string): string => {
  const folder = existsSync(t.testdirName) ? t.testdirName : t.testdir({})
  const file = join(folder, 'endpoint.yaml')
  writeFileSync(file, text)
  return file
}

/** What is wrong with a text: the lines of the message, without the first. */
export const mistakesOf = (t: Test, text: string, environment?: string): string[] => {
  try {
    loadDeployment(fileOf(t, text), environment)
  } catch (error) {
    if (!(error instanceof CommandError)) throw error
    return error.message
      .split('\n')
      .slice(1)
      .map((line) => line.trim())
  }
  return []
}
