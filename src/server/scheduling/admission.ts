/** Who gets into a lane: what its limits leave room for, what would be answered while its client waits, and nothing that workers died of. */

import type { Reply, Request } from '../../protocol/request.ts'
import type { Events } from '../observe/events.ts'
import { type Held, type LaneOptions, MARGIN } from './limits.ts'
import { Patience } from './patience.ts'
import type { Pending } from './pending.ts'
import { Quarantine } from './quarantine.ts'
import { MAX_CRASHES, OVERLOADED, poisonous, STOPPED } from './refusals.ts'

export class Admission {
  /** How long clients wait. */
  readonly patience = new Patience()
  readonly #options: LaneOptions
  readonly #events: Events
  readonly #quarantine = new Quarantine()
  #closed = false

  constructor(options: LaneOptions, events: Events) {
    this.#options = options
    this.#events = events
  }

  /** True if a request of this many bytes would be refused whatever it holds. */
  isFull(bytes: number, held: Held, now: number): boolean {
    const { maxQueueSize, maxQueueBytes, requestTimeoutMs } = this.#options
    if (held.waiting >= maxQueueSize) return true
    if (held.bytes > 0 && held.bytes + bytes > maxQueueBytes) return true
    return MARGIN * held.waitMs > Math.min(requestTimeoutMs, this.patience.limitMs(now))
  }

  /**
   * The reply with which a request is refused; undefined if it is admitted.
   * @param code the file of the model's own code, for messages
   */
  refusalOf(request: Request, held: Held, now: number, code?: string): Reply | undefined {
    if (this.#closed) return STOPPED
    if (this.isFull(request.body.byteLength, held, now)) {
      this.#events.dropped('refused')
      return OVERLOADED
    }
    return this.#quarantine.has(request, now) ? poisonous(code) : undefined
  }

  /** A worker died while it had this request and no other. If that is enough, it has its reply, and none like it is admitted. */
  blame(pending: Pending, now: number, code?: string): void {
    pending.crashes += 1
    if (pending.crashes < MAX_CRASHES) return
    this.#quarantine.add(pending.request, now)
    pending.settle(poisonous(code))
  }

  /** Refuses whatever comes later. */
  close(): void {
    this.#closed = true
  }
}
