import { type Context, DRY_RUN_OPTION, type Register } from '../cli/command.ts'
import { changeCapacity } from '../deploy/capacity.ts'
import { type Promotion, promote } from '../plan/promote.ts'
import { byTarget } from './by-target.ts'
import { runDeploy } from './deploy.ts'
import { openDesired } from './open.ts'
import { showPlan } from './plan.ts'

const describe = (file: string, { edits }: Promotion): string =>
  [
    `${file} must say so too, or the next deploy takes it back:`,
    ...edits.map(({ variant, key, value }) => `  variants, ${variant}, ${key}: ${JSON.stringify(value)}`),
  ].join('\n')

export const registerPromote: Register = (program, context: Context) => {
  program
    .command('promote <variant>')
    .description(
      "Gives the first variant another one's model and all the traffic, as carefully as rollout says.",
    )
    .option(...DRY_RUN_OPTION)
    .addHelpText('after', '\nExample: onnx-serving-endpoint promote challenger')
    .action(
      byTarget(
        context,
        (lambda) => lambda.promote,
        async (name: string) => {
          let promotion: Promotion | undefined
          const wanted = await openDesired(context, (deployment) => {
            promotion = promote(deployment, name)
            return promotion.deployment
          })
          const { update } = wanted.desired
          // Whatever else keepCapacity keeps: the weights are what this is about.
          const request = update.RetainAllVariantProperties
            ? {
                ...update,
                ExcludeRetainedVariantProperties: [
                  ...(update.ExcludeRetainedVariantProperties ?? []),
                  { VariantPropertyType: 'DesiredWeight' as const },
                ],
              }
            : update
          const changed = { ...wanted, desired: { ...wanted.desired, update: request } }
          if (context.options().dryRun) await showPlan(changed)
          else {
            await runDeploy(changed)
            // The configuration may have been there already, with other weights by `traffic`.
            const weights = wanted.deployment.variants.map(({ name: variant, weight }) => ({
              name: variant,
              weight,
            }))
            await changeCapacity(wanted.session, wanted.endpoint, weights)
          }
          if (promotion !== undefined) wanted.session.output.warn(describe(context.options().file, promotion))
        },
      ),
    )
}
