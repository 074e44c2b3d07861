/**
 * The running server: workers, scheduler, app and nginx, brought up and taken down together.
 *
 *   start   listen (/ping says 503) → inspect the model → load it in every worker
 *   drain   accept nothing new → finish what was accepted → stop nginx, the app and the workers
 */

import { Server as Listener } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'
import type { FastifyInstance } from 'fastify'
import type { ModelInfo } from '../protocol/model-info.ts'
import { buildApp } from './app.ts'
import type { Config } from './config/settings.ts'
import { HEALTH_STATES, Health } from './health.ts'
import { Exchanges } from './http/exchanges.ts'
import { type Front, listen } from './listen.ts'
import type { Log } from './log.ts'
import { type CpuBudget, readCpuBudget } from './machine/cpu-budget.ts'
import type { Layout } from './machine/layout.ts'
import { queueBytesFor, readMemoryBudget } from './machine/memory-budget.ts'
import { ServedModel } from './models.ts'
import { createMetrics, type Metrics, recordIn } from './observe/metrics.ts'
import type { Inspected } from './pool/inspect.ts'
import { Scheduler } from './scheduling/scheduler.ts'
import { removeTempDir } from './temp-dir.ts'

/** What is kept of the time to drain for stopping nginx and the workers. */
const DRAIN_RESERVE_MS = 2000

/** How long connections stay open after the last reply, for requests that are on their way. */
const LINGER_MS = 300

const DRAIN_POLL_MS = 20

/** How long a client may let its request or reply rest while the server drains. */
const STALL_MS = 5000

export class Server {
  readonly #config: Config
  readonly #log: Log
  readonly #tempDir: string | undefined
  readonly #budget: CpuBudget
  readonly #health = new Health(() => this.#scheduler.stuck)
  readonly #exchanges = new Exchanges()
  readonly #scheduler: Scheduler
  readonly #model: ServedModel
  readonly #app: FastifyInstance
  #front: Front | undefined

  /** @param tempDir the folder to write to, if there is one */
  constructor(config: Config, log: Log, tempDir: string | undefined) {
    this.#config = config
    this.#budget = readCpuBudget({ lambdaCpus: config.lambda?.cpus })
    this.#tempDir = tempDir
    this.#log = log
    const { maxQueueBytes } = config
    const limits = {
      ...config,
      maxQueueBytes: maxQueueBytes === 'auto' ? queueBytesFor(readMemoryBudget()) : maxQueueBytes,
    }
    const metrics = createMetrics((metrics) => this.#setGauges(metrics))
    const health = this.#health
    this.#scheduler = new Scheduler(limits, recordIn(metrics))
    const shared = { log, scheduler: this.#scheduler, health, metrics }
    this.#model = new ServedModel(config, { ...shared, budget: this.#budget })
    this.#app = buildApp({
      ...limits,
      ...shared,
      exchanges: this.#exchanges,
      info: () => this.#model.info,
    })
    // However the process ends: a worker in the middle of a run would not notice for as long as that takes.
    process.once('exit', () => this.#model.pool.kill())
  }

  get draining(): boolean {
    return this.#health.draining
  }

  /**
   * Resolves when every worker is ready.
   * @param inspection what comes of inspecting the model
   * @throws StartupError if the model, a setting or the machine does not allow it
   */
  async start(
    inspection: Promise<Inspected>,
  ): Promise<{ info: ModelInfo; layout: Layout; budget: CpuBudget }> {
    this.#model.boot()
    const machine = { tempDir: this.#tempDir, cores: this.#budget.cpus, log: this.#log }
    this.#front = await listen(this.#app, this.#config, machine)
    const loaded = await this.#model.load(await inspection)
    return { ...loaded, budget: this.#budget }
  }

  /** Resolves with the number of requests that could not be finished. Never rejects. */
  async drain(): Promise<number> {
    const end = performance.now() + this.#config.drainTimeoutMs
    const left = () => Math.max(0, end - performance.now())
    this.#health.drain()
    // nginx first, while we still listen: requests it has accepted may reach us late and on a new connection.
    let nginxRuns = true
    const nginxEnded =
      this.#front?.nginx.stop({ timeoutMs: Math.max(0, left() - DRAIN_RESERVE_MS) }) ?? Promise.resolve(true)
    void nginxEnded.finally(() => {
      nginxRuns = false
    })
    let stalled = await this.#closeStalledWhile(() => nginxRuns && left() > DRAIN_RESERVE_MS)
    await nginxEnded
    this.#front?.endSocket()
    const unfinishedInTime = () => this.#exchanges.size > 0 && left() > DRAIN_RESERVE_MS
    // Only the listener: Fastify's close would also cut connections that have a request on its way.
    if (this.#app.server.listening) Listener.prototype.close.call(this.#app.server)
    stalled += await this.#closeStalledWhile(unfinishedInTime)
    await delay(Math.min(LINGER_MS, left()))
    stalled += await this.#closeStalledWhile(unfinishedInTime)
    const unfinished = this.#exchanges.size
    // What waits or runs is replied to with an error; what still arrives is cut.
    this.#scheduler.close()
    while (this.#exchanges.answering > 0 && left() > 0) await delay(DRAIN_POLL_MS)
    // Fastify's close alone would wait for connections on which no request, or half of one, has come.
    this.#app.server.closeAllConnections()
    await Promise.race([this.#app.close(), delay(left())])
    await this.#model.pool.stop(left())
    if (this.#tempDir !== undefined) removeTempDir(this.#tempDir)
    return stalled + unfinished
  }

  /** Waits while there is something to wait for; requests that do not get on meanwhile are closed and counted. */
  async #closeStalledWhile(waiting: () => boolean): Promise<number> {
    let stalled = 0
    while (waiting()) {
      const closed = this.#exchanges.closeStalled(STALL_MS)
      if (closed > 0)
        this.#log.warn(
          `requests aborted: ${closed}; their clients neither sent nor read anything for ${STALL_MS / 1000} s`,
        )
      stalled += closed
      await delay(DRAIN_POLL_MS)
    }
    return stalled
  }

  #setGauges(metrics: Metrics): void {
    const { readyCount, startingCount } = this.#model.pool
    metrics.queueSize.set(this.#scheduler.lane.waiting)
    metrics.workers.set({ state: 'ready' }, readyCount)
    metrics.workers.set({ state: 'starting' }, startingCount)
    for (const state of HEALTH_STATES) metrics.health.set({ state }, this.#health.state === state ? 1 : 0)
  }
}
