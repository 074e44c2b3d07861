/** The command line: `npm run endpoint -- COMMAND …`. One row a command. */

import { Command, CommanderError, Option } from 'commander'
import { createClients } from './aws/clients.ts'
import { realClock } from './cli/clock.ts'
import { CommandError, type Context, EXIT, type GlobalOptions, type Register } from './cli/command.ts'
import { createOutput } from './cli/output.ts'
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

/** Flags, what they are, and their values where they are not given. All come before or after the subcommand. */
const GLOBAL_OPTIONS: readonly [string, string, string | boolean | undefined][] = [
  ['-f, --file <FILE>', 'the configuration', 'endpoint.yaml'],
  ['-e, --environment <NAME>', 'one of the environments in the configuration', undefined],
  ['--region <REGION>', 'else the configuration, AWS_REGION or the profile says it', undefined],
  ['--json', 'print the result as JSON', false],
  ['--dry-run', 'change nothing; show what would be done', false],
]

const build = (signal: AbortSignal): Command => {
  const program = new Command('endpoint')
    .description('Deploys a model to an Amazon SageMaker endpoint, and tends it.')
    .showHelpAfterError('(add --help for the options)')
    .exitOverride()
    // So that `logs -f` may follow, where `-f` before a subcommand is the file.
    .enablePositionalOptions()
  for (const [flags, description, value] of GLOBAL_OPTIONS) program.option(flags, description, value)
  let running = program
  program.hook('preAction', (_, command) => {
    running = command
  })
  const options = () => ({ ...program.opts<GlobalOptions>(), ...running.opts<Partial<GlobalOptions>>() })
  const context: Context = {
    options,
    output: () => createOutput(options()),
    signal,
    clients: createClients,
    clock: realClock,
  }
  for (const register of COMMANDS) register(program, context)
  for (const command of program.commands) {
    const taken = new Set(command.options.map(({ short }) => short))
    for (const [flags, description] of GLOBAL_OPTIONS) {
      const { short, long } = new Option(flags)
      const free = short === undefined || taken.has(short) ? flags.replace(/^-\w, /, '') : flags
      if (!command.options.some((option) => option.long === long)) command.option(free, description)
    }
  }
  return program
}

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
    await build(interrupt.signal).parseAsync()
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
