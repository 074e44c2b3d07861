/**
 * One worker process, seen from the server: it is forked, told to load, given batches, and watched.
 * Its end, whatever the cause, arrives once through `onExit`; the batches that were under way then reject.
 */

import type { ChildProcess } from 'node:child_process'
import { Bag } from '../../bag.ts'
import { entryOf } from '../../places.ts'
import { BatchCheck, checkMessage, ProtocolError } from '../../protocol/check.ts'
import type { FromWorker, LoadOptions, ToWorker } from '../../protocol/messages.ts'
import type { ModelInfo } from '../../protocol/model-info.ts'
import type { BatchTimings, Request } from '../../protocol/request.ts'
import { type BatchEvents, type Runner, type RunningBatch, WorkerDiedError } from '../scheduling/runner.ts'
import { Channel } from './channel.ts'
import { forkWorker } from './fork.ts'
import { watchLiveness } from './liveness.ts'

/** How long after its exit a process is still listened to. */
const LAST_WORDS_MS = 100

export type WorkerEvents = {
  onReady(worker: WorkerProcess, info: ModelInfo): void
  /** The model could not be loaded; the process exits after it. */
  onFailed(message: string, expected: boolean): void
  onExit(worker: WorkerProcess, description: string): void
}

type Batch = {
  number: number
  place?: number
  check: BatchCheck
  events: BatchEvents
  /** Resolves when the worker has taken its bodies; undefined if they are no longer needed. */
  taken: Promise<void> | undefined
  resolve(timings: BatchTimings | Promise<BatchTimings>): void
  reject(error: Error): void
}

export class WorkerProcess implements Runner {
  readonly #process: ChildProcess
  readonly #channel: Channel
  readonly #events: WorkerEvents
  readonly #batches = new Bag<Batch>()
  #nextBatch = 1
  /** The batch that was the last to be sent, if nothing was sent after it. */
  #sentLast: number | undefined
  #ready = false
  #gone = false
  #killedFor: string | undefined
  #blameless = false
  readonly #liveness: ReturnType<typeof watchLiveness>
  /** What the model says, which the worker keeps to as long as all is well with it. */
  #maxReplyBytes = Number.POSITIVE_INFINITY
  #loading: NodeJS.Timeout | undefined
  #late: LoadOptions | undefined

  constructor(events: WorkerEvents, entry: string = entryOf('entry')) {
    this.#events = events
    this.#process = forkWorker(entry)
    this.#channel = new Channel(
      this.#process,
      (message) => this.#receive(message),
      ({ message }) => this.#end(message),
    )
    this.#liveness = watchLiveness({
      pid: this.#process.pid,
      isIdle: () => this.#ready && this.#batches.size === 0,
      probe: () => this.#send({ type: 'probe' }),
      kill: (reason) => this.kill(reason),
    })
    this.#process.on('error', (error) => this.#onEnd(`could not be started or reached: ${error.message}`))
    // Its socket may still have what it said last, and whether it read what it was sent. A process that it started may keep that open.
    this.#process.on('exit', () => setTimeout(() => this.#channel.close(), LAST_WORDS_MS).unref())
    this.#process.on('close', (code, signal) => {
      const how = signal === null ? `exited with code ${code}` : `was killed by ${signal}`
      this.#onEnd(this.#killedFor === undefined ? how : `${how} (${this.#killedFor})`)
    })
  }

  get pid(): number | undefined {
    return this.#process.pid
  }

  /** Also after the end. */
  get wasReady(): boolean {
    return this.#ready
  }

  get ready(): boolean {
    return this.#ready && !this.#gone
  }

  load(model: string, options: LoadOptions): void {
    this.#send({ type: 'load', model, options })
    this.#loading = setTimeout(() => {
      this.#late = options
      this.kill(`it did not load the model within ${options.startTimeoutMs / 1000} s, see --start-timeout-ms`)
    }, options.startTimeoutMs)
  }

  /** What it was to load when it was killed for taking too long. */
  get late(): LoadOptions | undefined {
    return this.#late
  }

  run(requests: readonly Request[], alone: boolean, events: BatchEvents): RunningBatch {
    if (this.#gone) {
      const done = Promise.reject(new WorkerDiedError('the worker has gone', true))
      return { done, cancel: () => {} }
    }
    const batch = this.#nextBatch
    this.#nextBatch += 1
    const check = new BatchCheck(batch, requests.length, this.#maxReplyBytes)
    this.#liveness.heard()
    const model = requests[0]?.model ?? ''
    const items = requests.map(({ model: _, ...item }) => item)
    const taken = this.#channel.send({ type: 'run', batch, model, alone, items })
    this.#sentLast = batch
    const done = new Promise<BatchTimings>((resolve, reject) => {
      this.#batches.add({ number: batch, check, events, taken, resolve, reject })
    })
    return {
      done,
      cancel: (item) => {
        if (this.#find(batch) !== undefined && check.cancel(item)) this.#send({ type: 'cancel', batch, item })
      },
    }
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

  /** Lets the worker finish what it runs and exit; kills it if it has not exited by then. Resolves when it is gone. */
  stop(timeoutMs: number): Promise<void> {
    if (this.#gone) return Promise.resolve()
    return new Promise((resolve) => {
      const timer = setTimeout(() => this.kill('it did not stop in time'), timeoutMs)
      this.#process.once('close', () => {
        clearTimeout(timer)
        resolve()
      })
      this.#send({ type: 'stop' })
    })
  }

  #send(message: ToWorker): void {
    this.#sentLast = undefined
    void this.#channel.send(message)
  }

  #receive(message: unknown): void {
    // Messages that were unread when the process exited: a dead worker must not be given requests.
    if (!this.#gone) this.#handle(checkMessage(message))
  }

  #handle(message: FromWorker): void {
    switch (message.type) {
      case 'loaded':
        clearTimeout(this.#loading)
        this.#ready = true
        this.#maxReplyBytes = message.info.maxResponseBytes
        this.#events.onReady(this, message.info)
        return
      case 'failed':
        this.#events.onFailed(message.message, message.expected)
        return
      case 'preparing':
        this.#find(message.batch)?.events.preparing()
        return
      case 'piece':
        this.#batchOf(message).check.piece(message.item, message.bytes)
        return
      case 'replies': {
        const { check, events } = this.#batchOf(message)
        for (const [item, reply] of check.replies(message.replies)) events.reply(item, reply)
        return
      }
      case 'done': {
        const batch = this.#batchOf(message)
        const { check, events, taken, resolve } = batch
        const { replies, timings } = check.done(message.replies, message.timings)
        this.#batches.remove(batch)
        for (const [item, reply] of replies) events.reply(item, reply)
        // A worker that answers without having taken the bodies keeps its batch, and they are held as long.
        resolve(taken === undefined ? timings : taken.then(() => timings))
        return
      }
      case 'alive':
        this.#liveness.heard()
    }
  }

  #find(batch: number): Batch | undefined {
    return this.#batches.all.find(({ number }) => number === batch)
  }

  #batchOf({ batch }: { batch: number }): Batch {
    const found = this.#find(batch)
    if (found === undefined)
      throw new ProtocolError(`it sent a message about batch ${batch}, which it does not have`)
    return found
  }

  #onEnd(description: string): void {
    if (this.#gone) return
    this.#gone = true
    this.#liveness.end()
    clearTimeout(this.#loading)
    this.#channel.close()
    this.#events.onExit(this, description)
    for (const batch of this.#batches.all) {
      this.#batches.remove(batch)
      // Of large bodies it may have read a part, and died of that: they are sent in pieces, and small ones in one.
      const isSmall = batch.taken === undefined
      const unread = this.#channel.leftUnread && batch.number === this.#sentLast && isSmall
      batch.reject(new WorkerDiedError(description, this.#blameless || unread))
    }
  }
}
