/** The requests that a lane has in hand: those that have no reply yet, and the bodies that it holds. */

import { Bag } from '../../bag.ts'
import { free } from '../../protocol/body.ts'
import type { Reply, Request } from '../../protocol/request.ts'
import { Pending } from './pending.ts'

export class InHand {
  readonly #onSettled: (pending: Pending, reply: Reply | undefined) => void
  readonly #unanswered = new Bag<Pending>()
  #arrivals = 0
  #bytes = 0

  /** @param onSettled called once for each, when it has its reply or nobody waits for one any more */
  constructor(onSettled: (pending: Pending, reply: Reply | undefined) => void) {
    this.#onSettled = onSettled
  }

  /** Requests without a reply. */
  get size(): number {
    return this.#unanswered.size
  }

  /** Of the bodies, whether their requests have a reply or not. */
  get bytes(): number {
    return this.#bytes
  }

  add(request: Request, arrivedAt: number, deadline: number): Pending {
    const times = { order: this.#arrivals, arrivedAt, deadline }
    const pending = new Pending(request, times, (settled, reply) => {
      this.#unanswered.remove(settled)
      this.#onSettled(settled, reply)
    })
    this.#arrivals += 1
    this.#bytes += pending.bytes
    this.#unanswered.add(pending)
    return pending
  }

  /** The request has its reply, and no worker has its body any more. */
  letGo({ bytes, request }: Pending): void {
    this.#bytes -= bytes
    free(request.body)
  }

  /** Gives all that have none this reply. */
  settle(reply: Reply): void {
    for (const pending of this.#unanswered.all) pending.settle(reply)
  }
}
