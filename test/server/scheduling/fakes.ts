/** A clock that only moves when told, and workers that answer when told. */

import type { BatchTimings, Reply, Request } from '../../../src/protocol/request.ts'
import {
  type BatchEvents,
  type Runner,
  type RunningBatch,
  WorkerDiedError,
} from '../../../src/server/scheduling/runner.ts'
import type { Clock, SchedulerEvents, SchedulerOptions } from '../../../src/server/scheduling/scheduler.ts'
import { Scheduler } from '../../../src/server/scheduling/scheduler.ts'

/** Lets everything run that needs no further event: promises and what they set off. */
export const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

type Timer = { at: number; callback: () => void }

export class FakeClock implements Clock {
  #now = 1000
  readonly #timers = new Set<Timer>()
  /** All timers ever made: whoever polls makes many. */
  made = 0
  fired = 0

  /** Milliseconds that pass with each reading. */
  drift = 0
  /** Milliseconds by which timers are too early, as Node's are by a fraction of one. */
  early = 0

  now(): number {
    this.#now += this.drift
    return this.#now
  }

  /** What the server itself takes for a hand-over: it asks once for each. */
  ownCost = 0
  worked = 0

  busy(): number {
    this.worked += this.ownCost
    return this.worked
  }

  after(milliseconds: number, callback: () => void): () => void {
    const timer = {
      at: this.#now + (this.early > 0 ? Math.max(1, milliseconds) - this.early : milliseconds),
      callback,
    }
    this.made += 1
    this.#timers.add(timer)
    return () => this.#timers.delete(timer)
  }

  /** At once, so that tests read as they run; see `deferred` for what arrives together. */
  soon(callback: () => void): void {
    if (this.deferred === undefined) callback()
    else this.deferred.push(callback)
  }

  /** Set to a list to collect what `soon` was given. */
  deferred: (() => void)[] | undefined

  get timers(): number {
    return this.#timers.size
  }

  /** Moves on, firing on the way what is due, in its order. */
  async advance(milliseconds: number): Promise<void> {
    const end = this.#now + milliseconds
    for (;;) {
      const [next] = [...this.#timers].sort((a, b) => a.at - b.at)
      if (next === undefined || next.at > end) break
      this.#timers.delete(next)
      this.#now = Math.max(this.#now, next.at)
      this.fired += 1
      next.callback()
      await settled()
    }
    this.#now = end
    await settled()
  }
}

const TIMINGS: BatchTimings = { seconds: 1e9, decodeSeconds: 0, runs: [] }

export const echo = (work: Request): Reply => ({ ok: true, body: work.body, contentType: 'x/echo' })

type InHand = {
  items: readonly Request[]
  alone: boolean
  events: BatchEvents
  resolve: (timings: BatchTimings) => void
  reject: (error: Error) => void
}

export class FakeRunner implements Runner {
  /** What it runs, and what it prepares meanwhile. */
  inHand: InHand[] = []
  alone: boolean | undefined
  killed: string | undefined
  /** The bodies of each batch so far. */
  readonly history: string[][] = []
  /** Bytes of each request of each batch so far. */
  readonly sizes: number[][] = []
  /** What it was given although it, or another that shares this list, had answered it before. */
  readonly again: string[] = []
  /** The bodies of what was cancelled. */
  readonly cancelled: string[] = []
  readonly #answered: Set<string>

  constructor(answered = new Set<string>()) {
    this.#answered = answered
  }

  run(items: readonly Request[], alone: boolean, events: BatchEvents): RunningBatch {
    if (this.inHand.length === 2) throw new Error('a third hand-over')
    this.alone = alone
    this.history.push(items.map(textOf))
    this.sizes.push(items.map(({ body }) => body.byteLength))
    this.again.push(...items.map(textOf).filter((text) => this.#answered.has(text)))
    const done = new Promise<BatchTimings>((resolve, reject) => {
      this.inHand.push({ items, alone, events, resolve, reject })
    })
    return { done, cancel: (item) => this.cancelled.push(textOf(items[item] as Request)) }
  }

  kill(reason: string): void {
    this.killed = reason
  }

  /** What it works on now; undefined while it is free. */
  get items(): readonly Request[] | undefined {
    return this.inHand[0]?.items
  }

  /** The bodies that it works on now. */
  get bodies(): string[] {
    return (this.items ?? []).map(textOf)
  }

  /** The bodies that it prepares while it works on others. */
  get prepared(): string[] {
    return (this.inHand[1]?.items ?? []).map(textOf)
  }

  async answer(outcomeOf: (work: Request) => Reply = echo): Promise<void> {
    const done = this.inHand.shift()
    for (const work of done?.items ?? []) this.#answered.add(textOf(work))
    done?.items.forEach((work, item) => {
      done.events.reply(item, outcomeOf(work))
    })
    done?.resolve(TIMINGS)
    await settled()
  }

  /** As a pool does it: the scheduler is told, then the runs reject. */
  async die(scheduler: Scheduler): Promise<void> {
    scheduler.remove(this)
    const error = new WorkerDiedError('died', this.killed !== undefined)
    for (const { reject } of this.inHand.splice(0)) reject(error)
    await settled()
  }
}

/** A request whose body is this text; it may be said to have so many bytes, since large ones would take the tests' time. */
export const workOf = (text: string, bytes?: number): Request => {
  const body = Buffer.from(text)
  if (bytes !== undefined) Object.defineProperty(body, 'byteLength', { value: bytes })
  return { model: 'fake', headers: {}, body }
}

export const textOf = ({ body }: Request): string => Buffer.from(body).toString()

/** What a request got: its own text, an error's code, or nothing. */
export const bodyOf = (outcome: Reply | undefined): string =>
  outcome === undefined
    ? 'CANCELLED'
    : outcome.ok
      ? Buffer.from(outcome.body as Uint8Array).toString()
      : outcome.code

export type Recorded = {
  waits: number[]
  handedOver: { requests: number; milliseconds: number }[]
  dropped: string[]
  retried: number
}

export const OPTIONS: SchedulerOptions = {
  maxBatchDelayMs: 0,
  maxQueueSize: 1000,
  maxQueueBytes: 1e9,
  requestTimeoutMs: 10_000,
}

/** A scheduler with so many idle fake workers. */
export const arrange = (
  workers: number,
  { maxBatchSize = 64, ...options }: Partial<SchedulerOptions> & { maxBatchSize?: number } = {},
) => {
  const clock = new FakeClock()
  const recorded: Recorded = { waits: [], handedOver: [], dropped: [], retried: 0 }
  const events: SchedulerEvents = {
    waited: (milliseconds) => recorded.waits.push(milliseconds),
    handedOver: (requests, milliseconds) => recorded.handedOver.push({ requests, milliseconds }),
    dropped: (reason) => recorded.dropped.push(reason),
    retried: (requests) => {
      recorded.retried += requests
    },
  }
  const scheduler = new Scheduler({ ...OPTIONS, ...options }, events, clock)
  scheduler.limitBatches(maxBatchSize)
  /** What any of them has answered; a worker that takes another's place may share it. */
  const answered = new Set<string>()
  const runners = Array.from({ length: workers }, () => new FakeRunner(answered))
  for (const runner of runners) scheduler.add(runner)
  /** Submits one request for each text; the settled outcomes appear in `answers` by text. */
  const answers: Record<string, string> = {}
  const submitSized = (bytes: number | undefined, ...texts: string[]) =>
    texts.map((text) => {
      const submitted = scheduler.submit(workOf(text, bytes))
      void submitted.outcome.then((outcome) => {
        answers[text] = text in answers ? 'ANSWERED TWICE' : bodyOf(outcome)
      })
      return submitted
    })
  const submit = (...texts: string[]) => submitSized(undefined, ...texts)
  return {
    clock,
    recorded,
    scheduler,
    runners: runners as [FakeRunner, ...FakeRunner[]],
    submit,
    submitSized,
    answers,
    answered,
  }
}
