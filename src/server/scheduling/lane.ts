/** What there is once for each model: its queue and limits, what its batches cost, and the requests that killed workers. */

import { Bag } from '../../bag.ts'
import { free } from '../../protocol/body.ts'
import type { Reply, Request } from '../../protocol/request.ts'
import type { Events } from '../observe/events.ts'
import type { Batch } from './batch.ts'
import type { Clock } from './clock.ts'
import { CostModel } from './cost-model.ts'
import { isOverLimit, type LaneOptions } from './limits.ts'
import { Patience } from './patience.ts'
import { Pending } from './pending.ts'
import { Quarantine } from './quarantine.ts'
import { Queue } from './queue.ts'
import { deadlineExceeded, MAX_CRASHES, OVERLOADED, poisonous, STOPPED } from './refusals.ts'
import type { WorkerDiedError } from './runner.ts'
import { heldUntil, MAX_BATCH_BYTES, takeBatch } from './take.ts'

/** A second batch on one device is begun if its requests pass at least at this part of the rate of one batch of all. */
const WORTH_A_BATCH = 0.8

export class Lane {
  readonly cost = new CostModel()
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
  readonly #quarantine = new Quarantine()
  readonly #patience = new Patience()
  readonly #unanswered = new Bag<Pending>()
  #bytes = 0
  #arrivals = 0
  #closed = false

  constructor(options: LaneOptions, events: Events, clock: Clock) {
    this.#options = options
    this.#events = events
    this.#clock = clock
  }

  /** Requests admitted and not yet answered. */
  get pending(): number {
    return this.#unanswered.size
  }

  /** Requests that wait for a worker. */
  get waiting(): number {
    return this.#queue.size
  }

  /** Bytes of the bodies that wait or that a worker has, answered or not. */
  get bytes(): number {
    return this.#bytes
  }

  /** The time at which the request that has waited longest is late. */
  get nextDeadline(): number {
    return this.#queue.oldest?.deadline ?? Number.POSITIVE_INFINITY
  }

  /** Milliseconds that a request admitted now would wait for one of so many workers, as far as is known. */
  predictedWaitMs(workers: number): number {
    return (this.#queue.ahead * this.cost.each) / Math.max(1, workers)
  }

  /** True if a request of this many bytes would be refused whatever it holds. */
  isFull(bytes: number, workers: number): boolean {
    const held = { waiting: this.waiting, bytes: this.#bytes, waitMs: this.predictedWaitMs(workers) }
    return isOverLimit(held, bytes, this.#options, this.#patience.limitMs(this.#clock.now()))
  }

  /** Queues a request, or refuses it with a reply. */
  admit(request: Request, workers: number): Pending | Reply {
    const arrivedAt = this.#clock.now()
    const refusal = this.#refusalOf(request, arrivedAt, workers)
    if (refusal !== undefined) {
      free(request.body)
      return refusal
    }
    const deadline = arrivedAt + this.#options.requestTimeoutMs
    const times = { order: this.#arrivals, arrivedAt, deadline }
    const pending = new Pending(request, times, (settled, reply) => this.#onSettled(settled, reply))
    this.#arrivals += 1
    this.#bytes += pending.bytes
    this.#unanswered.add(pending)
    this.#queue.push(pending)
    return pending
  }

  #refusalOf(request: Request, now: number, workers: number): Reply | undefined {
    if (this.#closed) return STOPPED
    if (this.isFull(request.body.byteLength, workers)) {
      this.#events.dropped('refused')
      return OVERLOADED
    }
    return this.#quarantine.has(request, now) ? poisonous(this.code) : undefined
  }

  /** A body is let go once its request is answered and no worker has it any more. */
  #onSettled(pending: Pending, reply: Reply | undefined): void {
    this.#unanswered.remove(pending)
    const now = this.#clock.now()
    this.#patience.note(now - pending.arrivedAt, reply === undefined, now)
    if (pending.batch !== undefined) return
    this.#queue.remove(pending)
    this.#letGo(pending)
  }

  #letGo({ bytes, request }: Pending): void {
    this.#bytes -= bytes
    free(request.body)
  }

  /** Until when the next batch is held back for more requests; 0 if it is not. */
  heldUntil(): number {
    const { maxBatchDelayMs } = this.#options
    return heldUntil(this.#queue, { maxBatchSize: this.maxBatchSize, maxBatchDelayMs })
  }

  /**
   * True if what waits had better join the requests that the shared device has now, once those are done and others like them have
   * come, since a batch of them all would pass more quickly. A full batch is not held back, nor one of a model whose requests take
   * their time one by one, nor what could not join: a request with which a worker died, or bodies too large for one batch.
   * @param running what the device has
   */
  isBetterLater(running: { requests: number; bytes: number }): boolean {
    const { first, size } = this.#queue.turn
    if (running.requests === 0 || first === undefined || !this.cost.known) return false
    if (first.suspect || running.bytes + first.bytes > MAX_BATCH_BYTES) return false
    const rate = (requests: number) => requests / this.cost.of(requests)
    const most = this.maxBatchSize
    return rate(Math.min(size, most)) < WORTH_A_BATCH * rate(Math.min(size + running.requests, most))
  }

  /** Takes the next batch out of the queue for one of so many free workers; empty if nothing waits. */
  take(workers: { size: number; free: number }): Pending[] {
    const { cost, maxBatchSize } = this
    const now = this.#clock.now()
    const patienceMs = this.#patience.limitMs(now)
    this.#queue.setAside(now - patienceMs)
    const common = { maxBatchSize, cost, now, patienceMs }
    // Runs on one device take as long when they are divided; but what is nearly as quick in two batches is read and written by two.
    const taken = this.sharesDevice
      ? takeBatch(this.#queue, {
          ...common,
          workers: { size: 1, free: 1 },
          ...(workers.size > 1 && { gain: 1 / WORTH_A_BATCH - 1 }),
        })
      : takeBatch(this.#queue, { ...common, workers })
    for (const { arrivedAt } of taken) this.#events.dispatched(now - arrivedAt)
    return taken
  }

  /** A batch is over. If the worker died, what is unanswered waits again, first in line, each to be run alone. */
  end({ requests }: Batch, died?: WorkerDiedError): void {
    const isBlamed = requests.length === 1 && died?.blameless === false
    for (const pending of requests) {
      if (!pending.settled && isBlamed) this.#blame(pending)
      pending.batch = undefined
      if (pending.settled) this.#letGo(pending)
    }
    const again = requests.filter(({ settled }) => !settled)
    for (const pending of again) {
      pending.suspect = true
      this.#queue.putBack(pending)
    }
    if (again.length > 0) this.#events.retried(again.length)
  }

  #blame(pending: Pending): void {
    pending.crashes += 1
    if (pending.crashes < MAX_CRASHES) return
    this.#quarantine.add(pending.request, this.#clock.now())
    pending.settle(poisonous(this.code))
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
    this.#closed = true
    for (const pending of this.#unanswered.all) pending.settle(STOPPED)
  }
}
