import { readLive } from '../aws/live.ts'
import type { Context, Register } from '../cli/command.ts'
import { TAG_OPTION, withTag } from '../config/fleets.ts'
import { isNothing } from '../plan/action.ts'
import { formatPlan } from '../plan/format.ts'
import { plan } from '../plan/plan.ts'
import { openDesired, type Wanted } from './open.ts'

/** Prints what `deploy` would send. */
export const showPlan = async ({ session, desired, region }: Wanted, recreate = false): Promise<void> => {
  const { clients, output } = session
  const result = plan(desired, await readLive(clients, desired), { region, recreate })
  output.result({ ...result, changes: !isNothing(result) }, formatPlan(result, output.colours))
}

export const registerPlan: Register = (program, context: Context) => {
  program
    .command('plan')
    .description('Shows what deploy would create, change, replace and delete. Changes nothing.')
    .option(...TAG_OPTION)
    .addHelpText('after', '\nExample: endpoint -e staging plan')
    .action(async ({ tag }: { tag?: string }) =>
      showPlan(await openDesired(context, (deployment) => withTag(deployment, tag))),
    )
}
