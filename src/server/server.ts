/**
 * The running server: workers, scheduler, app and nginx, brought up and taken down together.
 *
 *   start   listen (/ping says 503) → inspect the model → load it in every worker
 *   drain   accept nothing new → finish what was accepted → end nginx, the app and the workers
 */

import { Server as Listener } from 'node:net'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import type { FastifyInstance } from 'fastify'
import { StartupError } from '../errors.ts'
import { FALLBACK_DEVICE } from '../protocol/devices.ts'
import type { LoadOptions } from '../protocol/messages.ts'
import type { ModelInfo } from '../protocol/model-info.ts'
import { buildApp } from './app.ts'
import type { Config } from './config.ts'
import { keepSocket } from './front/keep-socket.ts'
import { type NginxHandle, startNginx } from './front/nginx.ts'
import { HEALTH_STATES, Health } from './health.ts'
import { Exchanges } from './http/exchanges.ts'
import type { Log } from './log.ts'
import { type CpuBudget, type Layout, layOut, readCpuBudget } from './machine/cpu-budget.ts'
import { queueBytesFor, readMemoryBudget } from './machine/memory-budget.ts'
import { openFilesLimit, warnOfFewConnections } from './machine/open-files.ts'
import { createMetrics, type Metrics, recordIn } from './observe/metrics.ts'
import type { Inspected } from './pool/inspect.ts'
import { WorkerPool } from './pool/worker-pool.ts'
import { Scheduler } from './scheduling/scheduler.ts'
import { removeTempDir } from './temp-dir.ts'

const NGINX_TEMPLATE = fileURLToPath(new URL('../../nginx.conf', import.meta.url))

/** Workers that end before any was ready, after which the start is given up. */
const MAX_FAILED_STARTS = 5

/** What is kept of the time to drain for ending nginx and the workers. */
const DRAIN_RESERVE_MS = 2000

/** How long connections stay open after the last answer, for requests that are on their way. */
const LINGER_MS = 300

const DRAIN_POLL_MS = 20

/** How long a client may let its request or reply rest while the server drains. */
const STALL_MS = 5000

/** Connections that may wait to be accepted; Node's 511 makes nginx answer bursts with 503. Linux caps it at somaxconn. */
const BACKLOG = 4096

export class Server {
  readonly #config: Config
  readonly #log: Log
  readonly #budget = readCpuBudget()
  readonly #health = new Health(() => this.#scheduler.stuck)
  readonly #metrics: Metrics
  readonly #scheduler: Scheduler
  readonly #app: FastifyInstance
  readonly #tempDir: string | undefined
  readonly #inspected: Promise<Inspected>
  readonly #exchanges = new Exchanges()
  #pool: WorkerPool | undefined
  #nginx: NginxHandle | undefined
  #endSocket: () => void = () => {}
  #failedStarts = 0
  /** What a worker said last that could not load the model. */
  #lastFailure: string | undefined
  #saidCopyProblem = false
  #onWorkerReady: (pool: WorkerPool) => void = () => {}
  #giveUp: (error: StartupError) => void = () => {}

  /**
   * @param tempDir the folder to write to, if there is one
   * @param inspected what comes of inspecting the model
   */
  constructor(config: Config, log: Log, tempDir: string | undefined, inspected: Promise<Inspected>) {
    this.#config = config
    this.#tempDir = tempDir
    this.#inspected = inspected
    this.#log = log
    this.#metrics = createMetrics((metrics) => this.#setGauges(metrics))
    const { maxQueueBytes } = config
    const limits = {
      ...config,
      maxQueueBytes: maxQueueBytes === 'auto' ? queueBytesFor(readMemoryBudget()) : maxQueueBytes,
    }
    this.#scheduler = new Scheduler(limits, recordIn(this.#metrics))
    this.#app = buildApp({
      ...limits,
      log,
      scheduler: this.#scheduler,
      health: this.#health,
      metrics: this.#metrics,
      exchanges: this.#exchanges,
      info: () => this.#pool?.info,
    })
    // However the process ends: a worker in the middle of a run would not notice for as long as that takes.
    process.once('exit', () => this.#pool?.kill())
  }

  /**
   * Resolves when every worker is ready.
   * @throws StartupError if the model, a setting or the machine does not allow it
   */
  async start(): Promise<{ info: ModelInfo; layout: Layout; budget: CpuBudget }> {
    const { device, maxBatchSize, defaultAccept, maxBodyBytes, requestTimeoutMs } = this.#config
    // Workers boot while the model is inspected. Where another device turns out to work, fewer may be needed.
    const likely = device === 'auto' ? FALLBACK_DEVICE : device
    const pool = this.#fork(layOut(this.#budget, likely, this.#config).workers)
    await this.#listen()
    const inspected = await this.#inspected
    for (const warning of inspected.warnings) this.#log.warn(warning)
    const layout = layOut(this.#budget, inspected.device, this.#config)
    this.#health.wantedWorkers = layout.workers
    const info = await this.#load(pool, layout.workers, inspected.name, {
      folder: inspected.folder,
      device: inspected.device,
      rows: inspected.rows,
      startTimeoutMs: this.#config.startTimeoutMs,
      threads: layout.threads,
      threadsAlone: layout.threadsAlone,
      defaultAccept,
      maxBodyBytes,
      // Half of the time is left for the queue and the run; who is answered late is answered before the server gives up.
      prepareTimeoutMs: requestTimeoutMs / 2,
      ...(inspected.file && { optimisedFile: inspected.file }),
      ...(inspected.recipe !== undefined && { recipe: inspected.recipe }),
      ...(maxBatchSize !== 'auto' && { maxBatchSize }),
    })
    return { info, layout, budget: this.#budget }
  }

  /** Resolves with the number of requests that could not be finished. Never rejects. */
  async drain(): Promise<number> {
    const end = performance.now() + this.#config.drainTimeoutMs
    const left = () => Math.max(0, end - performance.now())
    this.#health.drain()
    // First, while the way from it is open: what nginx has accepted may come late, and on a new connection.
    let nginxRuns = true
    const nginxEnded =
      this.#nginx?.stop({ timeoutMs: Math.max(0, left() - DRAIN_RESERVE_MS) }) ?? Promise.resolve(true)
    void nginxEnded.finally(() => {
      nginxRuns = false
    })
    let stalled = await this.#closeStalledWhile(() => nginxRuns && left() > DRAIN_RESERVE_MS)
    await nginxEnded
    this.#endSocket()
    const unfinishedInTime = () => this.#exchanges.size > 0 && left() > DRAIN_RESERVE_MS
    // Only the listener: Fastify's close would also cut connections that have a request on its way.
    if (this.#app.server.listening) Listener.prototype.close.call(this.#app.server)
    stalled += await this.#closeStalledWhile(unfinishedInTime)
    await delay(Math.min(LINGER_MS, left()))
    stalled += await this.#closeStalledWhile(unfinishedInTime)
    const unfinished = this.#exchanges.size
    // What is computed is told that it will not be; what still arrives is cut.
    this.#scheduler.close()
    while (this.#exchanges.answering > 0 && left() > 0) await delay(DRAIN_POLL_MS)
    // Fastify's close alone would wait for connections on which no request, or half of one, has come.
    this.#app.server.closeAllConnections()
    await Promise.race([this.#app.close(), delay(left())])
    await this.#pool?.stop(left())
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
          `requests given up: ${closed}; nothing came of them, or was taken of their replies, for ${STALL_MS / 1000} s`,
        )
      stalled += closed
      await delay(DRAIN_POLL_MS)
    }
    return stalled
  }

  async #listen(): Promise<void> {
    const { front, host, port } = this.#config
    if (front === 'none') {
      warnOfFewConnections(openFilesLimit(), this.#log)
      return this.#listenOn({ host, port })
    }
    if (this.#tempDir === undefined)
      throw new StartupError('nginx needs a folder to write to; see --temp-dir')
    const socketPath = join(this.#tempDir, 'server.sock')
    await this.#listenOn({ path: socketPath })
    this.#nginx = await startNginx({
      ...this.#config,
      templateFile: NGINX_TEMPLATE,
      socketPath,
      tempDir: this.#tempDir,
      cores: this.#budget.cpus,
      openFiles: openFilesLimit(),
      log: this.#log,
    })
    this.#endSocket = keepSocket(socketPath, BACKLOG, this.#app.server, () =>
      this.#log.warn(
        `the socket of nginx was removed, and made again; keep what cleans up temporary files away from ${this.#tempDir}`,
      ),
    )
  }

  async #listenOn(where: { path: string } | { host: string; port: number }): Promise<void> {
    try {
      await this.#app.listen({
        ...where,
        backlog: BACKLOG,
        listenTextResolver: (address) => `listening on ${address}`,
      })
    } catch (error) {
      const { code, message } = error as NodeJS.ErrnoException
      const inUse = code === 'EADDRINUSE' && 'port' in where
      throw new StartupError(
        inUse ? `port ${where.port} is in use; choose another with --port` : `cannot listen: ${message}`,
      )
    }
  }

  #fork(count: number): WorkerPool {
    const pool = new WorkerPool(count, {
      ready: (worker) => {
        const { warmUp, padded, maxBatchSize, copyProblem } = pool.info as ModelInfo
        const { lane } = this.#scheduler
        lane.maxBatchSize = maxBatchSize
        if (copyProblem !== undefined && !this.#saidCopyProblem) {
          this.#saidCopyProblem = true
          this.#log.warn(
            `a worker loaded the model's own file, so it does not share its weights, since the optimised copy could not be loaded: ${copyProblem}. Keep what cleans up temporary files away from --temp-dir; a restart writes the copy again`,
          )
        }
        lane.cost.padded = padded
        if (!lane.cost.known)
          for (const { rows, milliseconds, bytes } of warmUp) lane.cost.seed(rows, milliseconds, bytes)
        this.#scheduler.add(worker)
        this.#onWorkerReady(pool)
      },
      lost: (worker) => this.#scheduler.remove(worker),
      changed: () => {
        this.#health.readyWorkers = pool.readyCount
      },
      exited: (pid, description, late) => {
        const next = late === undefined ? 'another' : 'another, which does not warm it up,'
        this.#log.error({ pid }, `a worker ${description}; ${next} takes its place`)
        this.#metrics.workerExits.inc()
        if (this.#health.state !== 'starting' || late === 'once') return
        this.#failedStarts += 1
        if (this.#failedStarts >= MAX_FAILED_STARTS || late === 'again') {
          const why = this.#lastFailure ?? `the last ${description}`
          this.#giveUp(new StartupError(`workers do not start: ${why}`))
        }
      },
      failed: (message, expected) => {
        this.#lastFailure = `the model could not be loaded: ${message.split('\n', 1)}`
        this.#log.error(`a worker could not load the model: ${message}`)
        // For a reason of the model's own: another worker would fail just so.
        if (expected && this.#health.state === 'starting') this.#giveUp(new StartupError(message))
      },
    })
    this.#pool = pool
    return pool
  }

  /** Resolves when all have loaded the model. */
  #load(pool: WorkerPool, count: number, model: string, options: LoadOptions): Promise<ModelInfo> {
    return new Promise((ready, giveUp) => {
      this.#giveUp = giveUp
      this.#onWorkerReady = ({ readyCount, info }) => {
        if (readyCount === count && info !== undefined) ready(info)
      }
      pool.load(model, options, count)
    })
  }

  #setGauges(metrics: Metrics): void {
    metrics.queueSize.set(this.#scheduler.lane.waiting)
    metrics.workers.set({ state: 'ready' }, this.#pool?.readyCount ?? 0)
    metrics.workers.set({ state: 'starting' }, this.#pool?.startingCount ?? 0)
    for (const state of HEALTH_STATES) metrics.health.set({ state }, this.#health.state === state ? 1 : 0)
  }
}
