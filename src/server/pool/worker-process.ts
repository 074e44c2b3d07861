/**
 * One worker process, seen from the server: it is forked, told to load, handed work, and watched.
 * Its end, whatever the cause, arrives once through `onExit`; a run that was under way then rejects.
 */

import { type ChildProcess, fork } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { ERRORS } from '../../errors.ts'
import {
  type FromWorker,
  type LoadOptions,
  type ModelSummary,
  PIECE_BYTES,
  type ToWorker,
} from '../../protocol/messages.ts'
import type { BatchTimings, Reply, Request } from '../../protocol/request.ts'
import { isStopped } from '../machine/process-state.ts'
import { type Runner, WorkerDiedError } from '../scheduling/roster.ts'

/** TypeScript sources run under tsx, compiled ones without it; an entry has this file's extension. */
export const entryOf = (name: 'entry' | 'inspect-entry'): string =>
  fileURLToPath(
    new URL(`../../worker/${name}${import.meta.url.endsWith('.ts') ? '.ts' : '.js'}`, import.meta.url),
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
  /** What has come of large bodies so far, by request. */
  pieces: Map<number, Uint8Array[]>
  pieceBytes: number
  preparing(): void
  resolve(answer: { outcomes: Reply[]; timings: BatchTimings }): void
  reject(error: Error): void
}

const sizeOf = (pieces: readonly Uint8Array[]): number =>
  pieces.reduce((sum, { byteLength }) => sum + byteLength, 0)

/** A worker that has gone wrong may send anything. */
type Unchecked = Partial<Record<string, unknown>> | null | undefined

/** What came of one request, with the pieces that went before; undefined if it is not an outcome. */
const readOutcome = (outcome: Unchecked, pieces: Uint8Array[] | undefined): Reply | undefined => {
  if (outcome?.ok === true && typeof outcome.contentType === 'string') {
    const { body, sent, contentType } = outcome
    if (pieces !== undefined)
      return sent === sizeOf(pieces) ? { ok: true, body: pieces, contentType } : undefined
    if (typeof body === 'string' || body instanceof Uint8Array) return { ok: true, body, contentType }
  }
  if (
    outcome?.ok === false &&
    pieces === undefined &&
    Object.hasOwn(ERRORS, String(outcome.code)) &&
    typeof outcome.message === 'string'
  )
    return outcome as Reply
  return undefined
}

/** An outcome for each request; undefined if that is not what was sent. */
const readOutcomes = (outcomes: unknown, { items, pieces }: Run): Reply[] | undefined => {
  if (!Array.isArray(outcomes) || outcomes.length !== items) return undefined
  const read = outcomes.flatMap((outcome, item) => readOutcome(outcome, pieces.get(item)) ?? [])
  return read.length === items ? read : undefined
}

const areTimings = (timings: Partial<BatchTimings> | undefined): boolean =>
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
  /** By id, in the order in which they were sent; one that is slow to prepare is answered after the next. */
  readonly #runs = new Map<number, Run>()
  #nextId = 1
  #ready = false
  #gone = false
  #killedFor: string | undefined
  #blameless = false
  readonly #check: NodeJS.Timeout
  #unansweredProbes = 0
  #timesStopped = 0
  /** What serving.yaml allows, which the worker keeps to as long as all is well with it. */
  #maxReplyBytes = Number.POSITIVE_INFINITY
  #loading: NodeJS.Timeout | undefined
  #late: LoadOptions | undefined

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
    const limits: { maxResponseBytes?: number | undefined; maxBatchSize?: number | undefined } =
      options.model.config.limits ?? {}
    this.#maxReplyBytes = limits.maxResponseBytes ?? this.#maxReplyBytes
    this.#send({ type: 'load', options })
    this.#loading = setTimeout(() => {
      this.#late = options
      this.kill(`it did not load the model within ${options.startTimeoutMs / 1000} s, see --start-timeout-ms`)
    }, options.startTimeoutMs)
  }

  /** What the worker was to load when it was ended for taking too long. */
  get late(): LoadOptions | undefined {
    return this.#late
  }

  run(
    items: Request[],
    alone: boolean,
    preparing: () => void = () => {},
  ): Promise<{ outcomes: Reply[]; timings: BatchTimings }> {
    if (this.#gone) return Promise.reject(new WorkerDiedError('the worker has gone'))
    return new Promise((resolve, reject) => {
      const id = this.#nextId
      this.#nextId += 1
      this.#runs.set(id, {
        items: items.length,
        pieces: new Map(),
        pieceBytes: 0,
        preparing,
        resolve,
        reject,
      })
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
    // What lay unread when the process ended: to take it as ready would give requests to a worker that is no more.
    if (this.#gone) return
    switch (message?.type) {
      case 'loaded':
        clearTimeout(this.#loading)
        this.#ready = true
        this.#events.onReady(this, message.summary)
        return
      case 'failed':
        this.#events.onFailed(message.message, message.expected)
        return
      case 'alive':
        this.#unansweredProbes = 0
        return
      case 'preparing':
        this.#runs.get(message.id)?.preparing()
        return
      case 'piece':
        this.#onPiece(message)
        return
      case 'result':
        this.#onResult(message)
        return
      default:
        this.#end('it sent a message that is not one of the protocol')
    }
  }

  #onPiece({ id, item, bytes }: Extract<FromWorker, { type: 'piece' }>): void {
    const run = this.#runs.get(id)
    const asked = run !== undefined && Number.isInteger(item) && item >= 0 && item < run.items
    if (!asked || !(bytes instanceof Uint8Array) || bytes.length === 0 || bytes.length > PIECE_BYTES) {
      this.#end('it sent a piece of a reply that was not asked for, or is none')
      return
    }
    run.pieceBytes += bytes.length
    if (run.pieceBytes > run.items * this.#maxReplyBytes) {
      run.pieces.clear()
      this.#end('it sent more than its replies may have')
      return
    }
    const pieces = run.pieces.get(item)
    if (pieces === undefined) run.pieces.set(item, [bytes])
    else pieces.push(bytes)
  }

  #onResult(message: Extract<FromWorker, { type: 'result' }>): void {
    const run = this.#runs.get(message.id)
    const outcomes =
      run !== undefined && areTimings(message.timings) ? readOutcomes(message.outcomes, run) : undefined
    if (run === undefined || outcomes === undefined) {
      const expected = run === undefined ? 'nothing' : `${run.items} replies to batch ${message.id}`
      this.#end(`it answered batch ${message.id} with something else than was asked: expected ${expected}`)
      return
    }
    this.#runs.delete(message.id)
    run.resolve({ outcomes, timings: message.timings })
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
    clearTimeout(this.#loading)
    this.#events.onExit(this, description)
    for (const run of this.#runs.values()) run.reject(new WorkerDiedError(description, this.#blameless))
    this.#runs.clear()
  }
}
