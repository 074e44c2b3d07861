/** Runs the command that the arguments name. */

import { CommanderError } from 'commander'
import { createClients } from '../aws/clients.ts'
import { COMMANDS } from '../commands/all.ts'
import { DETAILED_EXITCODE } from '../commands/plan.ts'
import { realClock } from './clock.ts'
import { CommandError, EXIT, Exit } from './command.ts'
import { describeError } from './describe-error.ts'
import { createOutput } from './output.ts'
import { createProgram } from './program.ts'

/** Where 2 says that there are changes, a typing error must not. */
const usage = (): number => (process.argv.includes(DETAILED_EXITCODE) ? EXIT.failed : EXIT.usage)

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
    if (error instanceof Exit) return error.exitCode
    // Commander has printed these itself; help and version are no failures.
    if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.ok : usage()
    if (interrupt.signal.aborted && !(error instanceof CommandError)) {
      process.stderr.write('\ninterrupted\n')
      return EXIT.interrupted
    }
    const { text, exitCode } = describeError(error)
    process.stderr.write(`${text}\n`)
    return exitCode
  }
}
