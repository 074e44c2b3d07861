import { readLive } from '../aws/live.ts'
import type { Context, Register } from '../cli/command.ts'
import { TAG_OPTION, withTag } from '../config/fleets.ts'
import { isNothing } from '../plan/action.ts'
import { formatPlan } from '../plan/format.ts'
import { plan } from '../plan/plan.ts'
import { openDesired, preflight, type Wanted } from './open.ts'

/** Prints what `deploy` would send, and why it would not come to that. */
export const showPlan = async (wanted: Wanted, recreate = false): Promise<void> => {
  const { session, desired, region } = wanted
  const { clients, output } = session
  const result = plan(desired, await readLive(clients, desired), { region, recreate })
  const changes = !isNothing(result)
  const { problems, warnings } = changes ? await preflight(wanted) : { problems: [], warnings: [] }
  for (const warning of warnings) output.warn(warning)
  output.result(
    { ...result, changes, problems },
    [
      formatPlan(result, output.colours),
      ...problems.map((problem) => `${output.colours.red('would fail:')} ${problem}`),
    ].join('\n'),
  )
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
