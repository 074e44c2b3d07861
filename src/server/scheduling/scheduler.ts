/**
 * Which request goes to which worker, and when. Knows no processes and no ONNX.
 *
 *   submit → lane.ts admits or refuses, queues → dispatch to a free worker → batch.ts until each request has its reply
 *
 * A batch starts when a worker is free and something waits; nothing is polled for. The requests of a worker that dies go first
 * in line, each alone; one with which two workers died while they had no other is answered with an error (quarantine.ts).
 */

import type { Reply, Request } from '../../protocol/request.ts'
import type { Events } from '../observe/events.ts'
import { Batch } from './batch.ts'
import { Alarm, type Clock, systemClock } from './clock.ts'
import { Lane } from './lane.ts'
import type { LaneOptions } from './limits.ts'
import { Pending } from './pending.ts'
import { Roster } from './roster.ts'
import { type Runner, WorkerDiedError } from './runner.ts'

/** What the two messages of a batch cost beside the work. */
const MESSAGES_MS = 0.1

export class Scheduler {
  /** What waits, and what is known of the model. */
  readonly lane: Lane
  readonly #options: LaneOptions
  readonly #events: Events
  readonly #clock: Clock
  readonly #roster = new Roster()
  /** For the next deadline of a request that waits, or the end of its being held back. */
  readonly #alarm: Alarm
  #dispatchDue = false

  constructor(options: LaneOptions, events: Events, clock: Clock = systemClock) {
    this.#options = options
    this.#events = events
    this.#clock = clock
    this.lane = new Lane(options, events, clock)
    this.#alarm = new Alarm(clock, () => this.#dispatch())
  }

  /** Milliseconds that a request submitted now would wait, as far as is known. */
  get predictedWaitMs(): number {
    return this.lane.predictedWaitMs(this.#usable)
  }

  /** Workers that take so much longer than they should that they cannot be counted on. */
  get stuck(): number {
    return this.#roster.stuck(this.#clock.now())
  }

  get #usable(): number {
    return this.#roster.size - this.stuck
  }

  /** True if a request of so many bytes would be refused. */
  isFull(bytes: number): boolean {
    return this.lane.admission.isFull(bytes, this.lane.held(this.#usable), this.#clock.now())
  }

  /**
   * Admits a request, or refuses it at once. `reply` resolves always and never rejects: to undefined if it was cancelled.
   * `cancel`: the client has gone. A waiting request is dropped; the worker is told of one that it has.
   */
  submit(request: Request): { reply: Promise<Reply | undefined>; cancel: () => void } {
    const admitted = this.lane.admit(request, this.#usable)
    if (!(admitted instanceof Pending)) return { reply: Promise.resolve(admitted), cancel: () => {} }
    this.#dispatchSoon()
    return { reply: admitted.reply, cancel: () => this.#cancel(admitted) }
  }

  #cancel(pending: Pending): void {
    if (!pending.settle(undefined)) return
    this.#events.dropped('cancelled')
    pending.batch?.cancel(pending)
  }

  /** A worker that is ready and free. */
  add(runner: Runner): void {
    this.#roster.add(runner)
    this.#dispatch()
  }

  /** A worker that is no more. What it had comes back through the rejection of its run. */
  remove(runner: Runner): void {
    this.#roster.remove(runner)
  }

  /** Fails everything pending, and everything submitted later, with ERR_UNAVAILABLE. */
  close(): void {
    this.lane.close()
    this.#alarm.set(Number.POSITIVE_INFINITY)
  }

  /** Requests that arrive together go together: those that come in the same turn, and those of clients just answered. */
  #dispatchSoon(): void {
    if (this.#dispatchDue) return
    this.#dispatchDue = true
    this.#clock.soon(() => {
      this.#dispatchDue = false
      this.#dispatch()
    })
  }

  #dispatch(): void {
    this.lane.expire()
    let wakeAt: number | undefined
    while (wakeAt === undefined) wakeAt = this.#dispatchOne()
    this.#alarm.set(wakeAt)
  }

  /** Returns when to look again if no batch can be dispatched now. */
  #dispatchOne(): number | undefined {
    const runner = this.#roster.free
    if (runner === undefined) return this.lane.nextDeadline
    const heldUntil = this.lane.heldUntil(this.#roster)
    if (heldUntil > this.#clock.now()) return Math.min(this.lane.nextDeadline, heldUntil)
    const requests = this.lane.take({ size: this.#roster.size, free: this.#roster.freeCount })
    if (requests.length === 0) return Number.POSITIVE_INFINITY
    void this.#run(runner, requests)
    return undefined
  }

  async #run(runner: Runner, requests: readonly Pending[]): Promise<void> {
    const batch = new Batch(runner, requests, this.#roster.isIdle && this.lane.waiting === 0, {
      cost: this.lane.cost,
      clock: this.#clock,
      requestTimeoutMs: this.#options.requestTimeoutMs,
      expired: (pending) => this.lane.expired(pending),
    })
    this.#roster.give(runner, batch)
    try {
      const timings = await batch.run()
      const elapsed = this.#clock.now() - batch.startedAt
      // A reply that lay unread took less than it seems.
      const milliseconds = Math.min(elapsed, timings.seconds * 1000 + MESSAGES_MS)
      // A run with all threads says nothing of those beside others; on a device there is one way to run.
      if (!batch.alone || this.#roster.size === 1 || this.lane.sharesDevice)
        this.lane.cost.observe(requests.length, milliseconds, batch.bytes)
      this.#events.batchDone(requests.length, elapsed, timings)
      this.#roster.done(runner)
      this.lane.end(batch)
    } catch (error) {
      this.#roster.remove(runner)
      this.lane.end(batch, error instanceof WorkerDiedError ? error : new WorkerDiedError(String(error)))
    }
    this.#dispatchSoon()
  }
}
