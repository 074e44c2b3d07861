import { type Context, DRY_RUN_OPTION, type Register } from '../cli/command.ts'
import { collect, planCollection } from '../deploy/collect.ts'
import { bucketsOf } from './buckets.ts'
import { byTarget } from './by-target.ts'
import { PACKING_MS, parseKeep } from './keep.ts'
import { ENDPOINT_OPTION, openTarget } from './open.ts'

/** What the file's `keepVersions` is by default. */
const KEEP = 3

/** What the file's `rollout.timeout` is by default. */
const TIMEOUT_SECONDS = 3_600

export const registerGc: Register = (program, context: Context) => {
  program
    .command('gc')
    .description(
      'Deletes old versions: configurations, models and archives. Never one in use, or made in the last hours; keepVersions stay.',
    )
    .option('--keep <N>', 'versions that stay, in place of keepVersions')
    .option(...ENDPOINT_OPTION)
    .option(...DRY_RUN_OPTION)
    .addHelpText('after', '\nExample: onnx-serving-endpoint gc --dry-run')
    .action(
      byTarget(
        context,
        (lambda) => lambda.gc,
        async ({ keep, endpoint: named }: { keep?: string; endpoint?: string }) => {
          const wanted = parseKeep(keep)
          const target = await openTarget(context, named)
          const { session, endpoint, deployment } = target
          const { dryRun } = context.options()
          const collection = await planCollection(session.clients, endpoint, {
            buckets: await bucketsOf(target),
            keep: wanted ?? deployment?.keepVersions ?? KEEP,
            youngMs: 1_000 * (deployment?.rollout.timeoutSeconds ?? TIMEOUT_SECONDS) + PACKING_MS,
          })
          const { kept, young, configs, archives, models } = collection
          if (!dryRun) await collect(session, endpoint, collection)
          const count = configs.length + archives.length + models.length
          const lines = [
            ...configs.map((name) => `configuration ${name}`),
            ...archives.map(({ bucket, key }) => `archive s3://${bucket}/${key}`),
            ...models.map((name) => `model ${name}`),
          ]
          const head = count === 0 ? 'Nothing to delete.' : dryRun ? 'gc would delete:' : 'Deleted:'
          session.output.result(
            {
              endpoint,
              kept,
              young,
              configs,
              archives: archives.map(({ bucket, key }) => `s3://${bucket}/${key}`),
              models,
              deleted: !dryRun,
            },
            [
              head,
              ...lines.map((line) => `  ${line}`),
              `kept: ${kept.join(' ') || 'none'}`,
              ...(young.length === 0
                ? []
                : [`kept for now, because a deployment may be using them: ${young.join(' ')}`]),
            ].join('\n'),
          )
        },
      ),
    )
}
