/** What a lane may hold. */

export type LaneOptions = {
  /** How long the oldest request may wait for others beside a free worker. */
  maxBatchDelayMs: number
  maxQueueSize: number
  maxQueueBytes: number
  requestTimeoutMs: number
}

/** A prediction may be wrong by this factor before a request that was admitted misses its deadline. */
export const MARGIN = 2

/**
 * True if one more request of so many bytes is refused, whatever it holds.
 * @param held requests that wait, bytes of all bodies, and milliseconds that the next would wait
 * @param patienceMs how long clients are known to wait
 */
export const isOverLimit = (
  held: { waiting: number; bytes: number; waitMs: number },
  bytes: number,
  { maxQueueSize, maxQueueBytes, requestTimeoutMs }: LaneOptions,
  patienceMs: number,
): boolean =>
  held.waiting >= maxQueueSize ||
  (held.bytes > 0 && held.bytes + bytes > maxQueueBytes) ||
  MARGIN * held.waitMs > Math.min(requestTimeoutMs, patienceMs)
