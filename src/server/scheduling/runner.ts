/** A worker as the scheduler sees it. */

import type { BatchTimings, Reply, Request } from '../../protocol/request.ts'

export class WorkerDiedError extends Error {
  override name = 'WorkerDiedError'
  /** What the worker was given need not be to blame: the server killed it for another reason, or it had not read it. */
  readonly blameless: boolean

  constructor(message: string, blameless = false) {
    super(message)
    this.blameless = blameless
  }
}

export type BatchEvents = {
  /** One request of the batch, by its place in it, is answered; the others may come later. */
  reply(item: number, reply: Reply): void
  /** Comes now and then while the worker reads the requests, and between its runs. */
  preparing(): void
}

export type RunningBatch = {
  /** Resolves when each item was replied to or cancelled; rejects with WorkerDiedError, and only with it, if the worker died first. */
  done: Promise<BatchTimings>
  /** Nobody waits for this item any more. */
  cancel(item: number): void
}

export type Runner = {
  run(items: readonly Request[], alone: boolean, events: BatchEvents): RunningBatch
  kill(reason: string): void
}
