import { RegisterScalableTargetCommand } from '@aws-sdk/client-application-auto-scaling'
import { readScaling } from '../aws/live.ts'
import {
  CommandError,
  type Context,
  DRY_RUN_OPTION,
  EXIT,
  type Register,
  usageError,
} from '../cli/command.ts'
import { capacities, changeCapacity } from '../deploy/capacity.ts'
import type { Session } from '../deploy/session.ts'
import { readSettled } from '../deploy/settle.ts'
import { scalableResource } from '../plan/names.ts'
import { ENDPOINT_OPTION, openTarget } from './open.ts'
import { driftNote } from './traffic.ts'

const count = (text: string | undefined, what: string): number | undefined => {
  if (text === undefined) return undefined
  if (/^\d{1,4}$/.test(text)) return Number(text)
  throw new CommandError(`${what} is a number of instances, not "${text}"`, { exitCode: EXIT.usage })
}

/** New bounds for those variants that scale by themselves. */
const setBounds = async (
  session: Session,
  endpoint: string,
  variant: string | undefined,
  bounds: { min: number | undefined; max: number | undefined },
  dryRun: boolean,
) => {
  const { ProductionVariants: live = [] } = await readSettled(session, endpoint)
  const { targets } = await readScaling(session.clients, endpoint, live)
  const chosen = targets.filter(
    ({ ResourceId }) => variant === undefined || ResourceId === scalableResource(endpoint, variant),
  )
  if (chosen.length === 0) {
    throw usageError(
      `${variant ?? endpoint} does not scale by itself`,
      'write autoscaling into the file and deploy, or set a count: scale N',
    )
  }
  const results = []
  for (const { ServiceNamespace, ResourceId, ScalableDimension, MinCapacity, MaxCapacity } of chosen) {
    const after = { min: bounds.min ?? MinCapacity ?? 0, max: bounds.max ?? MaxCapacity ?? 0 }
    if (after.min > after.max) throw usageError(`--min ${after.min} is above --max ${after.max}`)
    const changed = after.min !== MinCapacity || after.max !== MaxCapacity
    if (changed && !dryRun) {
      await session.clients.scaling.send(
        new RegisterScalableTargetCommand({
          ServiceNamespace,
          ResourceId,
          ScalableDimension,
          MinCapacity: after.min,
          MaxCapacity: after.max,
        }),
      )
    }
    results.push({
      name: ResourceId?.split('/').at(-1) as string,
      before: { min: MinCapacity ?? 0, max: MaxCapacity ?? 0 },
      after,
      changed,
    })
  }
  return results
}

type Options = { endpoint?: string; variant?: string; min?: string; max?: string }

export const registerScale: Register = (program, context: Context) => {
  program
    .command('scale [count]')
    .description('Sets the number of instances, or the bounds within which a variant scales by itself.')
    .option('--min <N>', 'fewest instances')
    .option('--max <N>', 'most instances')
    .option('--variant <NAME>', 'one variant; needed for a count where there are several')
    .option(...ENDPOINT_OPTION)
    .option(...DRY_RUN_OPTION)
    .addHelpText(
      'after',
      '\nExamples: onnx-serving-endpoint scale 3\n          onnx-serving-endpoint scale --min 2 --max 10',
    )
    .action(async (words: string | undefined, options: Options) => {
      const wanted = count(words, 'the count')
      const bounds = { min: count(options.min, '--min'), max: count(options.max, '--max') }
      const isBounds = bounds.min !== undefined || bounds.max !== undefined
      if ((wanted === undefined) !== isBounds)
        throw usageError('give either a count, or --min, --max or both')
      const { session, endpoint, deployment } = await openTarget(context, options.endpoint)
      const { output } = session
      const { dryRun } = context.options()
      if (wanted === undefined) {
        const variants = await setBounds(session, endpoint, options.variant, bounds, dryRun)
        const lines = variants.map(
          ({ name, before, after, changed }) =>
            `${name}: ${changed ? `${before.min}–${before.max} → ` : ''}${after.min}–${after.max} instances${changed ? '' : ' already'}`,
        )
        output.result(
          { endpoint, variants, dryRun },
          [...lines, ...(dryRun ? [] : ['The next deploy sets what the file says under autoscaling.'])].join(
            '\n',
          ),
        )
        return
      }
      const live = capacities(await readSettled(session, endpoint))
      const variant = options.variant ?? (live.length === 1 ? live[0]?.name : undefined)
      if (variant === undefined)
        throw usageError(
          `${endpoint} has several variants`,
          `add --variant ${live.map(({ name }) => name).join('|')}`,
        )
      if (
        live.find(({ name }) => name === variant)?.instances === undefined &&
        live.some(({ name }) => name === variant)
      ) {
        throw usageError(
          `${variant} is serverless and has no instances`,
          'change compute.serverless in the file and deploy',
        )
      }
      const { targets } = await readScaling(session.clients, endpoint, [{ VariantName: variant }])
      const target = targets.find(({ ResourceId }) => ResourceId === scalableResource(endpoint, variant))
      if (
        target !== undefined &&
        (wanted < (target.MinCapacity ?? 0) || wanted > (target.MaxCapacity ?? wanted))
      ) {
        throw usageError(
          `Autoscaling (${target.MinCapacity} to ${target.MaxCapacity} instances) would override this count of ${variant}`,
          'set the bounds: scale --min N --max N',
        )
      }
      const { before, after, changed } = await changeCapacity(
        session,
        endpoint,
        [{ name: variant, instances: wanted }],
        { dryRun },
      )
      const of = (variants: typeof before) => variants.find(({ name }) => name === variant)?.instances
      output.result(
        { endpoint, before, after, changed },
        of(before) === of(after)
          ? `${variant} already has ${of(after)} instances.`
          : `${variant}: ${of(before)} → ${of(after)} instances${dryRun ? '' : `\n${driftNote(deployment)}`}`,
      )
    })
}
