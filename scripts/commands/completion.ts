import { Argument } from 'commander'
import type { Context, Register } from '../cli/command.ts'
import { bashCompletion, zshCompletion } from '../cli/completion.ts'

const SHELLS = { bash: bashCompletion, zsh: zshCompletion }

export const registerCompletion: Register = (program, context: Context) => {
  program
    .command('completion')
    .description('Writes a script to stdout by which the shell completes commands and flags.')
    .addArgument(new Argument('<shell>', 'the shell').choices(Object.keys(SHELLS)))
    .addHelpText('after', '\nExample: source <(onnx-serving-endpoint completion bash)')
    .action((shell: keyof typeof SHELLS) => context.output().raw(SHELLS[shell](program)))
}
