/** What is measured of each server; each part starts it anew. */

import { openLoop } from '../lib/load.ts'
import { modelFolders } from '../lib/payloads.ts'
import { quantile } from '../lib/stats.ts'
import { wrk } from '../lib/wrk.ts'
import { checkAnswer } from './answers.ts'
import { closedLoop, killUnderLoad } from './load.ts'
import { type Kind, payload } from './payloads.ts'
import { busiestWorker, memoryBytes } from './processes.ts'
import type { Row } from './servers.ts'
import { post, type Started, startRow } from './start-row.ts'

export type Values = Record<string, number | null>

const PATIENCE_MS = 5000
const OVERLOAD_SECONDS = 25

/** Starts a server, sees that it answers rightly, and stops it whatever happens. */
const withServer = async (
  row: Row,
  kinds: readonly Kind[],
  measure: (server: Started) => Promise<Values>,
): Promise<Values> => {
  const { tabular, resnet50 } = await modelFolders()
  const [first = 'jpeg'] = kinds
  const folder = first === 'rows' ? tabular : resnet50
  const server = await startRow(row, folder, first)
  try {
    for (const kind of kinds) await checkAnswer(row, server.url, kind, folder)
    return await measure(server)
  } finally {
    await server.stop()
  }
}

/** A tabular model, one row as JSON. */
const light = (row: Row) =>
  withServer(row, ['rows'], async ({ url }) => {
    const body = await payload('rows', row)
    await wrk(url, body, { connections: 64, seconds: 3 })
    await wrk(url, body, { connections: 1, seconds: 1 })
    const alone = await wrk(url, body, { connections: 1, seconds: 3 })
    const many = await wrk(url, body, { connections: 64, seconds: 4 })
    return {
      aloneP50Ms: alone.p50Ms,
      aloneP99Ms: alone.p99Ms,
      perSecond: many.perSecond,
      p99Ms: many.p99Ms,
      failed: alone.failed + many.failed,
    }
  })

/** ResNet-50, a JPEG of 640 × 480 or a tensor. */
const heavy = (row: Row) =>
  withServer(row, ['jpeg', 'npy'], async ({ url, seconds, processes }) => {
    const [jpeg, npy] = [await payload('jpeg', row), await payload('npy', row)]
    const alone = await closedLoop(url, npy, { connections: 1, seconds: 2 })
    const pictures = await closedLoop(url, jpeg, { connections: 16, seconds: 5 })
    const tensors = await closedLoop(url, npy, { connections: 16, seconds: 5 })
    return {
      startSeconds: seconds,
      aloneP50Ms: alone.p50Ms,
      jpegPerSecond: pictures.perSecond,
      jpegP99Ms: pictures.p99Ms,
      npyPerSecond: tensors.perSecond,
      npyP99Ms: tensors.p99Ms,
      memoryBytes: memoryBytes(processes()),
      failed: alone.failed + pictures.failed + tensors.failed,
    }
  })

/** kill -9 of a worker, ResNet-50 with JPEGs. */
const killed = (row: Row) =>
  withServer(row, ['jpeg'], async ({ url, processes }) => {
    const jpeg = await payload('jpeg', row)
    const pid = await busiestWorker(processes(), () =>
      closedLoop(url, jpeg, { connections: 8, seconds: 1.5 }),
    )
    const { failed, backSeconds } = await killUnderLoad(url, jpeg, { pid, connections: 8, seconds: 10 })
    return { failed, backSeconds }
  })

/** Five times what can be served, ResNet-50 with JPEGs, to clients that hang up after 5 s. */
const overload = (row: Row) =>
  withServer(row, ['jpeg'], async ({ url }) => {
    const jpeg = await payload('jpeg', row)
    const peak = await closedLoop(url, jpeg, { connections: 16, seconds: 5 })
    const { sent, milliseconds } = await openLoop(url, jpeg, {
      ...{ perSecond: 5 * peak.perSecond, seconds: OVERLOAD_SECONDS },
      givesUpAfterMs: PATIENCE_MS,
    })
    const { 200: served = [] } = milliseconds
    const from = performance.now()
    await post(url, jpeg, 60_000).catch(() => undefined)
    const lastAfter = quantile(served, 1) / 1000
    const gaveUp = milliseconds[0]?.length ?? 0
    return {
      goodput:
        served.length / (OVERLOAD_SECONDS + (Number.isFinite(lastAfter) ? lastAfter : 0)) / peak.perSecond,
      p99Ms: quantile(served, 0.99),
      gaveUp: gaveUp / sent,
      refused: (sent - served.length - gaveUp) / sent,
      nextSeconds: (performance.now() - from) / 1000,
    }
  })

export const PARTS = { light, heavy, killed, overload }

export type Part = keyof typeof PARTS
