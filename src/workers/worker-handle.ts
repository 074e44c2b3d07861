/**
 * One worker process, seen from the server: it is forked, told to load, handed work, and watched.
 * Its end, whatever the cause, arrives once through `onExit`; a run that was under way then rejects.
 */

import { type ChildProcess, fork } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import type { Runner } from '../scheduling/scheduler.ts'
import type {
  FromWorker,
  LoadOptions,
  ModelSummary,
  Outcome,
  RunTimings,
  ToWorker,
  Work,
} from './protocol.ts'

/** TypeScript sources run under tsx, compiled ones without it; the entry has this file's extension. */
export const WORKER_ENTRY = fileURLToPath(
  new URL(`../worker/entry${import.meta.url.endsWith('.ts') ? '.ts' : '.js'}`, import.meta.url),
)

/** An idle worker answers a probe at once; one that was stopped or wedged does not. */
const PROBE_INTERVAL_MS = 500
/** Counted, not timed: if the server itself was held up, the answer lies unread, and is read before the next probe. */
const MOST_UNANSWERED_PROBES = 2

export class WorkerDiedError extends Error {
  override name = 'WorkerDiedError'
}

export type WorkerEvents = {
  onReady(worker: WorkerHandle, summary: ModelSummary): void
  /** The model could not be loaded; the process ends after it. */
  onFailed(message: string, expected: boolean): void
  onExit(worker: WorkerHandle, description: string): void
}

type Run = {
  id: number
  items: number
  resolve(answer: { outcomes: Outcome[]; timings: RunTimings }): void
  reject(error: Error): void
}

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
  #run: Run | undefined
  #nextId = 1
  #ready = false
  #gone = false
  #killedFor: string | undefined
  #probe: NodeJS.Timeout | undefined
  #unansweredProbes = 0

  constructor(events: WorkerEvents, entry: string = WORKER_ENTRY) {
    this.#events = events
    this.#process = forkWorker(entry)
    this.#process.on('message', (message) => this.#onMessage(message as FromWorker))
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
    if (this.#run !== undefined) throw new Error('a worker runs one hand-over at a time. This is a bug.')
    return new Promise((resolve, reject) => {
      const id = this.#nextId
      this.#nextId += 1
      this.#run = { id, items: items.length, resolve, reject }
      this.#unansweredProbes = 0
      this.#send({ type: 'run', id, alone, items })
    })
  }

  kill(reason: string): void {
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

  #onMessage(message: FromWorker): void {
    switch (message.type) {
      case 'loaded':
        this.#ready = true
        this.#probe = setInterval(() => this.#checkAlive(), PROBE_INTERVAL_MS)
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
      case 'optimised':
        return
    }
  }

  #onResult(message: Extract<FromWorker, { type: 'result' }>): void {
    const run = this.#run
    if (run === undefined || message.id !== run.id || message.outcomes.length !== run.items) {
      const expected = run === undefined ? 'nothing' : `${run.items} outcomes to hand-over ${run.id}`
      this.kill(
        `it answered hand-over ${message.id} with ${message.outcomes.length} outcomes; expected ${expected}`,
      )
      return
    }
    this.#run = undefined
    run.resolve(message)
  }

  /** Only an idle worker is probed: one that computes cannot answer, and has its deadline. */
  #checkAlive(): void {
    if (this.#run !== undefined) return
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
    clearInterval(this.#probe)
    this.#events.onExit(this, description)
    this.#run?.reject(new WorkerDiedError(description))
    this.#run = undefined
  }
}
