/** What is different where all workers run on one device, which does two runs no sooner than one after the other. */

import type { CostModel } from './cost-model.ts'
import type { Line } from './queue.ts'
import { MAX_BATCH_BYTES, type Share } from './take.ts'

/** A second batch on the device is begun if its requests pass at least at this part of the rate of one batch of all. */
const WORTH_A_BATCH = 0.8

/** What the batches have that the device has now. */
export type UnderWay = { requests: number; bytes: number }

/**
 * True if what waits had better join the requests that the device has now, once those are done and others like them have come,
 * since a batch of them all would pass more quickly. A full batch is not held back, nor one of a model whose requests take their
 * time one by one, nor what could not join: a request with which a worker died, or bodies too large for one batch.
 */
export const isBetterLater = (
  { first, size }: Line,
  { requests, bytes }: UnderWay,
  { cost, maxBatchSize }: { cost: CostModel; maxBatchSize: number },
): boolean => {
  if (requests === 0 || first === undefined || !cost.known) return false
  if (first.suspect || bytes + first.bytes > MAX_BATCH_BYTES) return false
  const rate = (requests: number) => requests / cost.of(requests)
  return rate(Math.min(size, maxBatchSize)) < WORTH_A_BATCH * rate(Math.min(size + requests, maxBatchSize))
}

/** Runs take as long when they are divided; but what is nearly as quick in two batches is read and written by two workers. */
export const shareOfDevice = (workers: number): Share => ({
  workers: { size: 1, free: 1 },
  ...(workers > 1 && { gain: 1 / WORTH_A_BATCH - 1 }),
})
