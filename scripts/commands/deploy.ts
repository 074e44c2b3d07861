import { isRealAws } from '../aws/clients.ts'
import { describeEndpoint } from '../aws/live.ts'
import { CommandError, type Context, DRY_RUN_OPTION, EXIT, type Register } from '../cli/command.ts'
import { TAG_OPTION, withTag } from '../config/fleets.ts'
import { deploy } from '../deploy/deploy.ts'
import type { Outcome } from '../deploy/judge.ts'
import { formatFailure, formatOutcome, linksTo } from '../deploy/summary.ts'
import { refuse } from '../doctor/preflight.ts'
import { costOfDesired, formatCost } from '../price/cost.ts'
import { formatVariants } from '../status/format.ts'
import { statusOf } from '../status/status.ts'
import { byTarget } from './by-target.ts'
import { openDesired, preflight, type Wanted } from './open.ts'
import { showPlan } from './plan.ts'

const EXIT_CODES: Record<Outcome['outcome'], number> = {
  created: EXIT.ok,
  updated: EXIT.ok,
  unchanged: EXIT.ok,
  'rolled-back': EXIT.rolledBack,
  failed: EXIT.failed,
}

/** Prints the outcome; one that is not as asked is an error with its own exit code. */
export const runDeploy = async (
  wanted: Wanted,
  { recreate = false }: { recreate?: boolean } = {},
): Promise<void> => {
  const { session, desired, smoke, region, resolved, deployment } = wanted
  const cost = costOfDesired(desired, region)
  session.output.step(formatCost(cost))
  const outcome = await deploy(session, {
    desired,
    region,
    smoke,
    recreate,
    timeoutMs: deployment.rollout.timeoutSeconds * 1_000,
    preflight: async (plan) => {
      const { problems, warnings } = await preflight(wanted, plan)
      for (const warning of warnings) session.output.warn(warning)
      refuse(problems)
    },
  })
  const live = await describeEndpoint(session.clients, desired.endpoint)
  const variants = live === undefined ? [] : (await statusOf(session.clients, live)).variants
  const links = isRealAws() ? linksTo(desired.endpoint, resolved) : undefined
  session.output.result(
    { ...outcome, variants, ...(links !== undefined && { links }), cost },
    formatOutcome(outcome, variants.length === 0 ? '' : formatVariants({ variants }), links),
  )
  const exitCode = EXIT_CODES[outcome.outcome]
  if (exitCode === EXIT.ok) return
  const { message, fix } = formatFailure(outcome)
  throw new CommandError(message, { exitCode, ...(fix !== undefined && { fix }) })
}

export const registerDeploy: Register = (program, context: Context) => {
  program
    .command('deploy')
    .description(
      'Creates or updates the endpoint, watches, verifies and tests it. Run again, it takes up what is there.',
    )
    .option(...TAG_OPTION)
    .option(...DRY_RUN_OPTION)
    .option('--recreate', 'delete the endpoint and create it anew where AWS allows no update', false)
    .addHelpText(
      'after',
      '\nExit codes: 0 as asked, 1 failed, 3 rolled back.\n\nExample: onnx-serving-endpoint -e production deploy',
    )
    .action(
      byTarget(
        context,
        (lambda) => lambda.deploy,
        async ({ recreate, tag }: { recreate: boolean; tag?: string }) => {
          const wanted = await openDesired(context, (deployment) => withTag(deployment, tag))
          if (context.options().dryRun) await showPlan(wanted, recreate)
          else await runDeploy(wanted, { recreate })
        },
      ),
    )
}
