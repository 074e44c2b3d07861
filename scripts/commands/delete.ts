import { type Context, DRY_RUN_OPTION, type Register } from '../cli/command.ts'
import { confirmed } from '../cli/confirm.ts'
import { isEmpty, listInventory, takeInventory } from '../deploy/inventory.ts'
import { remove } from '../deploy/remove.ts'
import { bucketsOf } from './buckets.ts'
import { byTarget } from './by-target.ts'
import { ENDPOINT_OPTION, openTarget } from './open.ts'

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
    .action(
      byTarget(
        context,
        (lambda) => lambda.delete,
        async ({ yes, endpoint: named }: { yes: boolean; endpoint?: string }) => {
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
          await confirmed(context, output, found, yes)
          await remove(session, endpoint, inventory)
          output.result(
            { endpoint, found, deleted: true },
            `${endpoint} is deleted. Buckets, repositories and what the endpoint has captured are left.`,
          )
        },
      ),
    )
}
