/** The command line: `npm run endpoint -- COMMAND …`. One row a command. */

import { Command, CommanderError } from 'commander'
import { CommandError, type Context, EXIT, type GlobalOptions, type Register } from './cli/command.ts'
import { createOutput } from './cli/output.ts'
import { registerBuild } from './commands/build.ts'
import { registerDoctor } from './commands/doctor.ts'
import { registerPackage } from './commands/package.ts'
import { registerProxy } from './commands/proxy.ts'
import { registerPush } from './commands/push.ts'
import { registerRehearse } from './commands/rehearse.ts'

const COMMANDS: readonly Register[] = [
  registerDoctor,
  registerPackage,
  registerBuild,
  registerPush,
  registerProxy,
  registerRehearse,
]

const FILE = 'endpoint.yaml'

const build = (signal: AbortSignal): Command => {
  const program = new Command('endpoint')
    .description('Deploys a model to an Amazon SageMaker endpoint, and tends it.')
    .option('-f, --file <FILE>', 'the configuration', FILE)
    .option('-e, --environment <NAME>', 'one of the environments in the configuration')
    .option('--region <REGION>', 'else the configuration, AWS_REGION or the profile says it')
    .option('--json', 'print the result as JSON', false)
    .option('--dry-run', 'change nothing; show what would be done', false)
    .showHelpAfterError('(add --help for the options)')
    .exitOverride()
  const context: Context = {
    options: () => program.opts<GlobalOptions>(),
    output: () => createOutput(program.opts<GlobalOptions>()),
    signal,
  }
  for (const register of COMMANDS) register(program, context)
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
    if (interrupt.signal.aborted) {
      process.stderr.write('\ninterrupted\n')
      return EXIT.interrupted
    }
    const { text, exitCode } = describe(error)
    process.stderr.write(`${text}\n`)
    return exitCode
  }
}

process.exitCode = await main()
