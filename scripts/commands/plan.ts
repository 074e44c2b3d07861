import { readLive } from '../aws/live.ts'
import { CommandError, type Context, EXIT, Exit, type Register } from '../cli/command.ts'
import { TAG_OPTION, withTag } from '../config/fleets.ts'
import { isNothing } from '../plan/action.ts'
import { formatPlan } from '../plan/format.ts'
import { plan } from '../plan/plan.ts'
import { costOfDesired, formatCost } from '../price/cost.ts'
import { byTarget } from './by-target.ts'
import { openDesired, preflight, type Wanted } from './open.ts'

/** What a plan comes to: nothing to do, something, or something that would not succeed. */
export type Verdict = 'nothing' | 'changes' | 'would fail'

/** Prints what `deploy` would send, and why it would not come to that. */
export const showPlan = async (wanted: Wanted, recreate = false): Promise<Verdict> => {
  const { session, desired, region } = wanted
  const { clients, output } = session
  const result = plan(desired, await readLive(clients, desired), { region, recreate })
  const changes = !isNothing(result)
  const { problems, warnings } = changes ? await preflight(wanted, result) : { problems: [], warnings: [] }
  for (const warning of warnings) output.warn(warning)
  const cost = costOfDesired(desired, region)
  output.result(
    { ...result, changes, problems, cost },
    [
      formatPlan(result, output.colours),
      formatCost(cost),
      ...problems.map((problem) => `${output.colours.red('would fail:')} ${problem}`),
    ].join('\n'),
  )
  return result.blocked !== undefined || problems.length > 0 ? 'would fail' : changes ? 'changes' : 'nothing'
}

export const DETAILED_EXITCODE = '--detailed-exitcode'

const EXIT_CODES: Record<Verdict, number> = {
  nothing: EXIT.ok,
  changes: EXIT.changes,
  'would fail': EXIT.failed,
}

/** Whatever goes wrong is 1 there. */
const detailed = async (show: () => Promise<Verdict>): Promise<void> => {
  let verdict: Verdict
  try {
    verdict = await show()
  } catch (error) {
    if (!(error instanceof CommandError) || error.exitCode !== EXIT.usage) throw error
    throw new CommandError(error.message, error.fix === undefined ? {} : { fix: error.fix })
  }
  if (verdict !== 'nothing') throw new Exit(EXIT_CODES[verdict])
}

export const registerPlan: Register = (program, context: Context) => {
  program
    .command('plan')
    .description('Shows what deploy would create, change, replace and delete. Changes nothing.')
    .option(...TAG_OPTION)
    .option(DETAILED_EXITCODE, 'exit with 0 if there is nothing to do, 2 if there is, 1 on errors', false)
    .addHelpText('after', '\nExample: onnx-serving-endpoint -e staging plan')
    .action(async ({ tag, detailedExitcode }: { tag?: string; detailedExitcode: boolean }) => {
      const show = byTarget(
        context,
        (lambda) => lambda.plan,
        async (options: { tag?: string }) =>
          showPlan(await openDesired(context, (deployment) => withTag(deployment, options.tag))),
      )
      const shown = () => show(tag === undefined ? {} : { tag })
      await (detailedExitcode ? detailed(shown) : shown())
    })
}
