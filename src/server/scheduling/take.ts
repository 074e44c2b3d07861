/** Which of the requests that wait go into the next batch, and when. */

import type { CostModel } from './cost-model.ts'
import { MARGIN } from './limits.ts'
import type { Pending } from './pending.ts'
import type { Line, Queue } from './queue.ts'

/**
 * Most bytes in one batch; a larger request goes alone. A worker has all of them at once, and the tensors that come of them.
 * 64 images of 224 × 224 × 3 float32 are 38.5 MB.
 */
export const MAX_BATCH_BYTES = 40 * 2 ** 20

/** So little work is not divided among workers: the messages would cost more than they save. */
const UNDIVIDED_MS = 1
const UNDIVIDED_BYTES = 256 * 1024

/** Nor is what costs a worker less than so many times what its share of it would, where a run costs about the same for few and many. */
const HARDLY_MORE = 1.1

type Limits = {
  /** Most requests. */
  requests: number
  /** The batch is full once it has as many bytes. */
  bytes: number
  /** Milliseconds that each request is expected to take. */
  each: number
  now: number
  /** How long clients are known to wait. */
  patienceMs: number
}

type Workers = { size: number; free: number }

/** Among whom what waits is divided. */
export type Share = {
  workers: Workers
  /** What each of its requests must gain in time for a batch to be larger. */
  gain?: number
}

/** Most requests that one worker gets of so many. */
const shareOf = (waiting: number, { size, free }: Workers, most: number, cost: CostModel): number => {
  const light = cost.each > 0 ? Math.floor(UNDIVIDED_MS / cost.each) : 0
  const share = Math.min(Math.max(Math.ceil(waiting / size), light), waiting, most)
  const whole = Math.min(Math.ceil(waiting / free), most)
  return whole > share && cost.of(whole) < HARDLY_MORE * cost.of(share) ? whole : share
}

/**
 * Takes the next batch out of the queue for one of the free workers: a fair share of the line whose turn it is among all of
 * them, in requests and in bytes, or all of it if that is little or costs hardly more; no more than is worth a batch, and no more
 * than can be done before the deadline of the first, or its client's patience ends. Whoever has waited longer than that stands
 * aside. Empty if nothing waits.
 * @param model what its batches cost, and how many requests they may have
 */
export const takeBatch = (
  queue: Queue,
  { maxBatchSize, cost }: { maxBatchSize: number; cost: CostModel },
  { workers, gain, now, patienceMs }: Share & { now: number; patienceMs: number },
): Pending[] => {
  queue.setAside(now - patienceMs)
  const line = queue.turn
  const taken = takeFrom(line, {
    requests: cost.best(shareOf(line.size, workers, maxBatchSize, cost), gain),
    bytes: Math.max(line.bytes / workers.size, UNDIVIDED_BYTES),
    each: cost.each,
    now,
    patienceMs,
  })
  if (taken.length > 0) queue.tookTurn(line)
  return taken
}

/** From the front of the line. A suspect goes alone, and no request goes into a batch in which the first would be late. */
const takeFrom = (line: Line, limits: Limits): Pending[] => {
  const taken: Pending[] = []
  let bytes = 0
  for (let next = line.first; next !== undefined && taken.length < limits.requests; next = line.first) {
    const [first] = taken
    if (first !== undefined) {
      const milliseconds = MARGIN * limits.each * (taken.length + 1)
      if (next.suspect || bytes > limits.bytes || bytes + next.bytes > MAX_BATCH_BYTES) break
      const deadline = Math.min(first.deadline, first.arrivedAt + limits.patienceMs)
      if (milliseconds > deadline - limits.now) break
    }
    line.shift()
    taken.push(next)
    bytes += next.bytes
    if (next.suspect) break
  }
  return taken
}

/** Until when the next batch is held back for more requests; 0 if it is not. A suspect and a full batch never are. */
export const heldUntil = (
  queue: Queue,
  { maxBatchSize, maxBatchDelayMs }: { maxBatchSize: number; maxBatchDelayMs: number },
): number => {
  const { first, size, bytes } = queue.turn
  const isFull = size >= maxBatchSize || bytes >= MAX_BATCH_BYTES
  if (first === undefined || first.suspect || maxBatchDelayMs === 0 || isFull) return 0
  return Math.min(first.arrivedAt + maxBatchDelayMs, first.deadline)
}
