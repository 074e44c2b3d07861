/** The command line: `npm run endpoint -- COMMAND …`. One row a command. */

import { CommanderError } from 'commander'
import { createClients } from './aws/clients.ts'
import { realClock } from './cli/clock.ts'
import { CommandError, EXIT, type Register } from './cli/command.ts'
import { createOutput } from './cli/output.ts'
import { createProgram } from './cli/program.ts'
import { registerBuild } from './commands/build.ts'
import { registerDelete } from './commands/delete.ts'
import { registerDeploy } from './commands/deploy.ts'
import { registerDoctor } from './commands/doctor.ts'
import { registerGc } from './commands/gc.ts'
import { registerInvoke } from './commands/invoke.ts'
import { registerLogs } from './commands/logs.ts'
import { registerPackage } from './commands/package.ts'
import { registerPlan } from './commands/plan.ts'
import { registerPromote } from './commands/promote.ts'
import { registerProxy } from './commands/proxy.ts'
import { registerPush } from './commands/push.ts'
import { registerRehearse } from './commands/rehearse.ts'
import { registerRollback } from './commands/rollback.ts'
import { registerScale } from './commands/scale.ts'
import { registerStatus } from './commands/status.ts'
import { registerTraffic } from './commands/traffic.ts'

const COMMANDS: readonly Register[] = [
  registerDoctor,
  registerPackage,
  registerBuild,
  registerPush,
  registerPlan,
  registerDeploy,
  registerStatus,
  registerLogs,
  registerInvoke,
  registerTraffic,
  registerPromote,
  registerRollback,
  registerScale,
  registerDelete,
  registerGc,
  registerProxy,
  registerRehearse,
]

const describe = (error: unknown): { text: string; exitCode: number } => {
  if (error instanceof CommandError) {
    const fix = error.fix === undefined ? '' : `\n  → ${error.fix}`
    return { text: `error: ${error.message}${fix}`, exitCode: error.exitCode }
  }
  const { name, message, stack } = error as Error
  // The SDK's errors say what AWS said; a stack of ours helps nobody there.
  const fromAws = typeof error === 'object' && error !== null && '$metadata' in error
  return { text: `error: ${fromAws ? `${name}: ${message}` : (stack ?? message)}`, exitCode: EXIT.failed }
}

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
    // Commander has printed these itself; help and version are no failures.
    if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.ok : EXIT.usage
    if (interrupt.signal.aborted && !(error instanceof CommandError)) {
      process.stderr.write('\ninterrupted\n')
      return EXIT.interrupted
    }
    const { text, exitCode } = describe(error)
    process.stderr.write(`${text}\n`)
    return exitCode
  }
}

process.exitCode = await main()
