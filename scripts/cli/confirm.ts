import { createInterface } from 'node:readline/promises'
import { CommandError, type Context, EXIT } from './command.ts'
import type { Output } from './output.ts'

const confirm = async (question: string, signal: AbortSignal): Promise<boolean> => {
  const terminal = createInterface({ input: process.stdin, output: process.stderr })
  try {
    return /^y(es)?$/i.test((await terminal.question(`${question} [y/N] `, { signal })).trim())
  } finally {
    terminal.close()
  }
}

/** Asks, unless `yes` says that it has been. Throws CommandError if nothing is to be deleted, or nobody can be asked. */
export const confirmed = async (
  context: Context,
  output: Output,
  found: readonly string[],
  yes: boolean,
): Promise<void> => {
  if (yes) return
  if (process.stdin.isTTY !== true) {
    throw new CommandError('delete asks first, and there is no terminal to ask on', {
      exitCode: EXIT.usage,
      fix: 'add --yes; --dry-run shows what would go',
    })
  }
  output.step(found.map((line) => `  ${line}`).join('\n'))
  if (!(await confirm(`Delete all of this?`, context.signal))) throw new CommandError('nothing was deleted')
}
