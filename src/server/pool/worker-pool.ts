/** The workers: as many as wanted, each replaced when it dies, at once and then ever more slowly while it keeps failing. */

import { StartupError } from '../../errors.ts'
import { entryOf } from '../../places.ts'
import type { LoadOptions } from '../../protocol/messages.ts'
import type { ModelInfo } from '../../protocol/model-info.ts'
import type { Runner } from '../scheduling/runner.ts'
import { WorkerProcess } from './worker-process.ts'

const FIRST_PAUSE_MS = 100
const LONGEST_PAUSE_MS = 5000

/** Workers that exit before any was ready, after which the start has failed. */
const MAX_FAILED_STARTS = 5

export type PoolEvents = {
  ready(worker: Runner, info: ModelInfo): void
  /** A worker that was ready has died. */
  lost(worker: Runner): void
  /** The number of ready workers may have changed. */
  changed(): void
  /** `late`: it was killed for taking too long to load; 'again' if it had not been warmed up either. */
  exited(pid: number | undefined, description: string, late: 'once' | 'again' | undefined): void
  failed(message: string): void
  /** Workers keep failing to start while others serve. Returns true if there is to be no further attempt. */
  failing(reason: string): boolean
}

export class WorkerPool {
  readonly #events: PoolEvents
  readonly #entry: string
  readonly #workers = new Set<WorkerProcess>()
  readonly #pauses = new Set<NodeJS.Timeout>()
  #load: { model: string; options: LoadOptions } | undefined
  #loading: { count: number; resolve(info: ModelInfo): void; reject(error: StartupError): void } | undefined
  /** Workers in a row that exited without having been ready. */
  #failures = 0
  /** What a worker said last that could not load the model. */
  #lastFailure: string | undefined
  #stopping = false
  #info: ModelInfo | undefined

  constructor(events: PoolEvents, entry: string = entryOf('entry')) {
    this.#events = events
    this.#entry = entry
  }

  /** Starts `count` processes; they boot and wait for `load`. */
  boot(count: number): void {
    while (!this.#stopping && this.#workers.size + this.#pauses.size < count) this.#fork()
  }

  get readyCount(): number {
    return [...this.#workers].filter((worker) => worker.ready).length
  }

  get startingCount(): number {
    return this.#workers.size - this.readyCount + this.#pauses.size
  }

  get pids(): number[] {
    return [...this.#workers].flatMap((worker) => worker.pid ?? [])
  }

  /** What the workers said of the model; undefined until the first is ready. */
  get info(): ModelInfo | undefined {
    return this.#info
  }

  /**
   * Tells `count` workers, and those that replace them, what to load; the others are killed.
   * Resolves when all have loaded it.
   * @throws StartupError if it cannot be loaded, or no worker starts
   */
  load(model: string, options: LoadOptions, count: number): Promise<ModelInfo> {
    this.#load = { model, options }
    for (const worker of [...this.#workers].slice(count)) {
      this.#workers.delete(worker)
      worker.kill('it is not needed')
    }
    for (const worker of this.#workers) worker.load(model, options)
    this.boot(count)
    return new Promise((resolve, reject) => {
      this.#loading = { count, resolve, reject }
    })
  }

  /** Ends one that is not needed, and starts none in its place. */
  drop(worker: Runner): void {
    if (!this.#workers.delete(worker as WorkerProcess)) return
    worker.kill('it is not needed')
    this.#events.changed()
  }

  /** Kills all workers on the spot. */
  kill(): void {
    this.#stopping = true
    for (const worker of this.#workers) worker.kill('the server is exiting')
  }

  /** Stops all workers; kills those that have not exited within the timeout. */
  async stop(timeoutMs: number): Promise<void> {
    this.#stopping = true
    for (const pause of this.#pauses) clearTimeout(pause)
    this.#pauses.clear()
    await Promise.all([...this.#workers].map((worker) => worker.stop(timeoutMs)))
  }

  #fork(): void {
    const worker = new WorkerProcess(
      {
        onReady: (_, info) => this.#onReady(worker, info),
        onFailed: (message, expected) => this.#onFailed(message, expected),
        onExit: (_, description) => this.#onExit(worker, description),
      },
      this.#entry,
    )
    this.#workers.add(worker)
    if (this.#load !== undefined) worker.load(this.#load.model, this.#load.options)
  }

  #onReady(worker: WorkerProcess, info: ModelInfo): void {
    this.#failures = 0
    this.#info = info
    this.#events.changed()
    this.#events.ready(worker, info)
    if (this.readyCount === this.#loading?.count) this.#loading.resolve(info)
  }

  #onFailed(message: string, expected: boolean): void {
    this.#lastFailure = `the model could not be loaded: ${message.split('\n', 1)}`
    this.#events.failed(message)
    // For a reason of the model's own: another worker would fail just so.
    if (expected) this.#giveUp(message)
  }

  /** Once a worker was ready, the others can be too. */
  #giveUp(message: string): void {
    if (this.#info === undefined) this.#loading?.reject(new StartupError(message))
  }

  #onExit(worker: WorkerProcess, description: string): void {
    const { wasReady } = worker
    if (!this.#workers.delete(worker)) return
    if (wasReady) this.#events.lost(worker)
    this.#events.changed()
    if (this.#stopping) return
    const late = worker.late && (worker.late.recipe === undefined ? 'again' : 'once')
    if (late !== undefined) this.#leaveOutWarmUp()
    this.#events.exited(worker.pid, description, late)
    if (wasReady) {
      this.#fork()
      return
    }
    const pauseMs = Math.min(FIRST_PAUSE_MS * 2 ** this.#failures, LONGEST_PAUSE_MS)
    // All may be late for the same reason, which the next do not have.
    if (late !== 'once') this.#failures += 1
    if (this.#failures >= MAX_FAILED_STARTS || late === 'again') {
      const reason = this.#lastFailure ?? `the last one ${description}`
      if (this.readyCount > 0 && this.#events.failing(reason)) return
      this.#giveUp(`workers keep failing to start; ${reason}`)
    }
    const pause = setTimeout(() => {
      this.#pauses.delete(pause)
      this.#fork()
    }, pauseMs)
    this.#pauses.add(pause)
  }

  /** It may be the warm-up that does not end. */
  #leaveOutWarmUp(): void {
    if (this.#load === undefined) return
    const { recipe, ...options } = this.#load.options
    this.#load = { ...this.#load, options }
  }
}
