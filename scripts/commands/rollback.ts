import { CommandError, type Context, DRY_RUN_OPTION, EXIT, type Register } from '../cli/command.ts'
import type { Deployment } from '../config/deployment.ts'
import { type Guards, rollBack } from '../deploy/rollback.ts'
import { desireAlarms } from '../plan/alarms.ts'
import { guarded } from '../plan/rollout.ts'
import { desireScaling } from '../plan/scaling.ts'
import { byTarget } from './by-target.ts'
import { ENDPOINT_OPTION, openTarget } from './open.ts'

const guardsOf = (deployment: Deployment): Guards => ({
  alarms: (configName) => desireAlarms(deployment, configName),
  request: (alarms) => guarded(deployment, alarms),
  scaling: desireScaling(deployment),
})

type Options = { to?: string; atOnce: boolean; endpoint?: string }

export const registerRollback: Register = (program, context: Context) => {
  program
    .command('rollback')
    .description(
      'Goes back to the configuration that ran before, guarded as rollout says; again, to the one before that.',
    )
    .option('--to <HASH>', 'a configuration by its hash, as status shows them')
    .option('--at-once', 'all traffic at once and without alarms: the quickest way', false)
    .option(...ENDPOINT_OPTION)
    .option(...DRY_RUN_OPTION)
    .addHelpText('after', '\nExample: onnx-serving-endpoint -e production rollback --at-once')
    .action(
      byTarget(
        context,
        (lambda) => lambda.rollback,
        async ({ to, atOnce, endpoint: named }: Options) => {
          const { session, endpoint, deployment } = await openTarget(context, named)
          const result = await rollBack(session, endpoint, {
            ...(to !== undefined && { to }),
            ...(deployment !== undefined && !atOnce && { guards: guardsOf(deployment) }),
            dryRun: context.options().dryRun,
          })
          const text = {
            updated: `${endpoint} runs ${result.to}; before it was ${result.from}`,
            unchanged: `${endpoint} already runs ${result.to}.`,
            'rolled-back': `${endpoint} still runs ${result.from}`,
            failed: `${endpoint} runs ${result.runs ?? 'nothing'}`,
          }[result.outcome]
          const dry = context.options().dryRun
            ? `${endpoint} would go from ${result.from} to ${result.to}`
            : undefined
          const note =
            result.outcome === 'updated' && dry === undefined
              ? '\nThe file still describes the other version: the next deploy goes there.'
              : ''
          session.output.result(result, (dry ?? text) + note)
          if (result.reasons.length === 0) return
          throw new CommandError(
            `The rollback to ${result.to} did not complete:\n  ${result.reasons.join('\n  ')}`,
            {
              exitCode: result.outcome === 'rolled-back' ? EXIT.rolledBack : EXIT.failed,
            },
          )
        },
      ),
    )
}
