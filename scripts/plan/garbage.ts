/** Which versions of an endpoint nobody needs any more. Pure. */

import type { DescribeEndpointConfigOutput, DescribeModelOutput } from '@aws-sdk/client-sagemaker'
import { configHash } from './history.ts'

export type Garbage = { kept: string[]; configs: string[]; models: string[] }

/**
 * @param configs ours, newest first
 * @param inUse names of configurations that the endpoint runs or is on its way to
 * @param history hashes, newest first
 * @param keep how many versions stay, those in use among them; at least 1
 */
export const findGarbage = (
  endpoint: string,
  configs: readonly Pick<
    DescribeEndpointConfigOutput,
    'EndpointConfigName' | 'ProductionVariants' | 'ShadowProductionVariants'
  >[],
  models: readonly Pick<DescribeModelOutput, 'ModelName'>[],
  inUse: readonly string[],
  history: readonly string[],
  keep: number,
): Garbage => {
  const names = configs.map(({ EndpointConfigName }) => EndpointConfigName as string)
  const ran = history.map((hash) => `${endpoint}-${hash}`).filter((name) => names.includes(name))
  // Where there is no history, as without an endpoint, the newest are the likeliest to be wanted.
  const wanted = [...new Set([...inUse, ...ran, ...(ran.length === 0 ? names : [])])].filter((name) =>
    names.includes(name),
  )
  const kept = wanted.slice(0, Math.max(keep, inUse.length))
  const needed = new Set(
    configs
      .filter(({ EndpointConfigName }) => kept.includes(EndpointConfigName as string))
      .flatMap(({ ProductionVariants = [], ShadowProductionVariants = [] }) =>
        [...ProductionVariants, ...ShadowProductionVariants].map(({ ModelName }) => ModelName),
      ),
  )
  return {
    kept: kept.map((name) => configHash(endpoint, name) ?? name),
    configs: names.filter((name) => !kept.includes(name)),
    models: models.flatMap(({ ModelName }) =>
      ModelName === undefined || needed.has(ModelName) ? [] : [ModelName],
    ),
  }
}
