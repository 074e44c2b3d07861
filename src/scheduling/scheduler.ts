/**
 * Which request goes to which worker, and when. Knows no processes and no ONNX.
 *
 *   submit → admit or refuse → queue → hand over to a free worker → settle
 *
 * 1. A hand-over starts when a worker is free and something waits; nothing is polled for.
 * 2. It takes a fair share of what waits, and no more than is worth batching (cost-model.ts).
 * 3. What cannot meet its deadline is refused at once; what was cancelled or is late is skipped.
 * 4. If the worker dies, its requests go first in line, each alone, so that a second death names the culprit.
 */

import type { Outcome, RunTimings, Work } from '../workers/protocol.ts'
import { CostModel } from './cost-model.ts'
import { type Entry, Queue } from './queue.ts'

/** A worker as the scheduler sees it. `run` rejects if the worker died, and only then. */
export type Runner = {
  run(items: Work[], alone: boolean): Promise<{ outcomes: Outcome[]; timings: RunTimings }>
  /** Ends a worker whose run has outlived all deadlines. */
  kill(reason: string): void
}

export type Clock = {
  now(): number
  /** Calls back once; returns the function that cancels it. */
  after(milliseconds: number, callback: () => void): () => void
}

export const systemClock: Clock = {
  now: () => performance.now(),
  after: (milliseconds, callback) => {
    const timer = setTimeout(callback, milliseconds)
    return () => clearTimeout(timer)
  },
}

export type SchedulerOptions = {
  /** Most requests in a hand-over; 'auto' leaves it to the cost model. */
  maxBatchSize: number | 'auto'
  maxBatchDelayMs: number
  maxQueueSize: number
  maxQueueBytes: number
  requestTimeoutMs: number
}

/** What happened, for metrics; times in milliseconds. */
export type SchedulerEvents = {
  waited(milliseconds: number): void
  handedOver(requests: number, milliseconds: number, timings: RunTimings): void
  dropped(reason: 'cancelled' | 'deadline' | 'refused'): void
  retried(requests: number): void
}

const DEFAULT_MOST_REQUESTS = 64

/** Workers that die with an input before it is answered with an error. */
const MAX_CRASHES = 2

export const OVERLOADED = {
  ok: false,
  code: 'ERR_OVERLOADED',
  message: 'too many requests wait; try again later',
} as const satisfies Outcome

const STOPPED = {
  ok: false,
  code: 'ERR_UNAVAILABLE',
  message: 'the server stops',
} as const satisfies Outcome

const deadlineExceeded = (limitMs: number): Outcome => ({
  ok: false,
  code: 'ERR_DEADLINE_EXCEEDED',
  message: `not answered within ${limitMs} ms`,
})

export class Scheduler {
  readonly #options: SchedulerOptions
  readonly #mostRequests: number
  readonly #events: SchedulerEvents
  readonly #clock: Clock
  readonly #queue = new Queue()
  readonly #cost = new CostModel()
  readonly #idle: Runner[] = []
  #runners = 0
  #running = 0
  readonly #live = new Set<Entry>()
  #bytes = 0
  #closed = false
  #cancelWait: (() => void) | undefined

  constructor(options: SchedulerOptions, events: SchedulerEvents, clock: Clock = systemClock) {
    this.#options = options
    this.#mostRequests = options.maxBatchSize === 'auto' ? DEFAULT_MOST_REQUESTS : options.maxBatchSize
    this.#events = events
    this.#clock = clock
  }

  /** Requests admitted and not yet answered. */
  get pending(): number {
    return this.#live.size
  }

  /** Requests that wait for a worker. */
  get waiting(): number {
    return this.#queue.size
  }

  /** Milliseconds that a request submitted now would wait, as far as is known. */
  get predictedWaitMs(): number {
    return (this.#queue.size * this.#cost.eachOnAverage) / Math.max(1, this.#runners)
  }

  /** True if a request of this many bytes would be refused whatever it holds. */
  isFull(bytes: number): boolean {
    const { maxQueueSize, maxQueueBytes, requestTimeoutMs } = this.#options
    return (
      this.#queue.size >= maxQueueSize ||
      (this.#bytes > 0 && this.#bytes + bytes > maxQueueBytes) ||
      this.predictedWaitMs > requestTimeoutMs
    )
  }

  /**
   * Admits a request, or refuses it at once. `outcome` resolves always and never rejects. `cancel` says that
   * nobody waits any more: what no worker has taken is dropped, what one computes is computed for nothing.
   */
  submit(work: Work): { outcome: Promise<Outcome>; cancel: () => void } {
    const bytes = work.body.byteLength
    if (this.#closed) return { outcome: Promise.resolve(STOPPED), cancel: () => {} }
    if (this.isFull(bytes)) {
      this.#events.dropped('refused')
      return { outcome: Promise.resolve(OVERLOADED), cancel: () => {} }
    }
    const arrivedAt = this.#clock.now()
    let resolve: (outcome: Outcome) => void = () => {}
    const outcome = new Promise<Outcome>((settle) => {
      resolve = settle
    })
    const entry: Entry = {
      work,
      arrivedAt,
      deadline: arrivedAt + this.#options.requestTimeoutMs,
      crashes: 0,
      settled: false,
      settle: (result) => {
        if (entry.settled) return
        entry.settled = true
        this.#live.delete(entry)
        this.#bytes -= bytes
        resolve(result)
      },
    }
    this.#live.add(entry)
    this.#bytes += bytes
    this.#queue.push(entry)
    this.#dispatch()
    return { outcome, cancel: () => this.#cancel(entry) }
  }

  #cancel(entry: Entry): void {
    if (entry.settled) return
    this.#queue.remove(entry)
    this.#events.dropped('cancelled')
    entry.settle({ ok: false, code: 'ERR_UNAVAILABLE', message: 'the client has gone' })
  }

  /** A worker that is ready and free. */
  add(runner: Runner): void {
    this.#runners += 1
    this.#idle.push(runner)
    this.#dispatch()
  }

  /** A worker that is no more. What it had in hand comes back through the rejection of its run. */
  remove(runner: Runner): void {
    this.#runners -= 1
    const index = this.#idle.indexOf(runner)
    if (index !== -1) this.#idle.splice(index, 1)
  }

  /** Answers all that is pending, and whatever comes later: nobody will serve it any more. */
  close(): void {
    this.#closed = true
    this.#cancelWait?.()
    for (const entry of this.#live) {
      this.#queue.remove(entry)
      entry.settle(STOPPED)
    }
  }

  #dispatch(): void {
    while (this.#idle.length > 0 && !this.#holdBack()) {
      const batch = this.#take()
      if (batch.length === 0) break
      const runner = this.#idle.shift()
      if (runner !== undefined) void this.#handOver(runner, batch)
    }
    this.#watchDeadline()
  }

  /** True while the oldest request may wait for others; a timer then looks again. */
  #holdBack(): boolean {
    const { maxBatchDelayMs } = this.#options
    const oldest = this.#queue.peek()
    if (maxBatchDelayMs === 0 || oldest === undefined || oldest.crashes > 0) return false
    const left = oldest.arrivedAt + maxBatchDelayMs - this.#clock.now()
    if (left <= 0 || this.#queue.size >= this.#mostRequests) return false
    this.#wakeIn(Math.min(left, oldest.deadline - this.#clock.now()))
    return true
  }

  #take(): Entry[] {
    const share = Math.ceil(this.#queue.size / Math.max(1, this.#runners))
    const most = Math.min(share, this.#mostRequests, this.#cost.worthwhile)
    const now = this.#clock.now()
    const batch: Entry[] = []
    while (batch.length < most) {
      const next = this.#queue.peek()
      if (next === undefined || (next.crashes > 0 && batch.length > 0)) break
      this.#queue.shift()
      if (next.deadline <= now) this.#expire(next)
      else batch.push(next)
      if (next.crashes > 0 && batch.length > 0) break
    }
    return batch
  }

  async #handOver(runner: Runner, batch: Entry[]): Promise<void> {
    const start = this.#clock.now()
    for (const entry of batch) this.#events.waited(start - entry.arrivedAt)
    const alone = this.#running === 0 && this.#queue.size === 0
    this.#running += 1
    const release = this.#guard(runner, batch)
    try {
      const { outcomes, timings } = await runner.run(
        batch.map((entry) => entry.work),
        alone,
      )
      const elapsed = this.#clock.now() - start
      if (!alone || this.#runners === 1) this.#cost.observe(batch.length, elapsed)
      this.#events.handedOver(batch.length, elapsed, timings)
      batch.forEach((entry, index) => {
        const outcome = outcomes[index]
        if (outcome !== undefined) entry.settle(outcome)
      })
      this.#idle.push(runner)
    } catch {
      this.#retry(batch)
    } finally {
      this.#running -= 1
      release()
      this.#dispatch()
    }
  }

  #retry(batch: readonly Entry[]): void {
    for (const entry of batch) {
      entry.crashes += 1
      if (entry.crashes < MAX_CRASHES) continue
      entry.settle({
        ok: false,
        code: 'ERR_WORKER_CRASHED',
        message: `${entry.crashes} workers died while they worked on this request`,
      })
    }
    const again = batch.filter((entry) => !entry.settled)
    if (again.length > 0) this.#events.retried(again.length)
    this.#queue.putBack(again)
    this.#cancelWait?.()
    this.#cancelWait = undefined
  }

  #expire(entry: Entry): void {
    if (entry.settled) return
    this.#events.dropped('deadline')
    entry.settle(deadlineExceeded(this.#options.requestTimeoutMs))
  }

  /** Answers the requests of a hand-over at their deadlines, and ends the worker once nobody waits for it any more. */
  #guard(runner: Runner, batch: readonly Entry[]): () => void {
    const last = Math.max(...batch.map((entry) => entry.deadline))
    let cancel = () => {}
    const check = () => {
      const now = this.#clock.now()
      for (const entry of batch) if (entry.deadline <= now) this.#expire(entry)
      if (last <= now) {
        runner.kill('its run outlived the deadline of every request in it')
        return
      }
      const next = Math.min(...batch.filter((entry) => entry.deadline > now).map((entry) => entry.deadline))
      cancel = this.#clock.after(next - now, check)
    }
    const first = Math.min(...batch.map((entry) => entry.deadline))
    cancel = this.#clock.after(first - this.#clock.now(), check)
    return () => cancel()
  }

  /** Keeps one timer for the oldest request that waits: deadlines come in the order of arrival. */
  #watchDeadline(): void {
    if (this.#cancelWait !== undefined) return
    const oldest = this.#queue.peek()
    if (oldest !== undefined) this.#wakeIn(oldest.deadline - this.#clock.now())
  }

  #wakeIn(milliseconds: number): void {
    this.#cancelWait?.()
    this.#cancelWait = this.#clock.after(Math.max(0, milliseconds), () => {
      this.#cancelWait = undefined
      const now = this.#clock.now()
      for (
        let entry = this.#queue.peek();
        entry !== undefined && entry.deadline <= now;
        entry = this.#queue.peek()
      ) {
        this.#queue.shift()
        this.#expire(entry)
      }
      this.#dispatch()
    })
  }
}
