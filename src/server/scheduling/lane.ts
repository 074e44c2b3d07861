/** What there is once for each model: the requests that it was given and has not answered, and what its batches cost. */

import { free } from '../../protocol/body.ts'
import type { Reply, Request } from '../../protocol/request.ts'
import type { Events } from '../observe/events.ts'
import { Admission } from './admission.ts'
import type { Batch } from './batch.ts'
import type { Clock } from './clock.ts'
import { CostModel } from './cost-model.ts'
import { InHand } from './in-hand.ts'
import type { Held, LaneOptions } from './limits.ts'
import type { Pending } from './pending.ts'
import { Queue } from './queue.ts'
import { deadlineExceeded, STOPPED } from './refusals.ts'
import type { Roster } from './roster.ts'
import type { WorkerDiedError } from './runner.ts'
import { isBetterLater, shareOfDevice } from './shared-device.ts'
import { heldUntil, takeBatch } from './take.ts'

export class Lane {
  readonly cost = new CostModel()
  readonly admission: Admission
  /** Most requests in a batch, as the loaded model says. */
  maxBatchSize = 1
  /** All workers run on one device, which does two runs no sooner than one after the other. */
  sharesDevice = false
  /** The file of the model's own code, for messages. */
  code: string | undefined
  readonly #options: LaneOptions
  readonly #events: Events
  readonly #clock: Clock
  readonly #queue = new Queue()
  readonly #inHand = new InHand((pending, reply) => this.#onSettled(pending, reply))

  constructor(options: LaneOptions, events: Events, clock: Clock) {
    this.#options = options
    this.#events = events
    this.#clock = clock
    this.admission = new Admission(options, events)
  }

  /** Requests admitted and not yet answered. */
  get pending(): number {
    return this.#inHand.size
  }

  /** Requests that wait for a worker. */
  get waiting(): number {
    return this.#queue.size
  }

  /** Bytes of the bodies that wait or that a worker has, answered or not. */
  get bytes(): number {
    return this.#inHand.bytes
  }

  /** The time at which the request that has waited longest is late. */
  get nextDeadline(): number {
    return this.#queue.oldest?.deadline ?? Number.POSITIVE_INFINITY
  }

  /** Milliseconds that a request admitted now would wait for one of so many workers, as far as is known. */
  predictedWaitMs(workers: number): number {
    return (this.#queue.ahead * this.cost.each) / Math.max(1, workers)
  }

  /** What it holds, and how long a request admitted now would wait for one of so many workers. */
  held(workers: number): Held {
    return { waiting: this.waiting, bytes: this.bytes, waitMs: this.predictedWaitMs(workers) }
  }

  /** Queues a request, or refuses it with a reply. */
  admit(request: Request, workers: number): Pending | Reply {
    const arrivedAt = this.#clock.now()
    const refusal = this.admission.refusalOf(request, this.held(workers), arrivedAt, this.code)
    if (refusal !== undefined) {
      free(request.body)
      return refusal
    }
    const pending = this.#inHand.add(request, arrivedAt, arrivedAt + this.#options.requestTimeoutMs)
    this.#queue.push(pending)
    return pending
  }

  /** A body is let go once its request is answered and no worker has it any more. */
  #onSettled(pending: Pending, reply: Reply | undefined): void {
    const now = this.#clock.now()
    this.admission.patience.note(now - pending.arrivedAt, reply === undefined, now)
    if (pending.batch !== undefined) return
    this.#queue.remove(pending)
    this.#inHand.letGo(pending)
  }

  /** Until when the next batch is held back for more requests; in the past if it is not. */
  heldUntil(roster: Roster): number {
    const now = this.#clock.now()
    const held = heldUntil(this.#queue, { ...this.#options, maxBatchSize: this.maxBatchSize })
    if (held > now || !this.sharesDevice) return held
    const underWay = roster.underWay(now)
    return isBetterLater(this.#queue.turn, underWay, this) ? underWay.lateAt : 0
  }

  /** Takes the next batch out of the queue for one of so many free workers; empty if nothing waits. */
  take(workers: { size: number; free: number }): Pending[] {
    const now = this.#clock.now()
    const patienceMs = this.admission.patience.limitMs(now)
    const share = this.sharesDevice ? shareOfDevice(workers.size) : { workers }
    const taken = takeBatch(this.#queue, this, { ...share, now, patienceMs })
    for (const { arrivedAt } of taken) this.#events.dispatched(now - arrivedAt)
    return taken
  }

  /** A batch is over. If the worker died, what is unanswered waits again, first in line, each to be run alone. */
  end({ requests }: Batch, died?: WorkerDiedError): void {
    const isBlamed = requests.length === 1 && died?.blameless === false
    for (const pending of requests) {
      if (!pending.settled && isBlamed) this.admission.blame(pending, this.#clock.now(), this.code)
      pending.batch = undefined
      if (pending.settled) this.#inHand.letGo(pending)
    }
    const again = requests.filter(({ settled }) => !settled)
    for (const pending of again) {
      pending.suspect = true
      this.#queue.putBack(pending)
    }
    if (again.length > 0) this.#events.retried(again.length)
  }

  /** Answers what has waited until its deadline. */
  expire(): void {
    const now = this.#clock.now()
    for (let { oldest } = this.#queue; oldest && oldest.deadline <= now; { oldest } = this.#queue)
      this.expired(oldest)
  }

  /** Answers a request whose deadline has passed, unless it has been answered. */
  expired(pending: Pending): void {
    if (pending.settle(deadlineExceeded(this.#options.requestTimeoutMs, this.code)))
      this.#events.dropped('deadline')
  }

  /** Answers all that is pending, and whatever comes later. */
  close(): void {
    this.admission.close()
    this.#inHand.settle(STOPPED)
  }
}
