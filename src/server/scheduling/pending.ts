/** One request from its admission to its reply. Times are milliseconds of the scheduler's clock. */

import type { Reply, Request } from '../../protocol/request.ts'
import type { Batch } from './batch.ts'

export class Pending {
  readonly request: Request
  /** Counts up with each that arrives; the clock need not tell two of them apart. */
  readonly order: number
  readonly arrivedAt: number
  readonly deadline: number
  /** Workers that died of their own accord while they had this request and no other. */
  crashes = 0
  /** A worker has died with it: it is run alone. */
  suspect = false
  /** The batch that is to answer it; undefined while it waits. */
  batch: Batch | undefined
  /** In the lane's bag of what is unanswered. */
  place: number | undefined
  /** Resolves once and never rejects: to undefined if the request was cancelled. */
  readonly reply: Promise<Reply | undefined>
  readonly #onSettled: (pending: Pending, reply: Reply | undefined) => void
  #resolve: (reply: Reply | undefined) => void = () => {}
  #settled = false

  /** @param onSettled called once, when it has its reply or nobody waits for one any more */
  constructor(
    request: Request,
    { order, arrivedAt, deadline }: { order: number; arrivedAt: number; deadline: number },
    onSettled: (pending: Pending, reply: Reply | undefined) => void,
  ) {
    this.request = request
    this.order = order
    this.arrivedAt = arrivedAt
    this.deadline = deadline
    this.#onSettled = onSettled
    this.reply = new Promise((resolve) => {
      this.#resolve = resolve
    })
  }

  get bytes(): number {
    return this.request.body.byteLength
  }

  get settled(): boolean {
    return this.#settled
  }

  /** The first reply counts; returns false if there was one already. */
  settle(reply: Reply | undefined): boolean {
    if (this.#settled) return false
    this.#settled = true
    this.#onSettled(this, reply)
    this.#resolve(reply)
    return true
  }
}
