/** The command line: `npm run endpoint -- COMMAND …`. */

import { CommanderError } from 'commander'
import { createClients } from './aws/clients.ts'
import { realClock } from './cli/clock.ts'
import { CommandError, EXIT, Exit } from './cli/command.ts'
import { describeError } from './cli/describe-error.ts'
import { createOutput } from './cli/output.ts'
import { createProgram } from './cli/program.ts'
import { COMMANDS } from './commands/all.ts'
import { DETAILED_EXITCODE } from './commands/plan.ts'

/** Where 2 says that there are changes, a typing error must not. */
const usage = (): number => (process.argv.includes(DETAILED_EXITCODE) ? EXIT.failed : EXIT.usage)

const main = async (): Promise<number> => {
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

process.exitCode = await main()
