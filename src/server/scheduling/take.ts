/** Which of the requests that wait go into the next batch. */

import type { Pending } from './pending.ts'
import type { Line } from './queue.ts'

/**
 * Most bytes in one batch; a larger request goes alone. Node copies a message before it is sent, and meanwhile the server
 * does nothing else: 1 to 2 ms for each megabyte. 64 images of 224 × 224 × 3 float32 are 38.5 MB.
 */
export const MAX_BATCH_BYTES = 40 * 2 ** 20

/** A prediction may be wrong by this factor before a request that was admitted misses its deadline. */
export const MARGIN = 2

export type TakeLimits = {
  /** Most requests. */
  requests: number
  /** The batch is full once it has as many bytes. */
  bytes: number
  /** Milliseconds that each request is expected to take. */
  each: number
  now: number
}

/** From the front of the line. A suspect goes alone, and no request goes in a batch in which the first would be late. */
export const takeFrom = (line: Line, limits: TakeLimits): Pending[] => {
  const taken: Pending[] = []
  let bytes = 0
  for (let next = line.first; next !== undefined && taken.length < limits.requests; next = line.first) {
    const [first] = taken
    if (first !== undefined) {
      const milliseconds = MARGIN * limits.each * (taken.length + 1)
      if (next.suspect || bytes > limits.bytes || bytes + next.bytes > MAX_BATCH_BYTES) break
      if (milliseconds > first.deadline - limits.now) break
    }
    line.shift()
    taken.push(next)
    bytes += next.bytes
    if (next.suspect) break
  }
  return taken
}
