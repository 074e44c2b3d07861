/** What happens to requests, for whoever counts it. Times in milliseconds. */

import type { BatchTimings } from '../../protocol/request.ts'

export type Events = {
  /** A request's wait is over: a worker is given it. */
  dispatched(waitedMs: number): void
  /** A batch is done. */
  batchDone(requests: number, milliseconds: number, timings: BatchTimings): void
  /** A request was not computed. */
  dropped(reason: 'cancelled' | 'deadline' | 'refused'): void
  /** So many requests wait again, since their worker has died. */
  retried(requests: number): void
}
