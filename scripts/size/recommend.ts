/** From the rate that was held to instances, their number and the target of their scaling. */

import { hasGpu, vcpusOf } from '../config/instance-types.ts'
import { type Cost, costOf } from '../price/cost.ts'

/** What has answered. */
export type Fleet =
  | { kind: 'instances'; type: string; count: number }
  | { kind: 'serverless'; maxConcurrency: number }
  /** On this machine, with so many CPUs; `fits`: a type that holds the model. */
  | { kind: 'local'; cpus: number; fits: string }
  | { kind: 'url' }

export type Measured = {
  /** Requests a second that all of it has held. */
  rate: number
  /** A rate below it, with the mean number of requests under way. */
  operating: { perSecond: number; concurrency: number }
}

export type Wanted = {
  /** Requests a second at the peak. */
  rate?: number
  /** Of what an instance holds, from 0 to 1, so much is to be used. */
  utilisation: number
  /** In place of the type that has answered. */
  type?: string
  region: string
}

export type Recommendation = {
  /** Undefined of a serverless endpoint, and where it is not known what has answered. */
  type?: string
  /** Requests a second that one instance holds. */
  perInstance: number
  /** The same at the utilisation. */
  planned: number
  /** For the peak, with one to spare. */
  instances?: number
  scaling: { metric: 'concurrency' | 'invocations-per-instance'; value: number }
  /** Both targets, whichever is recommended. */
  concurrency: number
  invocationsPerMinute: number
  /** To paste into endpoint.yaml. */
  yaml?: string
  cost?: Cost
  /** What was not measured. */
  extrapolated: string[]
}

/** A mean of fewer requests at once says little of the load: the metric is mostly 0 or 1. */
const LEAST_CONCURRENCY = 2

const SPARE = 1

/** Without a peak, so many times the fewest may be added. */
const ROOM = 2

/** Three digits, and one after the point at most; at least 0.1, since it must be above zero. */
const rounded = (value: number): number =>
  value >= 100 ? Math.round(value) : Math.max(0.1, Math.round(value * 10) / 10)

const isBurstable = (type: string): boolean => /^ml\.t\d/.test(type)

type Basis = { type?: string; factor: number; extrapolated: string[] }

/** How much one instance holds of what was measured. */
const basisOf = (fleet: Fleet, asked: string | undefined): Basis => {
  switch (fleet.kind) {
    case 'instances': {
      const own = 1 / fleet.count
      const several =
        fleet.count > 1
          ? [
              `one instance holds ${fleet.count === 2 ? 'half' : `1/${fleet.count}`} of what ${fleet.count} held together`,
            ]
          : []
      if (asked === undefined || asked === fleet.type)
        return { type: fleet.type, factor: own, extrapolated: several }
      return {
        type: asked,
        factor: (own * vcpusOf(asked)) / vcpusOf(fleet.type),
        extrapolated: [
          ...several,
          `${asked} holds as much for each vCPU as ${fleet.type}, on which it was measured`,
        ],
      }
    }
    case 'local': {
      const type = asked ?? fleet.fits
      return {
        type,
        factor: vcpusOf(type) / fleet.cpus,
        extrapolated: [
          `${type} holds as much for each of its ${vcpusOf(type)} vCPUs as this machine for each of its ${fleet.cpus} CPUs, ` +
            'which also made the load; nginx and SageMaker, which stand before the server there, were not measured',
        ],
      }
    }
    case 'serverless':
      return { factor: 1, extrapolated: [] }
    case 'url':
      return {
        ...(asked !== undefined && { type: asked }),
        factor: 1,
        extrapolated: [
          `${asked === undefined ? 'an instance' : `one ${asked}`} holds what answered here, whatever that was`,
        ],
      }
  }
}

const yamlOf = (
  type: string,
  instances: number | undefined,
  { metric, value }: Recommendation['scaling'],
): string => {
  const least = 1 + SPARE
  const most = instances ?? ROOM * least
  if (isBurstable(type)) return `compute: { type: ${type}, instances: ${instances ?? least} }`
  if (most <= least) return `compute: { type: ${type}, instances: ${least} }`
  return `compute: { type: ${type} }
autoscaling:
  min: ${least}
  max: ${most}${instances === undefined ? ' # --rate says how many a peak needs' : ''}
  target: { metric: ${metric}, value: ${value} }`
}

export const recommend = (fleet: Fleet, { rate, operating }: Measured, wanted: Wanted): Recommendation => {
  const { type, factor, extrapolated } = basisOf(fleet, wanted.type)
  const perInstance = rate * factor
  const planned = perInstance * wanted.utilisation
  const instances = wanted.rate === undefined ? undefined : Math.ceil(wanted.rate / planned) + SPARE
  // Of the rate that was measured, as much as is planned: concurrency grows with the rate as long as latency stays.
  const concurrency = rounded((operating.concurrency * planned) / (operating.perSecond || 1))
  const invocationsPerMinute = rounded(planned * 60)
  const scaling: Recommendation['scaling'] =
    concurrency >= LEAST_CONCURRENCY
      ? { metric: 'concurrency', value: concurrency }
      : { metric: 'invocations-per-instance', value: invocationsPerMinute }
  if (type !== undefined && hasGpu(type) && fleet.kind === 'local')
    extrapolated.push(`${type} has a GPU, and none was measured by its vCPUs`)
  const isServerless = fleet.kind === 'serverless'
  const fewest = 1 + SPARE
  return {
    ...(type !== undefined && { type }),
    perInstance,
    planned,
    ...(instances !== undefined && !isServerless && { instances }),
    scaling,
    concurrency,
    invocationsPerMinute,
    ...(type !== undefined && {
      yaml: yamlOf(type, instances, scaling),
      cost: costOf(
        [{ types: [type], fewest, most: Math.max(fewest, instances ?? ROOM * fewest) }],
        wanted.region,
        { asynchronous: false },
      ),
    }),
    extrapolated,
  }
}
