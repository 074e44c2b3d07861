import { messageOf } from '../../aws/errors.ts'
import { CommandError, type Context, EXIT } from '../../cli/command.ts'
import { withTag } from '../../config/fleets.ts'
import { formatFailure } from '../../deploy/summary.ts'
import { refuse } from '../../doctor/preflight.ts'
import { isNothing } from '../../plan/action.ts'
import { formatPlan } from '../../plan/format.ts'
import { formatFunctionCost } from '../cost.ts'
import { deployFunction, type FunctionOutcome } from '../deploy.ts'
import { readLiveFunction } from '../live.ts'
import { planFunction } from '../plan.ts'
import { preflight } from '../preflight.ts'
import { openWanted, type Wanted } from '../resolve.ts'
import { formatVersions, readFunctionStatus } from '../status.ts'

/** What a plan comes to: nothing to do, something, or something that would not succeed. */
export type Verdict = 'nothing' | 'changes' | 'would fail'

/** Prints what `deploy` would send, and why it would not come to that. */
const show = async (wanted: Wanted): Promise<Verdict> => {
  const { session, desired, region } = wanted
  const { output } = session
  const result = planFunction(desired, await readLiveFunction(session, desired.name, desired.archives), {
    region,
  })
  const changes = !isNothing(result)
  const { problems, warnings } = changes ? await preflight(wanted) : { problems: [], warnings: [] }
  for (const warning of warnings) output.warn(warning)
  const { before: _, move: __, after: ___, ...shown } = result
  output.result(
    { ...shown, changes, problems },
    [
      formatPlan(result, output.colours),
      formatFunctionCost(desired),
      ...problems.map((problem) => `${output.colours.red('would fail:')} ${problem}`),
    ].join('\n'),
  )
  return result.blocked !== undefined || problems.length > 0 ? 'would fail' : changes ? 'changes' : 'nothing'
}

const EXIT_CODES: Record<FunctionOutcome['outcome'], number> = {
  created: EXIT.ok,
  updated: EXIT.ok,
  unchanged: EXIT.ok,
  'rolled-back': EXIT.rolledBack,
  failed: EXIT.failed,
}

const HEAD: Record<FunctionOutcome['outcome'], string> = {
  created: 'is in service.',
  updated: 'is up to date.',
  unchanged: 'is already up to date.',
  'rolled-back': 'was rolled back; the previous version is still serving.',
  failed: 'does not match the file.',
}

const run = async (wanted: Wanted): Promise<void> => {
  const { session, desired, smoke, region, deployment } = wanted
  session.output.step(formatFunctionCost(desired))
  const outcome = await deployFunction(session, {
    desired,
    region,
    smoke,
    timeoutMs: deployment.rollout.timeoutSeconds * 1_000,
    preflight: async () => {
      const { problems, warnings } = await preflight(wanted)
      for (const warning of warnings) session.output.warn(warning)
      refuse(problems)
    },
  })
  // How it went must be told also where this cannot be read.
  const status = await readFunctionStatus(session, desired.name).catch((error: unknown) => {
    session.output.warn(`the status cannot be read: ${messageOf(error)}`)
    return undefined
  })
  const versions = status?.versions ?? []
  const url = status?.url
  const isGood = EXIT_CODES[outcome.outcome] === EXIT.ok
  session.output.result(
    { ...outcome, versions, ...(url !== undefined && { url }) },
    [
      `${desired.name} ${HEAD[outcome.outcome]}`,
      ...(versions.length === 0 ? [] : ['', formatVersions(versions), '']),
      ...(url === undefined ? [] : [`url ${url.address}`]),
      ...(outcome.smoke.length > 0 && isGood ? [`smoke tests passed: ${outcome.smoke.length}`] : []),
    ].join('\n'),
  )
  if (isGood) return
  const { message, fix } = formatFailure(outcome)
  throw new CommandError(message, {
    exitCode: EXIT_CODES[outcome.outcome],
    ...(fix !== undefined && { fix }),
  })
}

export const showPlan = async (context: Context, { tag }: { tag?: string }): Promise<Verdict> =>
  show(await openWanted(context, (deployment) => withTag(deployment, tag)))

export const deploy = async (context: Context, { tag }: { tag?: string }): Promise<void> => {
  const wanted = await openWanted(context, (deployment) => withTag(deployment, tag))
  if (context.options().dryRun) await show(wanted)
  else await run(wanted)
}
