/** The served model: loaded by every worker once it has been inspected; the scheduler hears of its workers as they come and go. */

import { FALLBACK_DEVICE } from '../protocol/devices.ts'
import type { LoadOptions } from '../protocol/messages.ts'
import type { ModelInfo } from '../protocol/model-info.ts'
import type { Config } from './config/settings.ts'
import type { Health } from './health.ts'
import type { Log } from './log.ts'
import type { CpuBudget } from './machine/cpu-budget.ts'
import { type Layout, layOut } from './machine/layout.ts'
import type { Metrics } from './observe/metrics.ts'
import type { Inspected } from './pool/inspect.ts'
import { WorkerPool } from './pool/worker-pool.ts'
import type { Runner } from './scheduling/runner.ts'
import type { Scheduler } from './scheduling/scheduler.ts'

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
  #saidCopyProblem = false

  constructor(config: Config, dependencies: ModelDependencies) {
    const { log, scheduler, health, metrics } = dependencies
    this.#config = config
    this.#dependencies = dependencies
    this.pool = new WorkerPool({
      ready: (worker, info) => this.#onReady(worker, info),
      lost: (worker) => scheduler.remove(worker),
      changed: () => {
        health.readyWorkers = this.pool.readyCount
      },
      exited: (pid, description, late) => {
        const how = late === undefined ? '' : ' without a warm-up'
        log.error({ pid }, `worker ${description}; starting a replacement${how}`)
        metrics.workerExits.inc()
      },
      failed: (message) => log.error(`a worker could not load the model: ${message}`),
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
   * Resolves when every worker has loaded the model.
   * @throws StartupError if the model or the machine does not allow it
   */
  async load(inspected: Inspected): Promise<{ info: ModelInfo; layout: Layout }> {
    for (const warning of inspected.warnings) this.#dependencies.log.warn(warning)
    const layout = this.#layOut(inspected.device)
    this.#dependencies.health.wantedWorkers = layout.workers
    const info = await this.pool.load(inspected.name, this.#loadOptions(inspected, layout), layout.workers)
    return { info, layout }
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

  #onReady(worker: Runner, { warmUp, padded, maxBatchSize, copyProblem, code }: ModelInfo): void {
    const { log, scheduler } = this.#dependencies
    if (copyProblem !== undefined && !this.#saidCopyProblem) {
      this.#saidCopyProblem = true
      log.warn(
        `a worker loaded the model's own file, so it does not share its weights, since the optimised copy could not be loaded: ${copyProblem}. Keep what cleans up temporary files away from --temp-dir; a restart writes the copy again`,
      )
    }
    const { lane } = scheduler
    lane.maxBatchSize = maxBatchSize
    lane.cost.padded = padded
    lane.code = code?.file
    if (!lane.cost.known)
      for (const { rows, milliseconds, bytes } of warmUp) lane.cost.seed(rows, milliseconds, bytes)
    scheduler.add(worker)
  }
}
