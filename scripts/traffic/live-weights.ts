/** The weights that an endpoint has at the moment: `traffic` and the AWS console stay the one knob for them. */

import { setTimeout as delay } from 'node:timers/promises'
import { DescribeEndpointCommand } from '@aws-sdk/client-sagemaker'
import type { Clients } from '../aws/clients.ts'
import type { Weights } from './assign-variant.ts'

/** How old they may be. */
const MAX_AGE_MS = 30_000

/** However often something looks wrong, DescribeEndpoint is called no more often than this. */
const MIN_AGE_MS = 1_000

/** How long a request waits for the first ones, and where older ones are known: AWS's control plane may be down while models answer. */
const MAX_WAIT_MS = { first: 5_000, later: 2_000 }

export type LiveWeights = {
  /** Never rejects: where they cannot be read, those that were read last, or none at all. */
  get(): Promise<Weights>
  /** They seem to be out of date: the next `get` reads them again. */
  doubt(): void
}

/** @param now milliseconds from a clock that never goes back */
export const createLiveWeights = (
  sagemaker: Pick<Clients['sagemaker'], 'send'>,
  endpoint: string,
  onError: (error: Error) => void,
  now = () => performance.now(),
  maxWaitMs = MAX_WAIT_MS,
): LiveWeights => {
  let weights: Weights = {}
  let triedAt = Number.NEGATIVE_INFINITY
  let maxAgeMs = MAX_AGE_MS
  let reading: Promise<void> | undefined
  let known = false
  const read = async () => {
    try {
      const { ProductionVariants = [] } = await sagemaker.send(
        new DescribeEndpointCommand({ EndpointName: endpoint }),
      )
      weights = Object.fromEntries(
        ProductionVariants.map(({ VariantName, CurrentWeight }) => [VariantName, CurrentWeight ?? 0]),
      )
      known = true
    } catch (error) {
      onError(error as Error)
    }
    triedAt = now()
    maxAgeMs = MAX_AGE_MS
    reading = undefined
  }
  return {
    async get() {
      if (now() - triedAt >= maxAgeMs) reading ??= read()
      const waitMs = known ? maxWaitMs.later : maxWaitMs.first
      if (reading !== undefined) await Promise.race([reading, delay(waitMs, undefined, { ref: false })])
      return weights
    },
    doubt() {
      maxAgeMs = MIN_AGE_MS
    },
  }
}
