/** How much later than a bare run is the answer, one request at a time? Tabular model, JSON. */

import { type Figure, progress, runAlone } from './lib/figure.ts'
import { latencies, rawLatencies } from './lib/load.ts'
import { modelFolders, tabularPayload } from './lib/payloads.ts'
import { LOADER, start, startServer } from './lib/server.ts'
import { quantile, spread } from './lib/stats.ts'

const ROUNDS = 5
const REQUESTS = 1500

const FLOORS = {
  bare: 'a bare run takes',
  empty: 'an empty route',
  echo: 'one that goes to another process and back',
}

export const measure = async (): Promise<Figure[]> => {
  const { tabular } = await modelFolders()
  const plain = await startServer(tabular)
  const behind = await startServer(tabular, ['--front', 'nginx'])
  const empty = await start(process.execPath, [...LOADER, 'benchmark/programs/empty-route.ts'])
  const echo = await start(process.execPath, [...LOADER, 'benchmark/programs/echo-route.ts'])
  progress('latency: tabular model, one request at a time')
  const samples = {
    bare: [] as number[][],
    plain: [] as number[][],
    behind: [] as number[][],
    empty: [] as number[][],
    echo: [] as number[][],
  }
  for (let round = 0; round <= ROUNDS; round += 1) {
    const bare = await rawLatencies(tabular, 1, REQUESTS)
    const direct = await latencies(plain.url, tabularPayload, REQUESTS)
    const proxied = await latencies(behind.url, tabularPayload, REQUESTS)
    const emptied = await latencies(empty.url, tabularPayload, REQUESTS)
    const echoed = await latencies(echo.url, tabularPayload, REQUESTS)
    if (round === 0) continue
    samples.empty.push(emptied.slice(300))
    samples.echo.push(echoed.slice(300))
    // The first of each process are spent on compiling.
    samples.bare.push(bare.slice(300))
    samples.plain.push(direct.slice(300))
    samples.behind.push(proxied.slice(300))
  }
  await plain.stop()
  for (const server of [behind, empty, echo]) await server.stop()
  const added = (name: 'plain' | 'behind', q: number) =>
    spread(samples[name].map((all, round) => quantile(all, q) - quantile(samples.bare[round] ?? [], q)))
  const rows = [
    ['2a', 'plain', 0.5, 0.5, 'without nginx'],
    ['2b', 'plain', 0.99, 2, 'without nginx'],
    ['2c', 'behind', 0.5, 0.8, 'with nginx'],
    ['2d', 'behind', 0.99, 3, 'with nginx'],
  ] as const
  return rows.map(([row, name, q, most, where]) => ({
    row,
    what: `latency added to a bare run, tabular model, JSON, p${q * 100}, ${where}`,
    goal: { most },
    unit: 'ms',
    value: added(name, q),
    note: (['bare', 'empty', 'echo'] as const)
      .map((floor) => `${FLOORS[floor]} ${quantile(samples[floor].flat(), q).toFixed(2)} ms`)
      .join(', '),
  }))
}

await runAlone(import.meta.url, measure)
