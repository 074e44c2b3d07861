/**
 * Which request goes to which worker, and when. Knows no processes and no ONNX.
 *
 *   submit → admit or refuse → queue → give to a worker in a batch → settle
 *
 * 1. A batch starts when a worker is free and something waits; nothing is polled for.
 * 2. It takes a fair share of what waits, in requests and in bytes, no more than is worth batching (cost-model.ts), and no
 *    more bytes than one message may have. Small requests and large ones take turns (lanes.ts).
 * 3. A full one is given to a worker that is about to be free, which prepares it while it runs the one before.
 * 4. What cannot meet its deadline is refused at once; what was cancelled or is late is skipped.
 * 5. If the worker dies, its requests go first in line, each alone. One with which two workers died while they had no
 *    other is answered with an error, and for a while the same bytes are not tried again (quarantine.ts).
 *
 * A request that is not answered either waits in a lane or belongs to one batch; one that is answered does neither.
 */

import type { BatchTimings, Reply, Request } from '../../protocol/request.ts'
import { CostModel } from './cost-model.ts'
import { isLarge, Lanes } from './lanes.ts'
import { Quarantine } from './quarantine.ts'
import { bytesOf, type Entry, type Queue } from './queue.ts'
import { type Batch, Roster } from './roster.ts'
import { type Runner, WorkerDiedError } from './runner.ts'

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
  maxBatchDelayMs: number
  maxQueueSize: number
  maxQueueBytes: number
  requestTimeoutMs: number
}

/** What happened, for metrics; times in milliseconds. */
export type SchedulerEvents = {
  waited(milliseconds: number): void
  handedOver(requests: number, milliseconds: number, timings: BatchTimings): void
  dropped(reason: 'cancelled' | 'deadline' | 'refused'): void
  retried(requests: number): void
}

/**
 * Most bytes in one batch; a larger request goes alone. Node copies a message before it is sent, and meanwhile the server
 * does nothing else: 1 to 2 ms for each megabyte. 64 images of 224 × 224 × 3 float32 are 38.5 MB.
 */
export const MAX_BATCH_BYTES = 40 * 2 ** 20

/**
 * A worker is stuck once a batch has taken so many times what it should, and at least so long. Then /ping has half a
 * second left to say so within 2 s (SageMaker developer guide: the time that a ping is given).
 */
const STUCK_FACTOR = 8
const STUCK_MS = 1500

/**
 * Work is light if a request costs a worker less than it costs this process to receive and answer it, so that one worker
 * keeps up; and if it is soon done. It is not divided among workers: the messages would cost more than the work.
 */
const LIGHT_MS = 4

/** To read more than this takes a worker longer than that, whatever the model does with it. */
const LIGHT_BYTES = 256 * 1024

/** A prediction may be wrong by this factor before a request that was admitted misses its deadline. */
const MARGIN = 2

/** What the two messages of a batch cost beside the work. */
const MESSAGES_MS = 0.1

/** Once in so many batches one more request is taken than seems worthwhile: a cost that is never tried is never known. */
const TRY_MORE_EVERY = 32

/** Workers that die with a request, and with nothing else, before it is answered with an error. */
const MAX_CRASHES = 2

export const OVERLOADED = {
  ok: false,
  code: 'ERR_OVERLOADED',
  message: 'too many requests wait; try again later',
} as const satisfies Reply

const POISONOUS = {
  ok: false,
  code: 'ERR_WORKER_CRASHED',
  message: `${MAX_CRASHES} workers died while they worked on this request`,
} as const satisfies Reply

const STOPPED = {
  ok: false,
  code: 'ERR_UNAVAILABLE',
  message: 'the server stops',
} as const satisfies Reply

const deadlineExceeded = (limitMs: number): Reply => ({
  ok: false,
  code: 'ERR_DEADLINE_EXCEEDED',
  message: `not answered within ${limitMs} ms`,
})

/** Most of what one batch may take; without `bytes` only the bound of any batch holds. */
type Share = { requests: number; bytes?: number }

export class Scheduler {
  readonly #options: SchedulerOptions
  readonly #events: SchedulerEvents
  readonly #clock: Clock
  readonly #waiting = new Lanes()
  readonly #cost = new CostModel()
  /** What requests cost this process. */
  readonly #ownCost = new CostModel()
  readonly #roster = new Roster()
  readonly #quarantine = new Quarantine()
  readonly #live = new Set<Entry>()
  #mostRequests = 1
  #bytes = 0
  #arrivals = 0
  #batches = 0
  #busyUntilNow = 0
  #closed = false
  #dispatchDue = false
  #cancelWait: (() => void) | undefined

  constructor(options: SchedulerOptions, events: SchedulerEvents, clock: Clock = systemClock) {
    this.#options = options
    this.#events = events
    this.#clock = clock
  }

  /** Requests admitted and not yet answered. */
  get pending(): number {
    return this.#live.size
  }

  /** Requests that wait for a worker. */
  get waiting(): number {
    return this.#waiting.size
  }

  /** Bytes of the bodies that wait or that a worker has, answered or not. */
  get bytes(): number {
    return this.#bytes
  }

  /** Milliseconds that a request submitted now would wait, as far as is known. */
  get predictedWaitMs(): number {
    const waiting = this.#waiting.size + this.#roster.prepared
    return (waiting * this.#cost.eachOnAverage) / Math.max(1, this.#roster.size - this.stuck)
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
      this.#waiting.size >= maxQueueSize ||
      (this.#bytes > 0 && this.#bytes + bytes > maxQueueBytes) ||
      MARGIN * this.predictedWaitMs > requestTimeoutMs
    )
  }

  /** Most requests in a batch, as the model that the workers have loaded says (its maxBatchSize); 1 before. */
  limitBatches(requests: number): void {
    this.#mostRequests = requests
  }

  /** What a run is known to cost before any was seen: that of the warm-up, on inputs of so many bytes. */
  expect(milliseconds: number, bytes: number): void {
    if (!this.#cost.known) this.#cost.observe(1, milliseconds, bytes)
  }

  /**
   * Admits a request, or refuses it at once. `outcome` resolves always and never rejects: to undefined if it was cancelled.
   * `cancel` says that nobody waits any more: what no worker has taken is dropped, what one computes is computed for nothing.
   */
  submit(work: Request): { outcome: Promise<Reply | undefined>; cancel: () => void } {
    const bytes = work.body.byteLength
    if (this.#closed) return { outcome: Promise.resolve(STOPPED), cancel: () => {} }
    if (this.isFull(bytes)) {
      this.#events.dropped('refused')
      return { outcome: Promise.resolve(OVERLOADED), cancel: () => {} }
    }
    const arrivedAt = this.#clock.now()
    if (this.#quarantine.has(work, arrivedAt))
      return { outcome: Promise.resolve(POISONOUS), cancel: () => {} }
    let resolve: (outcome: Reply | undefined) => void = () => {}
    const outcome = new Promise<Reply | undefined>((settle) => {
      resolve = settle
    })
    const entry: Entry = {
      work,
      order: this.#arrivals,
      arrivedAt,
      deadline: arrivedAt + this.#options.requestTimeoutMs,
      crashes: 0,
      suspect: false,
      batch: undefined,
      holders: 0,
      settled: false,
      settle: (result) => {
        if (entry.settled) return
        entry.settled = true
        if (entry.batch === undefined) this.#waiting.remove(entry)
        this.#live.delete(entry)
        this.#releaseBytes(entry)
        resolve(result)
      },
    }
    // What was done while there was no request is not what requests cost.
    if (this.#live.size === 0) this.#busyUntilNow = this.#clock.busy()
    this.#arrivals += 1
    this.#live.add(entry)
    this.#bytes += bytes
    this.#waiting.push(entry)
    this.#dispatchSoon()
    return { outcome, cancel: () => this.#cancel(entry) }
  }

  #cancel(entry: Entry): void {
    if (entry.settled) return
    this.#events.dropped('cancelled')
    entry.batch?.cancel(entry.batch.entries.indexOf(entry))
    entry.settle(undefined)
  }

  /** A body is let go once its request is answered and no worker has it any more. */
  #releaseBytes(entry: Entry): void {
    if (entry.settled && entry.holders === 0) this.#bytes -= bytesOf(entry)
  }

  /** A worker that is ready and free. */
  add(runner: Runner): void {
    this.#roster.add(runner)
    this.#dispatch()
  }

  /** A worker that is no more. What it had in hand comes back through the rejection of its runs. */
  remove(runner: Runner): void {
    const [batch, prepared] = this.#roster.inHand(runner)
    if (batch?.entries.length === 1 && prepared === undefined) batch.blamed = true
    this.#roster.remove(runner)
  }

  /** Answers all that is pending, and whatever comes later: nobody will serve it any more. */
  close(): void {
    this.#closed = true
    this.#cancelWait?.()
    for (const entry of this.#live) entry.settle(STOPPED)
  }

  /** Requests that arrive together are given to a worker together. */
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
      const lane = this.#waiting.turn
      const oldest = lane.peek()
      if (oldest === undefined || this.#holdBack(oldest, lane)) break
      const { free } = this.#roster
      const runner = free ?? this.#soonFree(oldest, lane)
      if (runner === undefined) break
      const entries = this.#take(lane, free === undefined ? { requests: this.#full } : this.#share(lane))
      if (entries.length === 0) continue
      this.#waiting.taken(lane)
      void this.#run(runner, entries)
    }
    this.#watchDeadline()
  }

  /** Requests in a batch that would not be better for being larger. */
  get #full(): number {
    const worthwhile = this.#cost.worthwhile + (this.#batches % TRY_MORE_EVERY === TRY_MORE_EVERY - 1 ? 1 : 0)
    return Math.min(this.#mostRequests, worthwhile)
  }

  /** Of what waits, the part of a worker that is free: all of it, if that is no work for several. */
  #share({ size, bytes }: Queue): Share {
    if (this.#isLight(size, bytes)) return { requests: Math.min(size, this.#full) }
    const workers = this.#roster.size
    return { requests: Math.min(Math.ceil(size / workers), this.#full), bytes: bytes / workers }
  }

  #isLight(requests: number, bytes: number): boolean {
    return (
      this.#cost.known &&
      bytes <= LIGHT_BYTES &&
      this.#cost.marginal <= this.#ownCost.eachOnAverage &&
      this.#cost.of(requests) <= LIGHT_MS
    )
  }

  /** True while the oldest request may wait for others; a timer then looks again. */
  #holdBack(oldest: Entry, lane: Queue): boolean {
    if (oldest.suspect) return false
    const left = Math.max(this.#delayLeft(oldest, lane), this.#lightRunLeft(lane))
    if (left <= 0) return false
    this.#wakeIn(Math.min(left, oldest.deadline - this.#clock.now()))
    return true
  }

  #delayLeft({ arrivedAt }: Entry, { size, bytes }: Queue): number {
    const { maxBatchDelayMs } = this.#options
    if (maxBatchDelayMs === 0 || size >= this.#mostRequests || bytes >= MAX_BATCH_BYTES) return 0
    return arrivedAt + maxBatchDelayMs - this.#clock.now()
  }

  /**
   * Milliseconds within which a worker has surely done its light work and can take this too; 0 if there is none.
   * Waking another worker as well would cost more of the CPU than it saves time.
   */
  #lightRunLeft({ size, bytes }: Queue): number {
    if (this.#roster.free === undefined || !this.#isLight(size, bytes)) return 0
    const now = this.#clock.now()
    for (const [first] of this.#roster.working.values()) {
      const left = first.startedAt + MARGIN * LIGHT_MS - now
      if (left > 0 && this.#expected(first) <= LIGHT_MS) return left
    }
    return 0
  }

  /**
   * A worker to prepare a full batch while it runs another, if one will be done with that before it could have done the
   * new one. A request under suspicion shares its worker with none, and a large one is worth waiting with: small ones that
   * come meanwhile then go first.
   */
  #soonFree(oldest: Entry, { size, bytes }: Queue): Runner | undefined {
    const full = this.#full
    if (oldest.suspect || isLarge(oldest) || !this.#cost.known) return undefined
    if (size < full && bytes < MAX_BATCH_BYTES) return undefined
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

  #expected({ entries, bytes }: Batch): number {
    return this.#cost.expected(entries.length, bytes)
  }

  /**
   * The time from which on a batch has taken too long to be believed in; never, as long as no cost is known. What has taken as
   * long as a request may is late in any case, however long its size says that it takes.
   */
  #stuckAt(batch: Batch): number {
    if (!this.#cost.known) return Number.POSITIVE_INFINITY
    const tooLong = Math.min(STUCK_FACTOR * this.#expected(batch), this.#options.requestTimeoutMs)
    return Math.max(batch.startedAt, batch.preparingAt ?? 0) + Math.max(STUCK_MS, tooLong)
  }

  #take(lane: Queue, { requests, bytes = Number.POSITIVE_INFINITY }: Share): Entry[] {
    const now = this.#clock.now()
    const taken: Entry[] = []
    let size = 0
    const each = this.#cost.eachOnAverage
    while (taken.length < requests && size <= bytes) {
      const next = lane.peek()
      if (next === undefined) break
      if (next.deadline <= now) {
        this.#expire(next)
        continue
      }
      if (taken.length > 0) {
        // What runs together is answered together: not so late that the first would miss its deadline.
        const left = (taken[0]?.deadline ?? 0) - now
        if (next.suspect || MARGIN * each * (taken.length + 1) > left) break
        if (size + bytesOf(next) > MAX_BATCH_BYTES) break
      }
      lane.shift()
      taken.push(next)
      size += bytesOf(next)
      if (next.suspect) break
    }
    return taken
  }

  async #run(runner: Runner, entries: readonly Entry[]): Promise<void> {
    const now = this.#clock.now()
    const batch: Batch = {
      entries,
      bytes: entries.reduce((sum, entry) => sum + bytesOf(entry), 0),
      alone: this.#roster.busy === 0 && this.#waiting.size === 0,
      startedAt: now,
      blamed: false,
      unwatch: () => {},
      cancel: () => {},
    }
    for (const entry of entries) {
      this.#events.waited(now - entry.arrivedAt)
      entry.batch = batch
      entry.holders += 1
    }
    this.#batches += 1
    this.#roster.give(runner, batch)
    this.#watch(runner, batch)
    try {
      const running = runner.run(
        entries.map((entry) => entry.work),
        batch.alone,
        {
          reply: (item, reply) => entries[item]?.settle(reply),
          preparing: () => {
            batch.preparingAt = this.#clock.now()
          },
        },
      )
      batch.cancel = running.cancel
      const timings = await running.done
      const end = this.#clock.now()
      const elapsed = end - batch.startedAt
      if (!batch.alone || this.#roster.size === 1) {
        // What was prepared beforehand took less than the worker says, and an answer that lay unread less than it seems.
        const milliseconds = Math.min(elapsed, timings.seconds * 1000 + MESSAGES_MS)
        this.#cost.observe(entries.length, milliseconds, batch.bytes)
      }
      this.#observeOwnCost(entries.length)
      this.#events.handedOver(entries.length, elapsed, timings)
      const next = this.#roster.done(runner, batch, end)
      if (next !== undefined) this.#begin(runner, next)
    } catch (error) {
      this.#roster.remove(runner)
      this.#retry(batch, error instanceof WorkerDiedError && error.blameless)
    } finally {
      batch.unwatch()
      for (const entry of entries) {
        entry.holders -= 1
        this.#releaseBytes(entry)
      }
      // Light work is worth gathering: who was answered just now may ask again at once.
      if (this.#isLight(this.#waiting.size, this.#waiting.bytes)) this.#dispatchSoon()
      else this.#dispatch()
    }
  }

  /** A worker begins with what it had prepared. What was taken from it in the meantime and still waits is its own again. */
  #begin(runner: Runner, batch: Batch): void {
    for (const entry of batch.entries) {
      if (entry.settled || entry.batch !== undefined) continue
      this.#waiting.remove(entry)
      entry.batch = batch
    }
    this.#watch(runner, batch)
  }

  #observeOwnCost(requests: number): void {
    const busy = this.#clock.busy()
    this.#ownCost.observe(requests, busy - this.#busyUntilNow)
    this.#busyUntilNow = busy
  }

  /** The worker of a batch is no more: what it was to answer goes first in line. */
  #retry(batch: Batch, blameless: boolean): void {
    const unanswered = batch.entries.filter((entry) => !entry.settled && entry.batch === batch)
    for (const entry of unanswered) {
      entry.suspect = true
      if (batch.blamed && !blameless) entry.crashes += 1
      if (entry.crashes < MAX_CRASHES) continue
      this.#quarantine.add(entry.work, this.#clock.now())
      entry.settle(POISONOUS)
    }
    const again = unanswered.filter((entry) => !entry.settled)
    if (again.length > 0) this.#events.retried(again.length)
    this.#putBack(again)
    this.#cancelWait?.()
    this.#cancelWait = undefined
  }

  #putBack(entries: readonly Entry[]): void {
    for (const entry of entries) {
      entry.batch = undefined
      this.#waiting.putBack(entry)
    }
  }

  #expire(entry: Entry): void {
    if (entry.settled) return
    this.#events.dropped('deadline')
    entry.settle(deadlineExceeded(this.#options.requestTimeoutMs))
  }

  /**
   * Answers the requests of a batch at their deadlines, and ends the worker once nobody waits for it any more; before
   * that, if it is stuck, gives others what can be given to them. Keeps one timer, for what comes first.
   */
  #watch(runner: Runner, batch: Batch, now = this.#clock.now()): void {
    batch.unwatch()
    const deadlines = batch.entries.map(({ deadline }) => deadline).filter((deadline) => deadline > now)
    // What is only prepared is not late for its own sake, and is watched again when it begins.
    const begun = this.#roster.inHand(runner)[0] === batch
    const stuckAt = begun ? this.#stuckAt(batch) : Number.POSITIVE_INFINITY
    const next = Math.min(...deadlines, stuckAt > now ? stuckAt : Number.POSITIVE_INFINITY)
    if (next < Number.POSITIVE_INFINITY)
      batch.unwatch = this.#clock.after(next - now, () => this.#check(runner, batch))
  }

  #check(runner: Runner, batch: Batch): void {
    const now = this.#clock.now()
    for (const entry of batch.entries) if (entry.deadline <= now) this.#expire(entry)
    if (this.#roster.inHand(runner)[0] === batch) {
      const isStuck = this.#stuckAt(batch) <= now
      // One that is merely late is soon free for others; where no cost is known, late is all that is known.
      if (batch.entries.every(({ deadline }) => deadline <= now) && (isStuck || !this.#cost.known)) {
        runner.kill('its run outlived the deadline of every request in it')
        return
      }
      if (isStuck) this.#parcelOut(runner, batch)
    }
    // What has become due since `now` was read has not been looked at, and must not be passed over.
    this.#watch(runner, batch, now)
  }

  /** A worker is stuck: what it only prepared goes to others; of several requests, one is to blame, and it is found by running each alone. */
  #parcelOut(runner: Runner, stuck: Batch): void {
    const [, prepared] = this.#roster.inHand(runner)
    if (prepared !== undefined) {
      this.#putBack(prepared.entries.filter((entry) => !entry.settled && entry.batch === prepared))
      this.#dispatch()
    }
    if (stuck.entries.length > 1) runner.kill('it is stuck with several requests')
  }

  /** Keeps one timer for the oldest request that waits: deadlines come in the order of arrival. */
  #watchDeadline(): void {
    if (this.#cancelWait !== undefined) return
    const { oldest } = this.#waiting
    if (oldest !== undefined) this.#wakeIn(oldest.deadline - this.#clock.now())
  }

  #wakeIn(milliseconds: number): void {
    this.#cancelWait?.()
    this.#cancelWait = this.#clock.after(Math.max(0, milliseconds), () => {
      this.#cancelWait = undefined
      const now = this.#clock.now()
      for (
        let { oldest } = this.#waiting;
        oldest !== undefined && oldest.deadline <= now;
        { oldest } = this.#waiting
      )
        this.#expire(oldest)
      this.#dispatch()
    })
  }
}
