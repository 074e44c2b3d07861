/** What part of an empty route's requests per second is left with a light model behind it? 64 connections. */

import { type Figure, progress, runAlone } from './lib/figure.ts'
import { throughput } from './lib/load.ts'
import { modelFolders, tabularPayload } from './lib/payloads.ts'
import { LOADER, start, startServer } from './lib/server.ts'
import { interleave, quantile, ratios, spread } from './lib/stats.ts'

const ROUNDS = 5
const OFFERED = { connections: 64, seconds: 2 }

export const measure = async (): Promise<Figure[]> => {
  const { tabular } = await modelFolders()
  const server = await startServer(tabular)
  const empty = await start(process.execPath, [...LOADER, 'benchmark/programs/empty-route.ts'])
  const echo = await start(process.execPath, [...LOADER, 'benchmark/programs/echo-route.ts'])
  progress('light model: against an empty route')
  // Both are compiled at their best only after some tens of thousands of requests.
  for (const { url } of [server, empty, echo])
    await throughput(url, tabularPayload, { ...OFFERED, seconds: 5 })
  const values = await interleave(ROUNDS, {
    served: () => throughput(server.url, tabularPayload, OFFERED),
    empty: () => throughput(empty.url, tabularPayload, OFFERED),
    echo: () => throughput(echo.url, tabularPayload, OFFERED),
  })
  await server.stop()
  await empty.stop()
  await echo.stop()
  const median = (name: keyof typeof values) => Math.round(quantile(values[name], 0.5))
  return [
    {
      row: '3',
      what: 'tabular model, JSON, 64 connections ÷ an empty Fastify route with the same body',
      goal: { least: 0.7 },
      unit: '',
      value: spread(ratios(values.served, values.empty)),
      note: `${median('served')} ÷ ${median('empty')} requests/s; a route that only sends each body to another process and back: ${median('echo')}`,
    },
  ]
}

await runAlone(import.meta.url, measure)
