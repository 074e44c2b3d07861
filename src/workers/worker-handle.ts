/**
 * One worker process, seen from the server: it is forked, told to load, handed work, and watched.
 * Its end, whatever the cause, arrives once through `onExit`; a run that was under way then rejects.
 */

import { type ChildProcess, fork } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { ERRORS } from '../errors.ts'
import { isStopped } from '../process-state.ts'
import { type Runner, WorkerDiedError } from '../scheduling/roster.ts'
import type {
  FromWorker,
  LoadOptions,
  ModelSummary,
  Outcome,
  RunTimings,
  ToWorker,
  Work,
} from './protocol.ts'

/** TypeScript sources run under tsx, compiled ones without it; an entry has this file's extension. */
export const entryOf = (name: 'entry' | 'optimise-entry'): string =>
  fileURLToPath(
    new URL(`../worker/${name}${import.meta.url.endsWith('.ts') ? '.ts' : '.js'}`, import.meta.url),
  )

/** An idle worker answers a probe at once; one that is wedged does not. */
const CHECK_INTERVAL_MS = 250
/** Counted, not timed: if the server itself was held up, the answer lies unread, and is read before the next probe. */
const MOST_UNANSWERED_PROBES = 4
/** Seen stopped so many times in a row, it was not just on its way. */
const MOST_TIMES_STOPPED = 2

export type WorkerEvents = {
  onReady(worker: WorkerHandle, summary: ModelSummary): void
  /** The model could not be loaded; the process ends after it. */
  onFailed(message: string, expected: boolean): void
  onExit(worker: WorkerHandle, description: string): void
}

type Run = {
  items: number
  resolve(answer: { outcomes: Outcome[]; timings: RunTimings }): void
  reject(error: Error): void
}

/** A worker that has gone wrong may send anything. */
const areOutcomes = (outcomes: unknown, count: number): outcomes is Outcome[] =>
  Array.isArray(outcomes) &&
  outcomes.length === count &&
  outcomes.every(
    (outcome: Partial<Record<string, unknown>> | null | undefined) =>
      (outcome?.ok === true &&
        (typeof outcome.body === 'string' || outcome.body instanceof Uint8Array) &&
        typeof outcome.contentType === 'string') ||
      (outcome?.ok === false &&
        Object.hasOwn(ERRORS, String(outcome.code)) &&
        typeof outcome.message === 'string'),
  )

const areTimings = (timings: Partial<RunTimings> | undefined): boolean =>
  Array.isArray(timings?.runs) && Number.isFinite(timings.seconds) && Number.isFinite(timings.decodeSeconds)

/** Starts a worker's process; it boots while nobody has told it yet what to load. */
export const forkWorker = (entry: string): ChildProcess =>
  fork(entry, [], {
    serialization: 'advanced',
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    // ONNX Runtime reports to its makers from 1.29 on; nothing of ours opens connections nobody asked for.
    env: { ...process.env, ORT_DISABLE_TELEMETRY: '1' },
  })

export class WorkerHandle implements Runner {
  readonly #process: ChildProcess
  readonly #events: WorkerEvents
  /** By id, in the order in which they were sent and are answered. */
  readonly #runs = new Map<number, Run>()
  #nextId = 1
  #ready = false
  #gone = false
  #killedFor: string | undefined
  #blameless = false
  readonly #check: NodeJS.Timeout
  #unansweredProbes = 0
  #timesStopped = 0

  constructor(events: WorkerEvents, entry: string = entryOf('entry')) {
    this.#events = events
    this.#process = forkWorker(entry)
    this.#check = setInterval(() => this.#checkAlive(), CHECK_INTERVAL_MS)
    this.#process.on('message', (message) => this.#onMessage(message as FromWorker | null))
    this.#process.on('error', (error) => this.#onEnd(`could not be started or reached: ${error.message}`))
    this.#process.on('exit', (code, signal) => {
      const how = signal === null ? `exited with code ${code}` : `was ended by ${signal}`
      this.#onEnd(this.#killedFor === undefined ? how : `${how} (${this.#killedFor})`)
    })
  }

  get pid(): number | undefined {
    return this.#process.pid
  }

  /** True once the model was loaded, also after the end. */
  get wasReady(): boolean {
    return this.#ready
  }

  get ready(): boolean {
    return this.#ready && !this.#gone
  }

  load(options: LoadOptions): void {
    this.#send({ type: 'load', options })
  }

  run(items: Work[], alone: boolean): Promise<{ outcomes: Outcome[]; timings: RunTimings }> {
    if (this.#gone) return Promise.reject(new WorkerDiedError('the worker has gone'))
    return new Promise((resolve, reject) => {
      const id = this.#nextId
      this.#nextId += 1
      this.#runs.set(id, { items: items.length, resolve, reject })
      this.#unansweredProbes = 0
      this.#send({ type: 'run', id, alone, items })
    })
  }

  /** For a reason that need not lie in what it runs. */
  kill(reason: string): void {
    if (this.#killedFor === undefined) this.#blameless = true
    this.#end(reason)
  }

  #end(reason: string): void {
    this.#killedFor ??= reason
    this.#process.kill('SIGKILL')
  }

  /** Lets the worker finish what it runs and end; kills it if it has not ended by then. Resolves when it is gone. */
  stop(timeoutMs: number): Promise<void> {
    if (this.#gone) return Promise.resolve()
    return new Promise((resolve) => {
      const timer = setTimeout(() => this.kill('it did not stop in time'), timeoutMs)
      this.#process.once('exit', () => {
        clearTimeout(timer)
        resolve()
      })
      this.#send({ type: 'stop' })
    })
  }

  #send(message: ToWorker): void {
    // A failed send means that the process has ended or will: its exit tells.
    if (this.#process.connected) this.#process.send(message, () => {})
  }

  #onMessage(message: FromWorker | null): void {
    switch (message?.type) {
      case 'loaded':
        this.#ready = true
        this.#events.onReady(this, message.summary)
        return
      case 'failed':
        this.#events.onFailed(message.message, message.expected)
        return
      case 'alive':
        this.#unansweredProbes = 0
        return
      case 'result':
        this.#onResult(message)
        return
      default:
        this.#end('it sent a message that is not one of the protocol')
    }
  }

  #onResult(message: Extract<FromWorker, { type: 'result' }>): void {
    const [id, run] = this.#runs.entries().next().value ?? []
    if (
      run === undefined ||
      message.id !== id ||
      !areOutcomes(message.outcomes, run.items) ||
      !areTimings(message.timings)
    ) {
      const expected = run === undefined ? 'nothing' : `${run.items} outcomes to hand-over ${id}`
      this.#end(
        `it answered hand-over ${message.id} with something else than was asked: expected ${expected}`,
      )
      return
    }
    this.#runs.delete(id)
    run.resolve(message)
  }

  /** One that loads or computes cannot answer a probe; but that it was stopped shows in any case. */
  #checkAlive(): void {
    this.#timesStopped = isStopped(this.#process.pid) ? this.#timesStopped + 1 : 0
    if (this.#timesStopped === MOST_TIMES_STOPPED) this.kill('it was stopped by a signal')
    if (!this.#ready || this.#runs.size > 0) return
    if (this.#unansweredProbes === MOST_UNANSWERED_PROBES) {
      this.kill('it does not react')
      return
    }
    this.#unansweredProbes += 1
    this.#send({ type: 'probe' })
  }

  #onEnd(description: string): void {
    if (this.#gone) return
    this.#gone = true
    clearInterval(this.#check)
    this.#events.onExit(this, description)
    for (const run of this.#runs.values()) run.reject(new WorkerDiedError(description, this.#blameless))
    this.#runs.clear()
  }
}
