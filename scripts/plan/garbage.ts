/** Which versions of an endpoint nobody needs any more. Pure. */

import type { DescribeEndpointConfigOutput, DescribeModelOutput } from '@aws-sdk/client-sagemaker'
import { configHash } from './history.ts'

export type Garbage = {
  /** Hashes of the versions that stay. */
  kept: string[]
  /** Hashes of those that stay only because they were made a moment ago. */
  young: string[]
  configs: string[]
  models: string[]
}

export type Versions = {
  endpoint: string
  /** Ours, newest first. */
  configs: readonly Partial<DescribeEndpointConfigOutput>[]
  models: readonly Partial<DescribeModelOutput>[]
  /** Names of configurations that the endpoint runs or is on its way to. */
  inUse: readonly string[]
  /** Hashes, newest first. */
  history: readonly string[]
  /** How many versions stay, those in use among them; at least 1. */
  keep: number
  /** What was made after this may be a deployment's that is under way, and stays; in epoch ms. */
  youngSince: number
}

export const isYoung = (made: Date | undefined, youngSince: number): boolean =>
  made !== undefined && made.getTime() > youngSince

export const findGarbage = ({
  endpoint,
  configs,
  models,
  inUse,
  history,
  keep,
  youngSince,
}: Versions): Garbage => {
  const names = configs.map(({ EndpointConfigName }) => EndpointConfigName as string)
  const ran = history.map((hash) => `${endpoint}-${hash}`).filter((name) => names.includes(name))
  // Where there is no history, as without an endpoint, the newest are the likeliest to be wanted.
  const wanted = [...new Set([...inUse, ...ran, ...(ran.length === 0 ? names : [])])].filter((name) =>
    names.includes(name),
  )
  const kept = wanted.slice(0, Math.max(keep, inUse.length))
  const young = configs
    .filter(({ CreationTime }) => isYoung(CreationTime, youngSince))
    .map(({ EndpointConfigName }) => EndpointConfigName as string)
    .filter((name) => !kept.includes(name))
  const stays = new Set([...kept, ...young])
  const needed = new Set(
    configs
      .filter(({ EndpointConfigName }) => stays.has(EndpointConfigName as string))
      .flatMap(({ ProductionVariants = [], ShadowProductionVariants = [] }) =>
        [...ProductionVariants, ...ShadowProductionVariants].map(({ ModelName }) => ModelName),
      ),
  )
  const hashOf = (name: string) => configHash(endpoint, name) ?? name
  return {
    kept: kept.map(hashOf),
    young: young.map(hashOf),
    configs: names.filter((name) => !stays.has(name)),
    models: models.flatMap(({ ModelName, CreationTime }) =>
      ModelName === undefined || needed.has(ModelName) || isYoung(CreationTime, youngSince)
        ? []
        : [ModelName],
    ),
  }
}
