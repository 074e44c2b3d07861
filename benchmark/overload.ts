/** What happens to a server that is offered 2, 5 and 10 times what it can serve? Transformer, a deadline of 2 s. */

import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { type Figure, progress, runAlone } from './lib/figure.ts'
import { openLoop, throughput } from './lib/load.ts'
import { modelFolders, transformerPayload } from './lib/payloads.ts'
import { family, ROOT, residentBytes, startServer } from './lib/server.ts'
import { quantile } from './lib/stats.ts'

/** `BENCH_OVERLOAD_SECONDS=60` for the whole minute at each rate. */
const SECONDS = Number(process.env.BENCH_OVERLOAD_SECONDS ?? 15)
const DEADLINE_MS = 2000

export type OverloadPoint = { offered: number; goodput: number; p99Ms: number; refusedP99Ms: number }

/** How long clients wait that have a time-out of their own, of which the server does not know. */
const PATIENCE_MS = 5000

/** What the plot shows. */
const POINTS = join(ROOT, 'benchmark/results/load.json')

const one = (value: number) => ({ median: value, least: value, most: value })

/** With default settings: a deadline of a minute, which no such client waits for. */
export const measureImpatient = async (model: string): Promise<Figure> => {
  const server = await startServer(model)
  progress('overload: clients that give up')
  const saturated = () => throughput(server.url, transformerPayload, { connections: 16, seconds: 5 })
  await saturated()
  const before = await saturated()
  // No shorter: it takes the time that clients wait to learn it.
  const seconds = Math.max(SECONDS, 6 * (PATIENCE_MS / 1000))
  const { sent, milliseconds } = await openLoop(server.url, transformerPayload, {
    perSecond: 5 * before,
    seconds,
    givesUpAfterMs: PATIENCE_MS,
  })
  const peak = (before + (await saturated())) / 2
  await server.stop()
  const count = (status: number) => milliseconds[status]?.length ?? 0
  const lastAfter = quantile(milliseconds[200] ?? [0], 1) / 1000
  return {
    row: 'o6',
    what: `offered 5×, clients that give up after ${PATIENCE_MS} ms, default settings: goodput ÷ peak`,
    goal: { least: 0.9 },
    unit: '',
    value: one(count(200) / (seconds + lastAfter) / peak),
    note: `${sent} sent, ${count(200)} served, ${count(503)} refused, ${count(0)} gave up, in ${seconds} s`,
  }
}

export const measure = async (): Promise<Figure[]> => {
  const { transformer } = await modelFolders()
  const server = await startServer(transformer, ['--request-timeout-ms', String(DEADLINE_MS)])
  progress('overload: what can be served')
  const saturated = () => throughput(server.url, transformerPayload, { connections: 16, seconds: 5 })
  await saturated()
  const peaks: number[] = [await saturated()]
  const resident = () => family(server.pid).reduce((sum, pid) => sum + residentBytes(pid), 0)
  const residents: number[] = []
  const figures: Figure[] = []
  const points: OverloadPoint[] = []
  for (const factor of [0.25, 0.5, 0.8, 2, 5, 10]) {
    const rate = factor * quantile(peaks, 0.5)
    progress(`overload: ${factor}×, ${rate.toFixed(0)} requests/s`)
    const seconds = factor < 1 ? 5 : SECONDS
    const amount = { perSecond: rate, seconds }
    const { sent, milliseconds, withoutRetryAfter } = await openLoop(server.url, transformerPayload, amount)
    const { 200: served = [], 503: refused = [], ...others } = milliseconds
    const other = Object.values(others).reduce((sum, { length }) => sum + length, 0)
    points.push({
      offered: rate,
      goodput: served.length / seconds,
      p99Ms: quantile(served, 0.99),
      refusedP99Ms: quantile(refused, 0.99),
    })
    if (factor < 1) continue
    residents.push(resident())
    const peakBefore = quantile(peaks, 0.5)
    peaks.push(await saturated())
    const peak = (peakBefore + (peaks.at(-1) ?? 0)) / 2
    const note = `${sent} sent, ${served.length} served, ${refused.length} refused, ${other} others, ${withoutRetryAfter} refusals without Retry-After`
    // What was accepted is answered after the end of the load too.
    const goodput = served.length / (seconds + Math.max(0, quantile(served, 1) - 1000) / 1000)
    figures.push(
      {
        row: 'o1',
        what: `offered ${factor}×: goodput ÷ peak`,
        goal: { least: 0.95 },
        unit: '',
        value: one(goodput / peak),
        note,
      },
      {
        row: 'o2',
        what: `offered ${factor}×: p99 of refusals`,
        goal: { most: 20 },
        unit: 'ms',
        value: one(quantile(refused, 0.99)),
        note: '',
      },
      {
        row: 'o3',
        what: `offered ${factor}×: slowest answer that was accepted; the deadline is ${DEADLINE_MS} ms`,
        goal: { most: DEADLINE_MS },
        unit: 'ms',
        value: one(quantile(served, 1)),
        note: '',
      },
      {
        row: 'o4',
        what: `offered ${factor}×: requests neither served nor refused`,
        goal: { most: 0 },
        unit: '',
        value: one(other),
        note: '',
      },
    )
  }
  mkdirSync(dirname(POINTS), { recursive: true })
  writeFileSync(POINTS, `${JSON.stringify(points, null, 2)}\n`)
  const [first = 0, last = 0] = [residents[0], residents.at(-1)]
  figures.push({
    row: 'o5',
    what: 'resident set of all processes after 10× ÷ after 2×',
    goal: { most: 1.05 },
    unit: '',
    value: one(last / first),
    note: `${(last / 2 ** 20).toFixed(0)} ÷ ${(first / 2 ** 20).toFixed(0)} MB`,
  })
  await server.stop()
  figures.push(await measureImpatient(transformer))
  return figures.sort((a, b) => a.row.localeCompare(b.row))
}

await runAlone(import.meta.url, measure)
