/** The options that all commands have, before or after the subcommand. */

import { Command, Option } from 'commander'
import type { Context, GlobalOptions, Register } from './command.ts'
import type { Output } from './output.ts'
import { version } from './version.ts'

/** Flags, what they are, and their values where they are not given. All come before or after the subcommand. */
const GLOBAL_OPTIONS: readonly [string, string, string | boolean | undefined][] = [
  ['-f, --file <FILE>', 'the configuration', 'endpoint.yaml'],
  ['-e, --environment <NAME>', 'one of the environments in the configuration', undefined],
  ['--region <REGION>', 'else the configuration, AWS_REGION or the profile says it', undefined],
  ['--json', 'print the result as JSON', false],
]

type Surroundings = Pick<Context, 'signal' | 'clients' | 'clock'> & {
  createOutput: (options: GlobalOptions) => Output
}

/** The program with these commands; `parseAsync` runs one. */
export const createProgram = (
  commands: readonly Register[],
  { createOutput, ...surroundings }: Surroundings,
): Command => {
  const program = new Command('onnx-serving-endpoint')
    .version(version(), '-V, --version', 'print the version')
    .description('Deploys a model to an Amazon SageMaker endpoint, and tends it.')
    .showHelpAfterError('(add --help for the options)')
    .exitOverride()
    .enablePositionalOptions()
  for (const [flags, description, value] of GLOBAL_OPTIONS) program.option(flags, description, value)
  let running = program
  program.hook('preAction', (_, command) => {
    running = command
  })
  const options = () => ({
    dryRun: false,
    ...program.opts<Omit<GlobalOptions, 'dryRun'>>(),
    ...running.opts<Partial<GlobalOptions>>(),
  })
  const context: Context = {
    options,
    output: () => createOutput(options()),
    ...surroundings,
  }
  for (const register of commands) register(program, context)
  for (const command of program.commands) {
    for (const [flags, description] of GLOBAL_OPTIONS) {
      if (!command.options.some(({ long }) => long === new Option(flags).long))
        command.option(flags, description)
    }
  }
  return program
}
