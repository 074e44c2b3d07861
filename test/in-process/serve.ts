/**
 * A server without processes of its own: HTTP, scheduling and a worker's work, all in this one. It starts in milliseconds,
 * where a real one takes a second of a core, and answers the same; what kills, drains or measures a process needs a real one.
 */

import type { AddressInfo } from 'node:net'
import { pino } from 'pino'
import type { ModelFolder } from '../../src/model/model.ts'
import { join } from '../../src/protocol/body.ts'
import { BatchCheck } from '../../src/protocol/check.ts'
import type { FromWorker } from '../../src/protocol/messages.ts'
import type { BatchTimings } from '../../src/protocol/request.ts'
import { buildApp } from '../../src/server/app.ts'
import { banner } from '../../src/server/banner.ts'
import { readConfig } from '../../src/server/config/read-config.ts'
import type { Config } from '../../src/server/config/settings.ts'
import { Health } from '../../src/server/health.ts'
import { Exchanges } from '../../src/server/http/exchanges.ts'
import { createMetrics, recordIn } from '../../src/server/observe/metrics.ts'
import type { BatchEvents, Runner } from '../../src/server/scheduling/runner.ts'
import { Scheduler } from '../../src/server/scheduling/scheduler.ts'
import { Batches } from '../../src/worker/batches.ts'
import type { Recipe } from '../../src/worker/engine/sample.ts'
import { inspect } from '../../src/worker/inspect.ts'
import type { LoadedModel } from '../../src/worker/load.ts'
import { loadFolder } from '../../src/worker/load-folder.ts'
import { type Client, clientOf } from '../contract/client.ts'

export type Served = Client & {
  /** What is printed once it serves. */
  banner: string
  /** What it has logged so far, a line of JSON each. */
  log(): string
  /** What the inspection warned of. */
  warnings: readonly string[]
  stop(): Promise<void>
}

type Batch = { check: BatchCheck; events: BatchEvents; resolve(timings: BatchTimings): void }

/** Does what a worker process does with a batch, and takes its messages as the server does. */
const runnerOf = (loaded: LoadedModel): Runner => {
  const underWay = new Map<number, Batch>()
  const receive = (message: FromWorker): void => {
    if (!('batch' in message)) return
    const { check, events, resolve } = underWay.get(message.batch) as Batch
    if (message.type === 'preparing') events.preparing()
    if (message.type === 'piece') check.piece(message.item, message.bytes)
    if (message.type === 'replies')
      for (const [item, reply] of check.replies(message.replies)) events.reply(item, reply)
    if (message.type === 'done') {
      const { replies, timings } = check.done(message.replies, message.timings)
      underWay.delete(message.batch)
      for (const [item, reply] of replies) events.reply(item, reply)
      resolve(timings)
    }
  }
  const batches = new Batches(
    () => loaded,
    (message, then) => {
      receive(message)
      then?.()
    },
  )
  let next = 1
  return {
    run: (requests, alone, events) => {
      const batch = next
      next += 1
      const check = new BatchCheck(batch, requests.length, loaded.info.maxResponseBytes)
      const items = requests.map((request) => ({ ...request, body: join(request.body) }))
      const done = new Promise<BatchTimings>((resolve, reject) => {
        underWay.set(batch, { check, events, resolve })
        batches.run({ type: 'run', batch, model: '', alone, items }).catch(reject)
      })
      return {
        done,
        cancel: (item) => {
          if (check.cancel(item)) batches.cancel(batch, item)
        },
      }
    },
    kill: (reason) => {
      throw new Error(`a worker would have been killed: ${reason}`)
    },
  }
}

/** @param args settings, as on the command line */
export const serve = async (args: readonly string[]): Promise<Served> => {
  const config = readConfig(['--host', '127.0.0.1', ...args], {}) as Config
  const limits = { ...config, maxQueueBytes: 2 ** 28 }
  const one = { threads: 1, threadsAlone: 1 }
  const found = await inspect({ model: config.model, device: 'cpu', ...one, copy: 'prepacked', run: true })
  if (found.type === 'unfit') throw new Error(found.problem)
  const loaded = await loadFolder({
    ...one,
    folder: found.folder as ModelFolder,
    device: found.device,
    rows: found.rows,
    startTimeoutMs: config.startTimeoutMs,
    defaultAccept: config.defaultAccept,
    maxBodyBytes: config.maxBodyBytes,
    prepareTimeoutMs: config.requestTimeoutMs / 2,
    ...(found.recipe !== undefined && { recipe: found.recipe as Recipe }),
    ...(config.maxBatchSize !== 'auto' && { maxBatchSize: config.maxBatchSize }),
  })
  const { info } = loaded
  const metrics = createMetrics()
  const scheduler = new Scheduler(limits, recordIn(metrics))
  scheduler.lane.maxBatchSize = info.maxBatchSize
  scheduler.add(runnerOf(loaded))
  const health = new Health()
  health.readyWorkers = 1
  let logged = ''
  const log = pino(
    { level: 'warn' },
    {
      write: (line) => {
        logged += line
      },
    },
  )
  const app = buildApp({
    ...limits,
    log,
    scheduler,
    health,
    metrics,
    exchanges: new Exchanges(),
    info: () => info,
  })
  await app.listen({ host: config.host, port: 0 })
  const { port } = app.server.address() as AddressInfo
  return {
    ...clientOf(`http://${config.host}:${port}`),
    banner: banner({ ...config, port }, info, { workers: 1, ...one }, found.description.example),
    log: () => logged,
    warnings: found.warnings,
    stop: async () => {
      app.server.closeAllConnections()
      await app.close()
    },
  }
}
