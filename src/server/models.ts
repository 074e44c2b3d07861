/** The served model: loaded by every worker once it has been inspected; the scheduler hears of its workers as they come and go. */

import { deviceRow, FALLBACK_DEVICE } from '../protocol/devices.ts'
import type { LoadOptions } from '../protocol/messages.ts'
import type { ModelInfo } from '../protocol/model-info.ts'
import type { Config } from './config/settings.ts'
import type { Health } from './health.ts'
import type { Log } from './log.ts'
import type { CpuBudget } from './machine/cpu-budget.ts'
import { freeMemory, hasRoom } from './machine/free-memory.ts'
import { type Layout, layOut } from './machine/layout.ts'
import type { Metrics } from './observe/metrics.ts'
import type { Inspected } from './pool/inspect.ts'
import { WorkerPool } from './pool/worker-pool.ts'
import type { Runner } from './scheduling/runner.ts'
import type { Scheduler } from './scheduling/scheduler.ts'

const STOPPED = /killed by SIG(TERM|INT)$/

export type ModelDependencies = {
  log: Log
  scheduler: Scheduler
  health: Health
  metrics: Metrics
  budget: CpuBudget
}

export class ServedModel {
  readonly pool: WorkerPool
  readonly #config: Config
  readonly #dependencies: ModelDependencies
  /** Most rows in a batch of each worker that is ready. */
  readonly #sizes = new Map<Runner, number>()
  /** There are more workers than the one that was sure to find memory on the device. */
  #hasExtra = false
  #saidCopyProblem = false

  constructor(config: Config, dependencies: ModelDependencies) {
    const { log, health, metrics } = dependencies
    this.#config = config
    this.#dependencies = dependencies
    this.pool = new WorkerPool({
      ready: (worker, info) => this.#onReady(worker, info),
      lost: (worker) => this.#onLost(worker),
      changed: () => {
        health.readyWorkers = this.pool.readyCount
      },
      exited: (pid, description, late) => {
        // The signal for which the server drains came to a worker too, before that could ignore it.
        if (health.draining && STOPPED.test(description)) return
        const how = late === undefined ? '' : ' without a warm-up'
        log.error({ pid }, `worker ${description}; starting a replacement${how}`)
        metrics.workerExits.inc()
      },
      failed: (message) => log.error(`a worker could not load the model, or go on with it: ${message}`),
      failing: (reason) => this.#hasExtra && this.#doWithout(`none could be started beside it; ${reason}`),
    })
  }

  /** What the workers say of it; undefined until the first has loaded it. */
  get info(): ModelInfo | undefined {
    return this.pool.info
  }

  /** Starts as many workers as will probably be needed, so that they boot while the model is inspected. */
  boot(): void {
    const { device } = this.#config
    // Where another device turns out to work, fewer may be needed.
    this.pool.boot(this.#layOut(device === 'auto' ? FALLBACK_DEVICE : device).workers)
  }

  /**
   * Resolves when every worker has loaded the model; on a device where it must be seen whether there is room for another, when the
   * first has.
   * @throws StartupError if the model or the machine does not allow it
   */
  async load(inspected: Inspected): Promise<{ info: ModelInfo; layout: Layout }> {
    for (const warning of inspected.warnings) this.#dependencies.log.warn(warning)
    const { device } = inspected
    const layout = this.#layOut(device)
    const options = this.#loadOptions(inspected, layout)
    const isSeen =
      layout.workers > 1 && this.#config.workers === 'auto' && deviceRow(device).freeMemory !== undefined
    const workers = isSeen ? 1 : layout.workers
    // As long as it is not known how many there will be, not all are there.
    this.#dependencies.health.wantedWorkers = layout.workers
    const info = await this.pool.load(inspected.name, options, workers)
    const all = isSeen && (await this.#hasRoom(inspected)) ? layout.workers : workers
    this.#hasExtra = all > workers
    this.#dependencies.health.wantedWorkers = all
    this.pool.boot(all)
    return { info, layout: { ...layout, workers: all } }
  }

  /** What was tried in vain is not tried again. */
  #doWithout(reason: string): true {
    const { log, health } = this.#dependencies
    this.#hasExtra = false
    health.wantedWorkers = 1
    log.warn(`one worker on the device: ${reason}`)
    return true
  }

  async #hasRoom({ device, freeMemory: before }: Inspected): Promise<boolean> {
    const after = await freeMemory(device)
    const room = hasRoom(before, after)
    const was = `${before.join(' and ') || 'not known'}, now ${after.join(' and ') || 'not known'}`
    if (!room)
      this.#dependencies.log.info(
        `one worker on ${deviceRow(device).title}: there is not as much memory again as it has taken, MiB free before: ${was}`,
      )
    return room
  }

  #layOut(device: LoadOptions['device']): Layout {
    return layOut(this.#dependencies.budget, device, this.#config)
  }

  #loadOptions(inspected: Inspected, { workers, threads, threadsAlone }: Layout): LoadOptions {
    const { maxBatchSize, defaultAccept, maxBodyBytes, requestTimeoutMs, startTimeoutMs } = this.#config
    return {
      folder: inspected.folder,
      device: inspected.device,
      rows: inspected.rows,
      startTimeoutMs,
      workers,
      cpus: Math.round(this.#dependencies.budget.cpus),
      threads,
      threadsAlone,
      defaultAccept,
      maxBodyBytes,
      // Half of the time is left for the queue and the run: a request that is read too slowly has its reply before its deadline.
      prepareTimeoutMs: requestTimeoutMs / 2,
      ...(inspected.file && { optimisedFile: inspected.file }),
      ...(inspected.recipe !== undefined && { recipe: inspected.recipe }),
      ...(maxBatchSize !== 'auto' && { maxBatchSize }),
    }
  }

  #onLost(worker: Runner): void {
    this.#sizes.delete(worker)
    this.#sizeBatches()
    this.#dependencies.scheduler.remove(worker)
  }

  /** Whoever gets the next is not known. */
  #sizeBatches(): void {
    if (this.#sizes.size > 0)
      this.#dependencies.scheduler.lane.maxBatchSize = Math.min(...this.#sizes.values())
  }

  #onReady(worker: Runner, info: ModelInfo): void {
    const { warmUp, padded, maxBatchSize, copyProblem, code, device } = info
    const { log, scheduler } = this.#dependencies
    if (copyProblem !== undefined && !this.#saidCopyProblem) {
      this.#saidCopyProblem = true
      log.warn(
        `a worker loaded the model's own file, so it does not share its weights, since the optimised copy could not be loaded: ${copyProblem}. Keep what cleans up temporary files away from --temp-dir; a restart writes the copy again`,
      )
    }
    const { lane } = scheduler
    const most = Math.max(maxBatchSize, ...this.#sizes.values())
    if (maxBatchSize < most && this.#hasExtra) {
      this.#doWithout(`another would have memory for batches of ${maxBatchSize} rows alone, and not ${most}`)
      this.pool.drop(worker)
      return
    }
    if (maxBatchSize < most)
      log.warn(
        `a worker found less memory than others: batches have up to ${maxBatchSize} rows, and not ${most}`,
      )
    this.#sizes.set(worker, maxBatchSize)
    this.#sizeBatches()
    lane.sharesDevice = !deviceRow(device).runsOnCpu
    lane.cost.padded = padded
    lane.code = code?.file
    if (!lane.cost.known)
      for (const { rows, milliseconds, bytes } of warmUp) lane.cost.seed(rows, milliseconds, bytes)
    scheduler.add(worker)
  }
}
