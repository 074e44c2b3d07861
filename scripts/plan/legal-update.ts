/** What SageMaker takes as an update of a live endpoint, and what not. */

import { isDeepStrictEqual } from 'node:util'
import type {
  CreateEndpointConfigCommandInput,
  DescribeEndpointConfigOutput,
  ProductionVariant,
  UpdateEndpointCommandInput,
} from '@aws-sdk/client-sagemaker'
import { type Live, variantsOf } from '../aws/live.ts'
import type { Plan } from './action.ts'
import { type Desired, OWNER_TAG } from './desired.ts'
import { scalableResource } from './names.ts'

type Variants = ReadonlyMap<string, ProductionVariant>

const byName = (
  config: DescribeEndpointConfigOutput | CreateEndpointConfigCommandInput | undefined,
): Variants =>
  new Map(
    config === undefined ? [] : variantsOf(config).map((variant) => [variant.VariantName as string, variant]),
  )

const sameNames = (a: Variants, b: Variants): boolean =>
  a.size === b.size && [...a.keys()].every((name) => b.has(name))

export const list = (names: Iterable<string>): string => [...names].join(', ') || 'none'

/** The update that AWS accepts in place of the one wanted, and what is lost by it. */
export const legalUpdate = (
  wanted: UpdateEndpointCommandInput,
  now: DescribeEndpointConfigOutput | undefined,
  next: DescribeEndpointConfigOutput | CreateEndpointConfigCommandInput,
): { request: UpdateEndpointCommandInput; guarded: boolean; warnings: string[] } => {
  const from = byName(now)
  const to = byName(next)
  if (sameNames(from, to)) {
    return {
      request: wanted,
      guarded: wanted.DeploymentConfig?.AutoRollbackConfiguration !== undefined,
      warnings: [],
    }
  }
  const { DeploymentConfig: dropped, ExcludeRetainedVariantProperties: _, ...rest } = wanted
  const warnings = [
    `the variants change (${list(from.keys())} → ${list(to.keys())}), so counts and weights are set to what the file says`,
  ]
  if (dropped !== undefined) {
    // SageMaker developer guide, deployment guardrails exclusions.
    warnings.push(
      'the update is all at once and without rollback by alarms: SageMaker guards an update only if the variants keep their names',
    )
  }
  return { request: { ...rest, RetainAllVariantProperties: false }, guarded: false, warnings }
}

const typesOf = ({ InstanceType, InstancePools }: ProductionVariant) =>
  InstancePools?.map((pool) => pool.InstanceType) ?? [InstanceType]

/** Registered variants that must be taken off autoscaling first: their instance type changes, or they go. */
export const mustDeregister = (
  live: Pick<Live, 'endpoint' | 'config'> & { scaling: Pick<Live['scaling'], 'targets'> },
  next: CreateEndpointConfigCommandInput | DescribeEndpointConfigOutput,
): string[] => {
  const endpoint = live.endpoint?.EndpointName as string
  const to = byName(next)
  const registered = new Set(live.scaling.targets.map(({ ResourceId }) => ResourceId))
  return [...byName(live.config)].flatMap(([name, variant]) => {
    const next = to.get(name)
    const stays = next !== undefined && isDeepStrictEqual(typesOf(next), typesOf(variant))
    return !stays && registered.has(scalableResource(endpoint, name))
      ? [scalableResource(endpoint, name)]
      : []
  })
}

const isServerless = (config: DescribeEndpointConfigOutput | CreateEndpointConfigCommandInput): boolean =>
  config.ProductionVariants?.some(({ ServerlessConfig }) => ServerlessConfig !== undefined) === true

/** Whoever made it would find it changed, and `delete` would take it with all that it has. */
export const isForeign = ({ endpoint }: Desired, live: Live): Plan['blocked'] =>
  live.tags[OWNER_TAG] === endpoint
    ? undefined
    : {
        message: `there is an endpoint ${endpoint} that was not made by this tool: it has no tag ${OWNER_TAG} = ${endpoint}`,
        fix: 'choose another name in the file; or, if it is to be taken over, give it that tag',
      }

/** Why a live endpoint cannot be updated, but only deleted and created anew. */
export const mustRecreate = (desired: Desired, live: Live): Plan['blocked'] => {
  const fix =
    'run deploy --recreate, which deletes the endpoint and creates it anew: it does not answer meanwhile'
  if (live.endpoint?.EndpointStatus === 'Failed') {
    const reason = live.endpoint.FailureReason ?? 'no reason is given'
    return {
      message: `the endpoint ${desired.endpoint} has failed, and AWS lets a failed endpoint only be deleted (${reason})`,
      fix,
    }
  }
  if (live.config !== undefined && !isServerless(live.config) && isServerless(desired.config)) {
    return { message: 'SageMaker cannot turn an endpoint with instances into a serverless one', fix }
  }
  return undefined
}
