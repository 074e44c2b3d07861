import { type Context, DRY_RUN_OPTION, type Register } from '../cli/command.ts'
import { table } from '../cli/output.ts'
import type { Deployment } from '../config/deployment.ts'
import { type CapacityChange, capacities, changeCapacity, type VariantCapacity } from '../deploy/capacity.ts'
import { readSettled } from '../deploy/settle.ts'
import { parseWeights } from '../deploy/weights.ts'
import { byTarget } from './by-target.ts'
import { ENDPOINT_OPTION, openTarget } from './open.ts'

const shareOf = (variants: readonly VariantCapacity[], name: string): string => {
  const total = variants.reduce((sum, { weight }) => sum + weight, 0)
  const weight = variants.find((variant) => variant.name === name)?.weight ?? 0
  return `${weight} (${total === 0 ? 0 : Number(((100 * weight) / total).toFixed(1))} %)`
}

export const formatTraffic = ({ before, after }: Pick<CapacityChange, 'before' | 'after'>): string =>
  table(
    [
      { title: 'VARIANT', value: ({ name }: VariantCapacity) => name },
      { title: 'BEFORE', value: ({ name }) => shareOf(before, name), align: 'right' },
      { title: 'NOW', value: ({ name }) => shareOf(after, name), align: 'right' },
    ],
    after,
  )

/** What the next deployment makes of weights or counts that the file does not have. */
export const driftNote = (deployment: Deployment | undefined): string =>
  deployment === undefined || deployment.rollout.keepCapacity
    ? 'An update with the same variants keeps this (rollout.keepCapacity).'
    : 'The next update sets what the file says: rollout.keepCapacity is false.'

export const registerTraffic: Register = (program, context: Context) => {
  program
    .command('traffic [weights...]')
    .description(
      'Shows or sets the share of each variant, such as primary=90 challenger=10; others keep their weights.',
    )
    .option(...ENDPOINT_OPTION)
    .option(...DRY_RUN_OPTION)
    .addHelpText('after', '\nExample: onnx-serving-endpoint traffic primary=90 challenger=10')
    .action(
      byTarget(
        context,
        (lambda) => lambda.traffic,
        async (words: string[], { endpoint: named }: { endpoint?: string }) => {
          const wishes = parseWeights(words)
          const { session, endpoint, deployment } = await openTarget(context, named)
          if (wishes.length === 0) {
            const now = capacities(await readSettled(session, endpoint))
            const shown = { before: now, after: now }
            session.output.result({ endpoint, ...shown, changed: false }, formatTraffic(shown))
            return
          }
          const { dryRun } = context.options()
          const change = await changeCapacity(session, endpoint, wishes, { dryRun })
          if (dryRun) {
            session.output.result({ endpoint, ...change }, formatTraffic(change))
            return
          }
          const note = change.changed ? driftNote(deployment) : 'Traffic is already split like this.'
          session.output.result({ endpoint, ...change }, `${formatTraffic(change)}\n${note}`)
        },
      ),
    )
}
