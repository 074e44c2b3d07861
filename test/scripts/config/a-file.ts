import { join } from 'node:path'
import type { Test } from 'tap'
import { CommandError } from '../../../scripts/cli/command.ts'
import { loadDeployment } from '../../../scripts/config/load.ts'

/** The shortest useful file. */
export const SHORTEST = `name: flowers
model: ./model
role: arn:aws:iam::123456789012:role/sagemaker
`

/** The path of an endpoint.yaml with this text, in a folder of its own. */
export const fileOf = (t: Test, text: string): string =>
  join(t.testdir({ 'endpoint.yaml': text }), 'endpoint.yaml')

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
