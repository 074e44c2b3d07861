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

/** Requests that wait, bytes of all bodies, and milliseconds that the next would wait. */
export type Held = { waiting: number; bytes: number; waitMs: number }
