/**
 * Which request goes to which worker, and when. Knows no processes and no ONNX.
 *
 *   submit → admit or refuse → queue → hand over to a worker → settle
 *
 * 1. A hand-over starts when a worker is free and something waits; nothing is polled for.
 * 2. It takes a fair share of what waits, and no more than is worth batching (cost-model.ts).
 * 3. A full one is given to a worker that is about to be free, which prepares it while it runs the one before.
 * 4. What cannot meet its deadline is refused at once; what was cancelled or is late is skipped.
 * 5. If the worker dies, its requests go first in line, each alone, so that a second death names the culprit, and the
 *    same bytes are not tried again (quarantine.ts).
 */

import type { Outcome, RunTimings, Work } from '../workers/protocol.ts'
import { CostModel } from './cost-model.ts'
import { Quarantine } from './quarantine.ts'
import { type Entry, Queue } from './queue.ts'
import { type HandOver, Roster, type Runner, WorkerDiedError } from './roster.ts'

export type { Runner } from './roster.ts'

export type Clock = {
  now(): number
  /** Milliseconds for which this process has been at work. */
  busy(): number
  /** Calls back once; returns the function that cancels it. */
  after(milliseconds: number, callback: () => void): () => void
  /** Calls back when what has arrived at the same time has been taken in. */
  soon(callback: () => void): void
}

export const systemClock: Clock = {
  now: () => performance.now(),
  busy: () => performance.eventLoopUtilization().active,
  after: (milliseconds, callback) => {
    const timer = setTimeout(callback, milliseconds)
    return () => clearTimeout(timer)
  },
  soon: (callback) => {
    setImmediate(callback)
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

/**
 * A worker is stuck once a hand-over has taken so many times what it should, and at least so long. Then /ping has half a
 * second left to say so within 2 s (SageMaker developer guide: the time that a ping is given).
 */
const STUCK_FACTOR = 8
const STUCK_MS = 1500

/**
 * Work is light if a request costs a worker less than it costs this process to receive and answer it, so that one worker
 * keeps up; and if it is soon done. It is not divided among workers: the hand-overs would cost more than the work.
 */
const LIGHT_MS = 4

/** A prediction may be wrong by this factor before a request that was admitted misses its deadline. */
const MARGIN = 2

/** What the two messages of a hand-over cost beside the work. */
const MESSAGES_MS = 0.1

/** Once in so many hand-overs one more request is taken than seems worthwhile: a cost that is never tried is never known. */
const TRY_MORE_EVERY = 32

/** Workers that die with an input before it is answered with an error. */
const MAX_CRASHES = 2

export const OVERLOADED = {
  ok: false,
  code: 'ERR_OVERLOADED',
  message: 'too many requests wait; try again later',
} as const satisfies Outcome

const POISONOUS = {
  ok: false,
  code: 'ERR_WORKER_CRASHED',
  message: `${MAX_CRASHES} workers died while they worked on this request`,
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
  /** What requests cost this process. */
  readonly #ownCost = new CostModel()
  readonly #roster = new Roster()
  readonly #quarantine = new Quarantine()
  readonly #live = new Set<Entry>()
  #bytes = 0
  #arrivals = 0
  #handOvers = 0
  #busyUntilNow = 0
  #closed = false
  #dispatchDue = false
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
    const waiting = this.#queue.size + this.#roster.prepared
    return (waiting * this.#cost.eachOnAverage) / Math.max(1, this.#roster.size)
  }

  /** Workers that take so much longer than they should that they cannot be counted on. */
  get stuck(): number {
    const now = this.#clock.now()
    let stuck = 0
    for (const [first] of this.#roster.working.values()) if (this.#stuckAt(first) <= now) stuck += 1
    return stuck
  }

  /** True if a request of this many bytes would be refused whatever it holds. */
  isFull(bytes: number): boolean {
    const { maxQueueSize, maxQueueBytes, requestTimeoutMs } = this.#options
    return (
      this.#queue.size >= maxQueueSize ||
      (this.#bytes > 0 && this.#bytes + bytes > maxQueueBytes) ||
      MARGIN * this.predictedWaitMs > requestTimeoutMs
    )
  }

  /** What a run is known to cost before any was seen: that of the warm-up, on inputs of so many bytes. */
  expect(milliseconds: number, bytes: number): void {
    if (!this.#cost.known) this.#cost.observe(1, milliseconds, bytes)
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
    if (this.#quarantine.has(work)) return { outcome: Promise.resolve(POISONOUS), cancel: () => {} }
    const arrivedAt = this.#clock.now()
    let resolve: (outcome: Outcome) => void = () => {}
    const outcome = new Promise<Outcome>((settle) => {
      resolve = settle
    })
    const entry: Entry = {
      work,
      order: this.#arrivals,
      arrivedAt,
      deadline: arrivedAt + this.#options.requestTimeoutMs,
      crashes: 0,
      suspect: false,
      settled: false,
      settle: (result) => {
        if (entry.settled) return
        entry.settled = true
        this.#live.delete(entry)
        this.#bytes -= bytes
        resolve(result)
      },
    }
    // What was done while there was no request is not what requests cost.
    if (this.#live.size === 0) this.#busyUntilNow = this.#clock.busy()
    this.#arrivals += 1
    this.#live.add(entry)
    this.#bytes += bytes
    this.#queue.push(entry)
    this.#dispatchSoon()
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
    this.#roster.add(runner)
    this.#dispatch()
  }

  /** A worker that is no more. What it had in hand comes back through the rejection of its runs. */
  remove(runner: Runner): void {
    this.#roster.remove(runner)
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

  /** Requests that arrive together are handed over together. */
  #dispatchSoon(): void {
    if (this.#dispatchDue) return
    this.#dispatchDue = true
    this.#clock.soon(() => {
      this.#dispatchDue = false
      this.#dispatch()
    })
  }

  #dispatch(): void {
    for (;;) {
      const oldest = this.#queue.peek()
      if (oldest === undefined || this.#holdBack(oldest)) break
      const { free } = this.#roster
      const runner = free ?? this.#soonFree(oldest)
      if (runner === undefined) break
      const entries = this.#take(Math.min(free === undefined ? this.#full : this.#share, this.#full))
      if (entries.length > 0) void this.#handOver(runner, entries)
    }
    this.#watchDeadline()
  }

  /** Requests in a hand-over that would not be better for being larger. */
  get #full(): number {
    const worthwhile =
      this.#cost.worthwhile + (this.#handOvers % TRY_MORE_EVERY === TRY_MORE_EVERY - 1 ? 1 : 0)
    return Math.min(this.#mostRequests, worthwhile)
  }

  /** Of what waits, the part of a worker that is free: all of it, if that is no work for several. */
  get #share(): number {
    const waiting = this.#queue.size
    return this.#isLight(waiting) ? waiting : Math.ceil(waiting / this.#roster.size)
  }

  #isLight(requests: number): boolean {
    return (
      this.#cost.known &&
      this.#cost.marginal <= this.#ownCost.eachOnAverage &&
      this.#cost.of(requests) <= LIGHT_MS
    )
  }

  /** True while the oldest request may wait for others; a timer then looks again. */
  #holdBack(oldest: Entry): boolean {
    if (oldest.suspect) return false
    const left = Math.max(this.#delayLeft(oldest), this.#lightRunLeft())
    if (left <= 0) return false
    this.#wakeIn(Math.min(left, oldest.deadline - this.#clock.now()))
    return true
  }

  #delayLeft({ arrivedAt }: Entry): number {
    const { maxBatchDelayMs } = this.#options
    if (maxBatchDelayMs === 0 || this.#queue.size >= this.#mostRequests) return 0
    return arrivedAt + maxBatchDelayMs - this.#clock.now()
  }

  /**
   * Milliseconds within which a worker has surely done its light work and can take this too; 0 if there is none.
   * Waking another worker as well would cost more of the CPU than it saves time.
   */
  #lightRunLeft(): number {
    if (this.#roster.free === undefined || !this.#isLight(this.#queue.size)) return 0
    const now = this.#clock.now()
    for (const [first] of this.#roster.working.values()) {
      const left = first.startedAt + MARGIN * LIGHT_MS - now
      if (left > 0 && this.#expected(first) <= LIGHT_MS) return left
    }
    return 0
  }

  /**
   * A worker to prepare a full hand-over while it runs another, if one will be done with that before it could have
   * done the new one. A request under suspicion shares its worker with none.
   */
  #soonFree(oldest: Entry): Runner | undefined {
    const full = this.#full
    if (oldest.suspect || this.#queue.size < full || !this.#cost.known) return undefined
    const now = this.#clock.now()
    let best: { runner: Runner; left: number } | undefined
    for (const [runner, [first, second]] of this.#roster.working) {
      if (second !== undefined || first.entries.some(({ suspect }) => suspect)) continue
      const expected = this.#expected(first)
      const left = expected - (now - first.startedAt)
      // One that is late by as much again may be stuck.
      if (left < -expected) continue
      if (left <= full * this.#cost.eachOnAverage && left < (best?.left ?? Number.POSITIVE_INFINITY))
        best = { runner, left }
    }
    return best?.runner
  }

  #expected({ entries, bytes }: HandOver): number {
    return this.#cost.expected(entries.length, bytes)
  }

  /** The time from which on a hand-over has taken too long to be believed in; never, as long as no cost is known. */
  #stuckAt(handOver: HandOver): number {
    if (!this.#cost.known) return Number.POSITIVE_INFINITY
    const since = Math.max(handOver.startedAt, handOver.preparingAt ?? 0)
    return since + Math.max(STUCK_MS, STUCK_FACTOR * this.#expected(handOver))
  }

  #take(most: number): Entry[] {
    const now = this.#clock.now()
    const batch: Entry[] = []
    const each = this.#cost.eachOnAverage
    while (batch.length < most) {
      const next = this.#queue.peek()
      // What runs together is answered together: not so late that the first would miss its deadline.
      const left = (batch[0]?.deadline ?? Number.POSITIVE_INFINITY) - now
      if (MARGIN * each * (batch.length + 1) > left) break
      if (next === undefined || (next.suspect && batch.length > 0)) break
      this.#queue.shift()
      if (next.deadline <= now) {
        this.#expire(next)
        continue
      }
      batch.push(next)
      if (next.suspect) break
    }
    return batch
  }

  async #handOver(runner: Runner, entries: Entry[]): Promise<void> {
    const now = this.#clock.now()
    for (const entry of entries) this.#events.waited(now - entry.arrivedAt)
    const handOver: HandOver = {
      entries,
      bytes: entries.reduce((sum, { work }) => sum + work.body.byteLength, 0),
      alone: this.#roster.busy === 0 && this.#queue.size === 0,
      startedAt: now,
      withdrawn: false,
    }
    this.#handOvers += 1
    this.#roster.give(runner, handOver)
    const release = this.#guard(runner, handOver)
    try {
      const { outcomes, timings } = await runner.run(
        entries.map((entry) => entry.work),
        handOver.alone,
        () => {
          handOver.preparingAt = this.#clock.now()
        },
      )
      const end = this.#clock.now()
      const elapsed = end - handOver.startedAt
      if (!handOver.alone || this.#roster.size === 1) {
        // What was prepared beforehand took less than the worker says, and an answer that lay unread less than it seems.
        const milliseconds = Math.min(elapsed, timings.seconds * 1000 + MESSAGES_MS)
        this.#cost.observe(entries.length, milliseconds, handOver.bytes)
      }
      this.#observeOwnCost(entries.length)
      this.#events.handedOver(entries.length, elapsed, timings)
      entries.forEach((entry, index) => {
        const outcome = outcomes[index]
        if (outcome !== undefined) entry.settle(outcome)
      })
      const next = this.#roster.done(runner, handOver, end)
      if (next?.withdrawn) {
        // The worker got on after all, and what nobody else has begun with is its own again.
        for (const entry of next.entries) this.#queue.remove(entry)
        next.withdrawn = false
      }
    } catch (error) {
      if (!handOver.withdrawn) this.#retry(entries, error instanceof WorkerDiedError && error.blameless)
    } finally {
      release()
      // Light work is worth gathering: who was answered just now may ask again at once.
      if (this.#isLight(this.#queue.size)) this.#dispatchSoon()
      else this.#dispatch()
    }
  }

  #observeOwnCost(requests: number): void {
    const busy = this.#clock.busy()
    this.#ownCost.observe(requests, busy - this.#busyUntilNow)
    this.#busyUntilNow = busy
  }

  #retry(batch: readonly Entry[], blameless: boolean): void {
    for (const entry of batch) {
      entry.suspect = true
      if (!blameless) entry.crashes += 1
      if (entry.crashes < MAX_CRASHES) continue
      this.#quarantine.add(entry.work)
      entry.settle(POISONOUS)
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

  /**
   * Answers the requests of a hand-over at their deadlines, and ends the worker once nobody waits for it any more; before
   * that, if it is stuck, gives others what can be given to them.
   */
  #guard(runner: Runner, handOver: HandOver): () => void {
    const { entries } = handOver
    const last = Math.max(...entries.map((entry) => entry.deadline))
    let cancel = () => {}
    const check = () => {
      const now = this.#clock.now()
      for (const entry of entries) if (entry.deadline <= now) this.#expire(entry)
      const [first] = this.#roster.inHand(runner)
      const stuckAt = first === handOver ? this.#stuckAt(handOver) : now + STUCK_MS
      // One that is merely late is soon free for others; where no cost is known, late is all that is known.
      if (last <= now && (stuckAt <= now || !this.#cost.known)) {
        runner.kill('its run outlived the deadline of every request in it')
        return
      }
      if (last <= now) {
        wait(stuckAt)
        return
      }
      if (stuckAt <= now) this.#parcelOut(runner, handOver)
      const next = Math.min(
        ...entries.filter(({ deadline }) => deadline > now).map(({ deadline }) => deadline),
      )
      wait(stuckAt > now ? Math.min(next, stuckAt) : next)
    }
    const wait = (until: number) => {
      cancel = this.#clock.after(until - this.#clock.now(), check)
    }
    wait(Math.min(...entries.map((entry) => entry.deadline), this.#stuckAt(handOver)))
    return () => cancel()
  }

  /** A worker is stuck: what it only prepared goes to others; of several requests, one is to blame, and it is found by running each alone. */
  #parcelOut(runner: Runner, stuck: HandOver): void {
    const [, second] = this.#roster.inHand(runner)
    if (second !== undefined && !second.withdrawn) {
      second.withdrawn = true
      this.#queue.putBack(second.entries.filter((entry) => !entry.settled))
      this.#dispatch()
    }
    if (stuck.entries.length > 1) runner.kill('it is stuck with several requests')
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
