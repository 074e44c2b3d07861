/**
 * One batch on one worker, from its dispatch to its last reply: deadlines, and what is done when the worker is stuck or dies.
 */

import type { BatchTimings } from '../../protocol/request.ts'
import type { Clock } from './clock.ts'
import type { CostModel } from './cost-model.ts'
import type { Pending } from './pending.ts'
import type { Runner, RunningBatch } from './runner.ts'

/**
 * A worker is stuck once a batch has taken so many times what it should, and at least so long. Then /ping has half a
 * second left to say so within 2 s (SageMaker developer guide: the time that a ping is given).
 */
const STUCK_FACTOR = 8
const STUCK_MS = 1500

/** Two batches that share a device may take as long as both. */
const LATE_FACTOR = 2

export type BatchOptions = {
  cost: CostModel
  clock: Clock
  requestTimeoutMs: number
  /** The deadline of a request has passed. */
  expired(pending: Pending): void
}

export class Batch {
  readonly requests: readonly Pending[]
  readonly bytes: number
  /** Nothing else runs or waits: the run may use all threads. */
  readonly alone: boolean
  readonly startedAt: number
  readonly #runner: Runner
  readonly #options: BatchOptions
  #running: RunningBatch | undefined
  /** When the worker last said that it gets on: it reads the requests, or has made one run of several. */
  #preparingAt = 0
  #cancelTimer = () => {}

  constructor(runner: Runner, requests: readonly Pending[], alone: boolean, options: BatchOptions) {
    this.#runner = runner
    this.requests = requests
    this.bytes = requests.reduce((sum, { bytes }) => sum + bytes, 0)
    this.alone = alone
    this.#options = options
    this.startedAt = options.clock.now()
  }

  /** Settles each request as its reply comes. Rejects with WorkerDiedError if the worker died first. */
  async run(): Promise<BatchTimings> {
    for (const pending of this.requests) pending.batch = this
    this.#watch()
    this.#running = this.#runner.run(
      this.requests.map(({ request }) => request),
      this.alone,
      {
        reply: (item, reply) => this.requests[item]?.settle(reply),
        preparing: () => {
          this.#preparingAt = this.#options.clock.now()
        },
      },
    )
    try {
      return await this.#running.done
    } finally {
      this.#cancelTimer()
    }
  }

  /** The worker need not compute a request that is settled already. */
  cancel(pending: Pending): void {
    this.#running?.cancel(this.requests.indexOf(pending))
  }

  /**
   * When the worker counts as stuck; never while no cost is known. What has taken as long as a request may take is late in any
   * case, however long its size says that it takes.
   */
  get stuckAt(): number {
    const { cost, requestTimeoutMs } = this.#options
    if (!cost.known) return Number.POSITIVE_INFINITY
    const tooLong = Math.min(STUCK_FACTOR * cost.expected(this.requests.length, this.bytes), requestTimeoutMs)
    return this.#heardAt + Math.max(STUCK_MS, tooLong)
  }

  /** When it has taken so much longer than it should that others do not wait for it: it may be slow to read, or stuck. */
  get lateAt(): number {
    const { cost } = this.#options
    if (!cost.known) return Number.POSITIVE_INFINITY
    return this.startedAt + LATE_FACTOR * cost.expected(this.requests.length, this.bytes)
  }

  /** Asked for every request that comes, and so without the estimate while it is too early for any. */
  isStuck(now: number): boolean {
    return this.#heardAt + STUCK_MS <= now && this.stuckAt <= now
  }

  get #heardAt(): number {
    return Math.max(this.startedAt, this.#preparingAt)
  }

  /** Keeps one timer, for the next deadline or the moment in which the worker counts as stuck. */
  #watch(now = this.#options.clock.now()): void {
    this.#cancelTimer()
    // A deadline that passed on the way here is due now, as long as its request has no reply.
    const deadlines = this.requests
      .filter(({ deadline, settled }) => deadline > now || !settled)
      .map(({ deadline }) => Math.max(deadline, now))
    const due = this.stuckAt > now ? [this.stuckAt, ...deadlines] : deadlines
    const next = Math.min(...due)
    if (next < Number.POSITIVE_INFINITY)
      this.#cancelTimer = this.#options.clock.after(next - now, () => this.#check())
  }

  #check(): void {
    const { clock, cost, expired } = this.#options
    const now = clock.now()
    for (const pending of this.requests) {
      if (pending.deadline > now || pending.settled) continue
      expired(pending)
      this.cancel(pending)
    }
    const isStuck = this.isStuck(now)
    // A worker that is only late will soon be free. Without a cost estimate the deadline is all there is.
    if (this.requests.every(({ deadline }) => deadline <= now) && (isStuck || !cost.known)) {
      this.#runner.kill('its run outlived the deadline of every request in it')
    } else if (isStuck && this.requests.length > 1) {
      // One of them is to blame; it is found by running each alone.
      this.#runner.kill('it is stuck with several requests')
    } else {
      // What has become due since `now` was read has not been looked at, and must not be passed over.
      this.#watch(now)
    }
  }
}
