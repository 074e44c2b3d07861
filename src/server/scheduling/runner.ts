/** A worker as the scheduler sees it. */

import type { BatchTimings, Reply, Request } from '../../protocol/request.ts'

export class WorkerDiedError extends Error {
  override name = 'WorkerDiedError'
  /** The server killed the worker for a reason that need not be the fault of what it ran. */
  readonly blameless: boolean

  constructor(message: string, blameless = false) {
    super(message)
    this.blameless = blameless
  }
}

export type BatchEvents = {
  /** Called once for each request that was not cancelled, as soon as its reply is there. */
  reply(item: number, reply: Reply): void
  /** Called now and then while the worker still reads the requests. */
  preparing(): void
}

/** A batch under way. */
export type RunningBatch = {
  /** Resolves when every request has its reply or was cancelled; rejects with WorkerDiedError if the worker died first, and only then. */
  done: Promise<BatchTimings>
  /** The client of this request has gone; a reply that comes nevertheless is dropped. */
  cancel(item: number): void
}

export type Runner = {
  /** Starts a batch. One more may be started while it is under way: the worker reads it meanwhile, and runs it afterwards. */
  run(items: readonly Request[], alone: boolean, events: BatchEvents): RunningBatch
  kill(reason: string): void
}
