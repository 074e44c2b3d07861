/** A clock that only moves when told, and workers that answer when told. */

import { join } from '../../../src/protocol/body.ts'
import type { BatchTimings, Reply, Request } from '../../../src/protocol/request.ts'
import type { Events } from '../../../src/server/observe/events.ts'
import type { Clock } from '../../../src/server/scheduling/clock.ts'
import type { LaneOptions } from '../../../src/server/scheduling/limits.ts'
import { Pending } from '../../../src/server/scheduling/pending.ts'
import {
  type BatchEvents,
  type Runner,
  type RunningBatch,
  WorkerDiedError,
} from '../../../src/server/scheduling/runner.ts'
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

  after(milliseconds: number, callback: () => void): () => void {
    const timer = {
      at: this.#now + (this.early > 0 ? Math.max(1, milliseconds) - this.early : milliseconds),
      callback,
    }
    this.made += 1
    this.#timers.add(timer)
    return () => this.#timers.delete(timer)
  }

  /** At once, so that tests read as they run, but for what is done in `together`. */
  soon(callback: () => void): void {
    if (this.#turn === undefined) callback()
    else this.#turn.push(callback)
  }

  #turn: (() => void)[] | undefined

  /** What is done in one turn of the event loop: only after it comes what was put off with `soon`. */
  async together<T>(action: () => T): Promise<Awaited<T>> {
    this.#turn = []
    const result = await action()
    const put = this.#turn
    this.#turn = undefined
    for (const callback of put) callback()
    return result
  }

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

export const echo = (request: Request): Reply => ({
  ok: true,
  body: join(request.body),
  contentType: 'x/echo',
})

type Run = {
  items: readonly Request[]
  events: BatchEvents
  resolve: (timings: BatchTimings) => void
  reject: (error: Error) => void
}

export class FakeRunner implements Runner {
  alone: boolean | undefined
  killed: string | undefined
  /** The bodies of each batch so far. */
  readonly history: string[][] = []
  /** Bytes of each request of each batch so far. */
  readonly sizes: number[][] = []
  /** What it was told that nobody waits for. */
  readonly cancelled: string[] = []
  /** What it was given although it, or another that shares this list, had answered it before. */
  readonly again: string[] = []
  readonly #answered: Set<string>
  #run: Run | undefined

  constructor(answered = new Set<string>()) {
    this.#answered = answered
  }

  run(items: readonly Request[], alone: boolean, events: BatchEvents): RunningBatch {
    if (this.#run !== undefined) throw new Error('a second batch')
    const texts = items.map(textOf)
    this.alone = alone
    this.history.push(texts)
    this.sizes.push(items.map(({ body }) => body.byteLength))
    this.again.push(...texts.filter((text) => this.#answered.has(text)))
    const done = new Promise<BatchTimings>((resolve, reject) => {
      this.#run = { items, events, resolve, reject }
    })
    return { done, cancel: (item) => this.cancelled.push(texts[item] ?? 'none') }
  }

  kill(reason: string): void {
    this.killed = reason
  }

  /** The bodies that it works on now; undefined while it is free. */
  get bodies(): string[] | undefined {
    return this.#run?.items.map(textOf)
  }

  /** It still reads what it was given. */
  preparing(): void {
    this.#run?.events.preparing()
  }

  /** Answers one request of its batch before the others. */
  async reply(item: number): Promise<void> {
    const request = this.#run?.items[item] as Request
    this.#answered.add(textOf(request))
    this.#run?.events.reply(item, echo(request))
    await settled()
  }

  /** Answers what it has not answered yet, and is free. */
  async answer(): Promise<void> {
    const run = this.#run
    this.#run = undefined
    for (const [item, request] of run?.items.entries() ?? []) {
      this.#answered.add(textOf(request))
      run?.events.reply(item, echo(request))
    }
    run?.resolve(TIMINGS)
    await settled()
  }

  /** As a pool does it: the scheduler is told, then the run rejects. */
  async die(scheduler: Pick<Scheduler, 'remove'>): Promise<void> {
    scheduler.remove(this)
    const run = this.#run
    this.#run = undefined
    run?.reject(new WorkerDiedError('died', this.killed !== undefined))
    await settled()
  }
}

/** A request whose body is this text; it may be said to have so many bytes, since large ones would take the tests' time. */
export const requestOf = (text: string, bytes?: number): Request => {
  const body = Buffer.from(text)
  if (bytes !== undefined) Object.defineProperty(body, 'byteLength', { value: bytes })
  return { model: 'm', headers: {}, body }
}

export const textOf = ({ body }: Request): string => Buffer.from(join(body)).toString()

/** A request that waits, and came at this time. */
export const pendingOf = (request: Request, arrivedAt = 0): Pending =>
  new Pending(request, { order: arrivedAt, arrivedAt, deadline: arrivedAt + 100 }, () => {})

/** What a request got: its own text, an error's code, or nothing. */
export const bodyOf = (reply: Reply | undefined): string => {
  if (reply === undefined) return 'CANCELLED'
  return reply.ok ? Buffer.from(reply.body as Uint8Array).toString() : reply.code
}

export type Recorded = {
  waits: number[]
  batches: { requests: number; milliseconds: number }[]
  dropped: string[]
  retried: number
}

export const OPTIONS: LaneOptions = {
  maxBatchDelayMs: 0,
  maxQueueSize: 1000,
  maxQueueBytes: 1e9,
  requestTimeoutMs: 10_000,
}

export const noEvents: Events = {
  dispatched: () => {},
  batchDone: () => {},
  dropped: () => {},
  retried: () => {},
}

/** A scheduler with so many idle fake workers. */
export const arrange = (
  workers: number,
  { maxBatchSize = 64, ...options }: Partial<LaneOptions> & { maxBatchSize?: number } = {},
) => {
  const clock = new FakeClock()
  const recorded: Recorded = { waits: [], batches: [], dropped: [], retried: 0 }
  const events: Events = {
    dispatched: (milliseconds) => recorded.waits.push(milliseconds),
    batchDone: (requests, milliseconds) => recorded.batches.push({ requests, milliseconds }),
    dropped: (reason) => recorded.dropped.push(reason),
    retried: (requests) => {
      recorded.retried += requests
    },
  }
  const scheduler = new Scheduler({ ...OPTIONS, ...options }, events, clock)
  scheduler.lane.maxBatchSize = maxBatchSize
  /** What any of them has answered; a worker that takes another's place may share it. */
  const answered = new Set<string>()
  const runners = Array.from({ length: workers }, () => new FakeRunner(answered))
  for (const runner of runners) scheduler.add(runner)
  /** Submits one request for each text; the replies appear in `answers` by text. */
  const answers: Record<string, string> = {}
  const submitSized = (bytes: number | undefined, ...texts: string[]) =>
    texts.map((text) => {
      const submitted = scheduler.submit(requestOf(text, bytes))
      void submitted.reply.then((reply) => {
        answers[text] = text in answers ? 'ANSWERED TWICE' : bodyOf(reply)
      })
      return submitted
    })
  const submit = (...texts: string[]) => submitSized(undefined, ...texts)
  /** What is known of the cost of one request of so many bytes, as after a warm-up. */
  const expect = (milliseconds: number, bytes: number) => scheduler.lane.cost.seed(1, milliseconds, bytes)
  return {
    clock,
    recorded,
    scheduler,
    runners: runners as [FakeRunner, ...FakeRunner[]],
    submit,
    submitSized,
    expect,
    answers,
    answered,
  }
}
