/** What part of an empty route's requests per second is left with a light model behind it? 64 connections, and 2,000. */

import { type Figure, progress, runAlone } from './lib/figure.ts'
import { modelFolders, tabularPayload } from './lib/payloads.ts'
import { LOADER, type Running, start, startServer } from './lib/server.ts'
import { interleave, quantile, ratios, spread } from './lib/stats.ts'
import { GENERATOR, requestsPerSecond } from './lib/wrk.ts'

const ROUNDS = 5
const SECONDS = 2
const FEW = 64
const MANY = 2000

const rateOf = ({ url }: Running, connections: number, seconds = SECONDS): Promise<number> =>
  requestsPerSecond(url, tabularPayload, { connections, seconds })

export const measure = async (): Promise<Figure[]> => {
  const { tabular } = await modelFolders()
  const server = await startServer(tabular)
  const empty = await start(process.execPath, [...LOADER, 'benchmark/programs/empty-route.ts'])
  const echo = await start(process.execPath, [...LOADER, 'benchmark/programs/echo-route.ts'])
  progress('light model: against an empty route')
  // All are compiled at their best only after some tens of thousands of requests.
  for (const running of [server, empty, echo]) await rateOf(running, FEW, 5)
  const values = await interleave(ROUNDS, {
    served: () => rateOf(server, FEW),
    empty: () => rateOf(empty, FEW),
    echo: () => rateOf(echo, FEW),
    servedMany: () => rateOf(server, MANY),
    emptyMany: () => rateOf(empty, MANY),
  })
  await server.stop()
  await empty.stop()
  await echo.stop()
  const median = (name: keyof typeof values) => Math.round(quantile(values[name], 0.5))
  const kept = {
    served: ratios(values.servedMany, values.served),
    empty: ratios(values.emptyMany, values.empty),
  }
  return [
    {
      row: '3',
      what: 'tabular model, JSON, 64 connections ÷ an empty Fastify route with the same body',
      goal: { least: 0.7 },
      unit: '',
      value: spread(ratios(values.served, values.empty)),
      note: `${median('served')} ÷ ${median('empty')} requests/s; a route that only sends each body to another process and back: ${median('echo')}; load by ${GENERATOR}`,
    },
    {
      row: '3b',
      what: `tabular model, JSON, ${MANY} connections: what is left of the requests/s at ${FEW} ÷ the same of the empty route`,
      goal: { least: 0.9 },
      unit: '',
      value: spread(ratios(kept.served, kept.empty)),
      note: `${median('servedMany')} ÷ ${median('served')} and ${median('emptyMany')} ÷ ${median('empty')} requests/s, none refused; load by ${GENERATOR}`,
    },
  ]
}

await runAlone(import.meta.url, measure)
