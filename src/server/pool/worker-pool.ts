/** The workers: as many as wanted, each replaced when it dies, at once and then ever more slowly while it keeps failing. */

import type { LoadOptions } from '../../protocol/messages.ts'
import type { ModelInfo } from '../../protocol/model-info.ts'
import type { Runner } from '../scheduling/runner.ts'
import { entryOf } from './fork.ts'
import { WorkerProcess } from './worker-process.ts'

const FIRST_PAUSE_MS = 100
const LONGEST_PAUSE_MS = 5000

export type PoolEvents = {
  ready(worker: Runner): void
  /** A worker that was ready has died. */
  lost(worker: Runner): void
  /** The number of ready workers may have changed. */
  changed(): void
  /** `late`: it was killed for taking too long to load; 'again' if it had not been warmed up either. */
  exited(pid: number | undefined, description: string, late: 'once' | 'again' | undefined): void
  failed(message: string, expected: boolean): void
}

export class WorkerPool {
  readonly #events: PoolEvents
  readonly #entry: string
  readonly #workers = new Set<WorkerProcess>()
  readonly #pauses = new Set<NodeJS.Timeout>()
  #load: { model: string; options: LoadOptions } | undefined
  #failures = 0
  #stopping = false
  #info: ModelInfo | undefined

  /** Starts the processes; they boot and wait for `load`. */
  constructor(count: number, events: PoolEvents, entry: string = entryOf('entry')) {
    this.#events = events
    this.#entry = entry
    for (let i = 0; i < count; i += 1) this.#start()
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

  /** Tells `count` workers, and those that replace them, what to load; the others are killed. */
  load(model: string, options: LoadOptions, count: number): void {
    this.#load = { model, options }
    for (const worker of [...this.#workers].slice(count)) {
      this.#workers.delete(worker)
      worker.kill('it is not needed')
    }
    for (const worker of this.#workers) worker.load(model, options)
    while (this.#workers.size < count) this.#start()
  }

  /** Ends all workers on the spot. */
  kill(): void {
    this.#stopping = true
    for (const worker of this.#workers) worker.kill('the server ends')
  }

  /** Ends all workers, with SIGKILL after the timeout. */
  async stop(timeoutMs: number): Promise<void> {
    this.#stopping = true
    for (const pause of this.#pauses) clearTimeout(pause)
    this.#pauses.clear()
    await Promise.all([...this.#workers].map((worker) => worker.stop(timeoutMs)))
  }

  #start(): void {
    const worker = new WorkerProcess(
      {
        onReady: (_, info) => {
          this.#failures = 0
          this.#info = info
          this.#events.changed()
          this.#events.ready(worker)
        },
        onFailed: (message, expected) => this.#events.failed(message, expected),
        onExit: (_, description) => this.#onExit(worker, description),
      },
      this.#entry,
    )
    this.#workers.add(worker)
    if (this.#load !== undefined) worker.load(this.#load.model, this.#load.options)
  }

  #onExit(worker: WorkerProcess, description: string): void {
    const wasReady = worker.wasReady
    if (!this.#workers.delete(worker)) return
    if (wasReady) this.#events.lost(worker)
    this.#events.changed()
    if (this.#stopping) return
    if (worker.late !== undefined && this.#load !== undefined) {
      // It may be the warm-up that does not end.
      const { recipe, ...withoutWarmUp } = this.#load.options
      this.#load = { ...this.#load, options: withoutWarmUp }
    }
    this.#events.exited(
      worker.pid,
      description,
      worker.late && (worker.late.recipe === undefined ? 'again' : 'once'),
    )
    if (wasReady) {
      this.#start()
      return
    }
    const pauseMs = Math.min(FIRST_PAUSE_MS * 2 ** this.#failures, LONGEST_PAUSE_MS)
    this.#failures += 1
    const pause = setTimeout(() => {
      this.#pauses.delete(pause)
      this.#start()
    }, pauseMs)
    this.#pauses.add(pause)
  }
}
