/** What is printed of an error that ended a command. */

import { accessProblem } from '../aws/credentials.ts'
import { messageOf } from '../aws/errors.ts'
import { probableCause } from '../deploy/cause.ts'
import { CommandError, EXIT } from './command.ts'

const withFix = (message: string, fix: string | undefined, prefix = 'error: '): string =>
  `${prefix}${message}${fix === undefined ? '' : `\n  → ${fix}`}`

/** AWS's errors and the system's say what is wrong; a stack is printed of what only we can have done wrong. */
export const describeError = (error: unknown): { text: string; exitCode: number } => {
  if (error instanceof CommandError) {
    const { message, fix, exitCode } = error
    return { text: withFix(message, fix, exitCode === EXIT.interrupted ? '' : undefined), exitCode }
  }
  const exitCode = EXIT.failed
  const problem = accessProblem(error)
  if (problem !== undefined) return { text: withFix(problem.message, problem.fix), exitCode }
  if (typeof error !== 'object' || error === null)
    return { text: withFix(String(error), undefined), exitCode }
  if ('$metadata' in error) {
    const cause = probableCause(messageOf(error))
    return { text: withFix(messageOf(error), cause && `${cause.cause}: ${cause.fix}`), exitCode }
  }
  const { stack, message } = error as Error
  return { text: withFix('syscall' in error ? message : (stack ?? message), undefined), exitCode }
}
