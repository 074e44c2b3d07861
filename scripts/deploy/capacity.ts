/** Weights and counts of the variants that run: changed in place, without a new configuration. */

import {
  type DescribeEndpointOutput,
  type DesiredWeightAndCapacity,
  UpdateEndpointWeightsAndCapacitiesCommand,
} from '@aws-sdk/client-sagemaker'
import { isConflict } from '../aws/errors.ts'
import { CommandError, EXIT } from '../cli/command.ts'
import type { Session } from './session.ts'
import { readSettled } from './settle.ts'
import { untilSettled } from './watch.ts'

export type VariantCapacity = { name: string; weight: number; instances?: number }

export const capacities = ({ ProductionVariants = [] }: DescribeEndpointOutput): VariantCapacity[] =>
  ProductionVariants.map(({ VariantName, CurrentWeight = 0, DesiredInstanceCount }) => ({
    name: VariantName as string,
    weight: CurrentWeight,
    ...(DesiredInstanceCount !== undefined && { instances: DesiredInstanceCount }),
  }))

/** What is wanted of some variants; the others stay as they are. */
export type Wish = { name: string; weight?: number; instances?: number }

const unmet = (variants: readonly VariantCapacity[], wishes: readonly Wish[]): Wish[] =>
  wishes.filter(({ name, weight, instances }) => {
    const now = variants.find((variant) => variant.name === name)
    // SageMaker holds weights as 32-bit floats.
    const sameWeight = weight === undefined || Math.fround(now?.weight ?? Number.NaN) === Math.fround(weight)
    return !sameWeight || (instances !== undefined && now?.instances !== instances)
  })

export type CapacityChange = { before: VariantCapacity[]; after: VariantCapacity[]; changed: boolean }

/** How often a change is sent that AWS refuses because someone else's is under way. */
const ATTEMPTS = 3

/** True where AWS refuses it for the state that the endpoint is in: then someone else was quicker, or the SDK has repeated it. */
const send = async ({ clients }: Session, name: string, wanted: readonly Wish[]): Promise<boolean> => {
  try {
    await clients.sagemaker.send(
      new UpdateEndpointWeightsAndCapacitiesCommand({
        EndpointName: name,
        DesiredWeightsAndCapacities: wanted.map(
          ({ name: VariantName, weight, instances }): DesiredWeightAndCapacity => ({
            VariantName,
            ...(weight !== undefined && { DesiredWeight: weight }),
            ...(instances !== undefined && { DesiredInstanceCount: instances }),
          }),
        ),
      }),
    )
    return false
  } catch (error) {
    if (!isConflict(error)) throw error
    return true
  }
}

/**
 * Sends what differs, waits, and compares. Throws CommandError if it did not come to what was asked.
 * @param dryRun checks all the same, and then only says what it would come to
 */
export const changeCapacity = async (
  session: Session,
  name: string,
  wishes: readonly Wish[],
  { dryRun = false }: { dryRun?: boolean } = {},
): Promise<CapacityChange> => {
  const endpoint = await readSettled(session, name)
  const before = capacities(endpoint)
  const unknown = wishes.filter((wish) => !before.some((variant) => variant.name === wish.name))
  if (unknown.length > 0) {
    throw new CommandError(
      `${name} has no variant ${unknown.map((wish) => wish.name).join(', ')}; it has ${before.map((variant) => variant.name).join(', ')}`,
      { exitCode: EXIT.usage },
    )
  }
  const total = before.reduce(
    (sum, variant) => sum + (wishes.find((wish) => wish.name === variant.name)?.weight ?? variant.weight),
    0,
  )
  if (total === 0) {
    throw new CommandError('all weights would be 0: no variant would get any traffic', {
      exitCode: EXIT.usage,
    })
  }
  if (unmet(before, wishes).length === 0) return { before, after: before, changed: false }
  if (dryRun) {
    const after = before.map((variant) => ({
      ...variant,
      ...wishes.find((wish) => wish.name === variant.name),
    }))
    return { before, after, changed: false }
  }
  let settled: DescribeEndpointOutput | undefined = endpoint
  let after = before
  for (let attempt = 1; attempt <= ATTEMPTS && unmet(after, wishes).length > 0; attempt += 1) {
    const isRefused = await send(session, name, unmet(after, wishes))
    settled = await untilSettled(session, name, settled === undefined ? {} : { before: settled })
    after = settled === undefined ? [] : capacities(settled)
    if (!isRefused) break
  }
  const left = unmet(after, wishes)
  if (settled?.EndpointStatus !== 'InService' || left.length > 0) {
    const reason = settled?.FailureReason === undefined ? '' : `: ${settled.FailureReason}`
    throw new CommandError(
      `${name} is ${settled?.EndpointStatus ?? 'gone'}, which does not match what was asked for (${left.map((wish) => wish.name).join(', ') || 'status'})${reason}`,
      { exitCode: settled?.EndpointStatus === 'InService' ? EXIT.rolledBack : EXIT.failed },
    )
  }
  return { before, after, changed: true }
}
