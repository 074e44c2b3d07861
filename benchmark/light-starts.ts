/** Does one start of the server serve a light model as fast as another? Ten starts, each beside an empty route that is started too. */

import { type Figure, progress, runAlone } from './lib/figure.ts'
import { modelFolders, tabularPayload } from './lib/payloads.ts'
import { LOADER, start, startServer } from './lib/server.ts'
import { quantile, spread } from './lib/stats.ts'
import { GENERATOR, requestsPerSecond } from './lib/wrk.ts'

const STARTS = 10
/** In turns, so that what else the machine does meets both. */
const ROUNDS = 3

const evenness = (values: readonly number[]): number => Math.min(...values) / Math.max(...values)

export const measure = async (): Promise<Figure[]> => {
  const { tabular } = await modelFolders()
  const served: number[] = []
  const empty: number[] = []
  for (let number = 1; number <= STARTS; number += 1) {
    progress(`light model: start ${number} of ${STARTS}`)
    const server = await startServer(tabular)
    const route = await start(process.execPath, [...LOADER, 'benchmark/programs/empty-route.ts'])
    const rate = (url: string, seconds: number) =>
      requestsPerSecond(url, tabularPayload, { connections: 64, seconds })
    await rate(server.url, 4)
    await rate(route.url, 2)
    const own: number[] = []
    const others: number[] = []
    for (let round = 0; round < ROUNDS; round += 1) {
      own.push(await rate(server.url, 1))
      others.push(await rate(route.url, 1))
    }
    served.push(quantile(own, 0.5))
    empty.push(quantile(others, 0.5))
    await server.stop()
    await route.stop()
  }
  const range = (values: readonly number[]) =>
    `${Math.round(Math.min(...values))}–${Math.round(Math.max(...values))}`
  const relative = served.map((value, index) => value / (empty[index] as number))
  return [
    {
      row: 'c3',
      what: `tabular model, JSON, 64 connections: the slowest of ${STARTS} starts ÷ the fastest`,
      goal: { least: 0.9 },
      unit: '',
      value: spread([evenness(served)]),
      note: `${range(served)} requests/s; of an empty route, started as often, ${evenness(empty).toFixed(2)} (${range(empty)}); served ÷ empty ${Math.min(...relative).toFixed(2)}–${Math.max(...relative).toFixed(2)}; load by ${GENERATOR}`,
    },
  ]
}

await runAlone(import.meta.url, measure)
