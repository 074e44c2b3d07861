/** What an endpoint costs an hour. */

import type { CreateEndpointConfigCommandInput, ProductionVariant } from '@aws-sdk/client-sagemaker'
import { IN_CHECKOUT } from '../cli/in-checkout.ts'
import type { Desired, Scaling } from '../plan/desired.ts'
import { scalableResource } from '../plan/names.ts'
import type { Status } from '../status/status.ts'
import { bundledPrices, type PriceList } from './price-list.ts'

/** So many instances of one of these types. */
export type Machines = { types: string[]; fewest: number; most: number }

export type Cost = {
  region: string
  /** Dollars an hour; missing where the price of one of the types is not known. */
  fewestDollars?: number
  mostDollars?: number
  /** Of the price list: when AWS published it. */
  publishedAt?: string
  /** Types without a price. */
  unknown: string[]
  /** For people: `2 × ml.m7i.large`. */
  machines: string
}

export const costOf = (
  machines: readonly Machines[],
  region: string,
  { asynchronous, prices = bundledPrices(region) }: { asynchronous: boolean; prices?: PriceList | undefined },
): Cost => {
  const priceOf = (type: string): number | undefined =>
    prices?.[asynchronous ? 'asynchronous' : 'realTime'][type]
  const unknown = [...new Set(machines.flatMap(({ types }) => types))].filter(
    (type) => priceOf(type) === undefined,
  )
  const sum = (of: (each: Machines, prices: number[]) => number): number =>
    machines.reduce(
      (total, each) =>
        total +
        of(
          each,
          each.types.map((type) => priceOf(type) ?? 0),
        ),
      0,
    )
  return {
    region,
    ...(prices !== undefined && { publishedAt: prices.publishedAt }),
    ...(unknown.length === 0 && {
      fewestDollars: sum(({ fewest }, each) => fewest * Math.min(...each)),
      mostDollars: sum(({ most }, each) => most * Math.max(...each)),
    }),
    unknown,
    machines: machines.map(describe).join(', '),
  }
}

const describe = ({ types, fewest, most }: Machines): string =>
  `${fewest === most ? fewest : `${fewest} to ${most}`} × ${types.join(' or ')}`

const typesOf = ({ InstanceType, InstancePools }: ProductionVariant): string[] =>
  (InstancePools?.map((pool) => pool.InstanceType) ?? [InstanceType]).flatMap((type) => type ?? [])

/** What a configuration asks for; serverless variants have no machines. */
export const machinesOf = (
  config: Pick<CreateEndpointConfigCommandInput, 'ProductionVariants' | 'ShadowProductionVariants'>,
  endpoint: string,
  scaling: readonly Scaling[],
): Machines[] =>
  [...(config.ProductionVariants ?? []), ...(config.ShadowProductionVariants ?? [])].flatMap((variant) => {
    const types = typesOf(variant)
    if (types.length === 0) return []
    const { InitialInstanceCount: count = 1, ManagedInstanceScaling: managed } = variant
    const name = scalableResource(endpoint, variant.VariantName as string)
    const target = scaling.find(({ target }) => target.ResourceId === name)?.target
    return [
      {
        types,
        fewest: target?.MinCapacity ?? managed?.MinInstanceCount ?? count,
        most: target?.MaxCapacity ?? managed?.MaxInstanceCount ?? count,
      },
    ]
  })

/** Of what is to be deployed. */
export const costOfDesired = ({ config, endpoint, scaling }: Desired, region: string): Cost =>
  costOf(machinesOf(config, endpoint, scaling), region, {
    asynchronous: config.AsyncInferenceConfig !== undefined,
  })

/** Of what runs. */
export const costOfStatus = ({ variants, asynchronous }: Status, region: string): Cost =>
  costOf(
    variants.flatMap(({ instances }) => {
      if (instances === undefined) return []
      const { current, type, pools } = instances
      // Of pools without an instance one stands for all.
      const counts = pools?.filter(({ count }, at) => count > 0 || (current === 0 && at === 0)) ?? [
        { type, count: current },
      ]
      return counts.flatMap(({ type, count }) =>
        type === undefined ? [] : [{ types: [type], fewest: count, most: count }],
      )
    }),
    region,
    { asynchronous: asynchronous === true },
  )

/** Cents, and more digits below one dollar. */
const dollars = (amount: number): string => `$${amount.toFixed(amount < 1 ? 4 : 2)}`

export const formatCost = ({
  region,
  fewestDollars,
  mostDollars,
  publishedAt,
  unknown,
  machines,
}: Cost): string => {
  if (machines === '') {
    return 'cost: unknown, since serverless is billed by use, and by the hour for what is provisioned'
  }
  if (fewestDollars === undefined || mostDollars === undefined) {
    const why =
      publishedAt === undefined
        ? `no price list for ${region} is bundled${IN_CHECKOUT ? `; npx tsx scripts/price/write-prices.ts ${region} fetches AWS's` : ''}`
        : `AWS's price list for ${region} of ${publishedAt.slice(0, 10)} has no ${unknown.join(', ')}`
    return `cost: unknown for ${machines} (${why})`
  }
  const amount =
    fewestDollars === mostDollars
      ? dollars(fewestDollars)
      : `${dollars(fewestDollars)} to ${dollars(mostDollars)}`
  return `cost: ${amount} an hour for ${machines}, by AWS's price list for ${region} of ${publishedAt?.slice(0, 10)}, without volumes and traffic`
}
