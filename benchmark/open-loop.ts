/**
 * How late are answers at 50 % and 80 % of what can be served, if requests come as they do from many who know nothing of each
 * other (Poisson)? Against a request that is alone. Without nginx.
 */

import { type Figure, progress, runAlone } from './lib/figure.ts'
import { closedLoop, latencies, openLoop, type Payload, waits } from './lib/load.ts'
import { imageTensorPayload, modelFolders, tabularPayload, transformerPayload } from './lib/payloads.ts'
import { startServer } from './lib/server.ts'
import { quantile, spread } from './lib/stats.ts'

const ROUNDS = Number(process.env.BENCH_OPEN_LOOP_ROUNDS ?? 5)
/** Of each load; a slow model is asked some hundreds of times meanwhile. */
const SECONDS = Number(process.env.BENCH_OPEN_LOOP_SECONDS ?? 15)

type Subject = { name: string; folder: string; payload: Payload; connections: number; requests: number }

type Point = { p50: number; p99: number; refused: number; lateMs: number; perSecond: number }

/** A queue alone makes p99 a few times the latency of a request for which nobody waits; see benchmark/README.md. */
const ROWS = [
  { row: '12a', quantile: 'p50', part: 0.5, most: 2.5 },
  { row: '12b', quantile: 'p99', part: 0.5, most: 6 },
  { row: '12c', quantile: 'p50', part: 0.8, most: 4 },
  { row: '12d', quantile: 'p99', part: 0.8, most: 12 },
] as const

const loaded = async (url: string, payload: Payload, perSecond: number, seed: number): Promise<Point> => {
  const amount = { perSecond, seconds: SECONDS, seed }
  const result = await openLoop(url, payload, amount)
  const all = waits(result)
  const refused = result.sent - (result.milliseconds[200]?.length ?? 0)
  return { p50: quantile(all, 0.5), p99: quantile(all, 0.99), refused, lateMs: result.lateP99Ms, perSecond }
}

const ofModel = async ({ name, folder, payload, connections, requests }: Subject): Promise<Figure[]> => {
  progress(`open loop: ${name}`)
  const server = await startServer(folder)
  const saturated = async () =>
    (await closedLoop(server.url, payload, { connections, seconds: SECONDS / 2 })).perSecond
  await saturated()
  const rates: number[] = []
  const alone: number[] = []
  const points = new Map<number, Point[]>([
    [0.5, []],
    [0.8, []],
  ])
  for (let round = 1; round <= ROUNDS; round += 1) {
    rates.push(await saturated())
    alone.push(quantile((await latencies(server.url, payload, requests)).slice(requests / 4), 0.5))
    for (const [part, measured] of points)
      measured.push(await loaded(server.url, payload, part * quantile(rates, 0.5), round))
  }
  await server.stop()
  return ROWS.map(({ row, quantile: name50or99, part, most }) => {
    const measured = points.get(part) ?? []
    const median = (of: (point: Point) => number) => quantile(measured.map(of), 0.5)
    const refused = measured.reduce((sum, point) => sum + point.refused, 0)
    return {
      row,
      what: `${part * 100} % of what can be served, Poisson, ${name}: ${name50or99} ÷ p50 of a request alone`,
      goal: { most },
      unit: '',
      value: spread(measured.map((point, index) => point[name50or99] / (alone[index] ?? Number.NaN))),
      note: `${median((point) => point[name50or99]).toFixed(2)} ÷ ${quantile(alone, 0.5).toFixed(2)} ms at ${median(({ perSecond }) => perSecond).toFixed(0)} of ${quantile(rates, 0.5).toFixed(0)} requests/s; of that the generator's own lateness, p99, is ${median(({ lateMs }) => lateMs).toFixed(2)} ms${refused > 0 ? `; ${refused} refused` : ''}`,
    }
  })
}

export const measure = async (): Promise<Figure[]> => {
  const { tabular, transformer, resnet50 } = await modelFolders()
  const subjects: Subject[] = [
    { name: 'tabular', folder: tabular, payload: tabularPayload, connections: 64, requests: 1000 },
    { name: 'transformer', folder: transformer, payload: transformerPayload, connections: 16, requests: 60 },
    { name: 'ResNet-50', folder: resnet50, payload: imageTensorPayload, connections: 16, requests: 40 },
  ]
  const figures: Figure[] = []
  for (const subject of subjects) figures.push(...(await ofModel(subject)))
  return figures.sort((a, b) => a.row.localeCompare(b.row))
}

await runAlone(import.meta.url, measure)
