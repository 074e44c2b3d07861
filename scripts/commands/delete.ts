import { createInterface } from 'node:readline/promises'
import { CommandError, type Context, DRY_RUN_OPTION, EXIT, type Register } from '../cli/command.ts'
import { isEmpty, listInventory, takeInventory } from '../deploy/inventory.ts'
import { remove } from '../deploy/remove.ts'
import { bucketsOf } from './buckets.ts'
import { ENDPOINT_OPTION, openTarget } from './open.ts'

const confirm = async (question: string, signal: AbortSignal): Promise<boolean> => {
  const terminal = createInterface({ input: process.stdin, output: process.stderr })
  try {
    return /^y(es)?$/i.test((await terminal.question(`${question} [y/N] `, { signal })).trim())
  } finally {
    terminal.close()
  }
}

export const registerDelete: Register = (program, context: Context) => {
  program
    .command('delete')
    .description(
      'Deletes the endpoint and all that was made for it: configurations, models, archives, alarms, logs.',
    )
    .option('-y, --yes', 'do not ask', false)
    .option(...ENDPOINT_OPTION)
    .option(...DRY_RUN_OPTION)
    .addHelpText('after', '\nExample: onnx-serving-endpoint -e staging delete --yes')
    .action(async ({ yes, endpoint: named }: { yes: boolean; endpoint?: string }) => {
      const target = await openTarget(context, named)
      const { session, endpoint } = target
      const { output } = session
      const inventory = await takeInventory(session.clients, endpoint, await bucketsOf(target))
      const found = listInventory(inventory)
      if (isEmpty(inventory)) {
        output.result({ endpoint, found: [], deleted: false }, `Nothing to delete for ${endpoint}.`)
        return
      }
      if (context.options().dryRun) {
        output.result(
          { endpoint, found, deleted: false },
          `delete would remove:\n${found.map((line) => `  ${line}`).join('\n')}`,
        )
        return
      }
      if (!yes) {
        if (process.stdin.isTTY !== true) {
          throw new CommandError('delete asks first, and there is no terminal to ask on', {
            exitCode: EXIT.usage,
            fix: 'add --yes; --dry-run shows what would go',
          })
        }
        output.step(found.map((line) => `  ${line}`).join('\n'))
        if (!(await confirm(`Delete all of this?`, context.signal)))
          throw new CommandError('nothing was deleted')
      }
      await remove(session, endpoint, inventory)
      output.result(
        { endpoint, found, deleted: true },
        `${endpoint} is deleted. Buckets, repositories and what the endpoint has captured are left.`,
      )
    })
}
