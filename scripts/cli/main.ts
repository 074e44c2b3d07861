/** Runs the command that the arguments name. */

import { CommanderError } from 'commander'
import { createClients } from '../aws/clients.ts'
import { COMMANDS } from '../commands/all.ts'
import { realClock } from './clock.ts'
import { CommandError, EXIT } from './command.ts'
import { describeError } from './describe-error.ts'
import { createOutput } from './output.ts'
import { createProgram } from './program.ts'

/** The exit code. What went wrong is printed. */
export const main = async (): Promise<number> => {
  const interrupt = new AbortController()
  process.once('SIGINT', () => interrupt.abort())
  process.once('SIGTERM', () => interrupt.abort())
  try {
    const { signal } = interrupt
    const program = createProgram(COMMANDS, {
      signal,
      createOutput,
      clients: createClients,
      clock: realClock,
    })
    await program.parseAsync()
    return EXIT.ok
  } catch (error) {
    // Commander has printed these itself; help and version are no failures.
    if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.ok : EXIT.usage
    if (interrupt.signal.aborted && !(error instanceof CommandError)) {
      process.stderr.write('\ninterrupted\n')
      return EXIT.interrupted
    }
    const { text, exitCode } = describeError(error)
    process.stderr.write(`${text}\n`)
    return exitCode
  }
}
