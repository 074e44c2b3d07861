/** Does batching that sets itself cost anything, and does it miss anything that a fixed size and delay would give? */

import { type Figure, progress, runAlone } from './lib/figure.ts'
import { latencies, type Payload, throughput } from './lib/load.ts'
import { modelFolders, tabularPayload, transformerPayload } from './lib/payloads.ts'
import { startServer } from './lib/server.ts'
import { interleave, quantile, ratios, spread } from './lib/stats.ts'
import { type Curve, simulate } from './programs/simulate.ts'

const ROUNDS = 5
const OFFERED = { connections: 32, seconds: 2 }

const fixed = (size: number, delayMs: number): string[] => [
  ...['--max-batch-size', String(size), '--max-batch-delay-ms', String(delayMs)],
]

/** The median of a few hundred requests, one after another. */
const p50 = async (url: string, payload: Payload, requests: number): Promise<number> =>
  quantile((await latencies(url, payload, requests)).slice(requests / 4), 0.5)

const noRegretAlone = async (name: string, folder: string, payload: Payload): Promise<Figure> => {
  const [automatic, single] = [await startServer(folder), await startServer(folder, fixed(1, 0))]
  const requests = name === 'tabular' ? 1000 : 60
  const values = await interleave(ROUNDS, {
    automatic: () => p50(automatic.url, payload, requests),
    single: () => p50(single.url, payload, requests),
  })
  await automatic.stop()
  await single.stop()
  return {
    row: '4a',
    what: `one request at a time, p50 with batching ÷ without, ${name}`,
    goal: { most: 1.05 },
    unit: '',
    value: spread(ratios(values.automatic, values.single)),
    note: `${quantile(values.automatic, 0.5).toFixed(2)} ÷ ${quantile(values.single, 0.5).toFixed(2)} ms`,
  }
}

const noRegretSaturated = async (name: string, folder: string, payload: Payload): Promise<Figure> => {
  let best = { label: '', args: [] as string[], perSecond: 0 }
  for (const size of [1, 4, 16, 32]) {
    for (const delay of size === 1 ? [0] : [0, 2, 10]) {
      const server = await startServer(folder, fixed(size, delay))
      await throughput(server.url, payload, { ...OFFERED, seconds: 1 })
      const perSecond = await throughput(server.url, payload, OFFERED)
      if (perSecond > best.perSecond)
        best = { label: `size ${size}, delay ${delay} ms`, args: fixed(size, delay), perSecond }
      await server.stop()
    }
  }
  const [automatic, swept] = [await startServer(folder), await startServer(folder, best.args)]
  const values = await interleave(ROUNDS, {
    automatic: () => throughput(automatic.url, payload, OFFERED),
    swept: () => throughput(swept.url, payload, OFFERED),
  })
  await automatic.stop()
  await swept.stop()
  return {
    row: '4b',
    what: `saturated throughput ÷ that of the best fixed size and delay, ${name}`,
    goal: { least: 0.98 },
    unit: '',
    value: spread(ratios(values.automatic, values.swept)),
    note: `${quantile(values.automatic, 0.5).toFixed(0)} ÷ ${quantile(values.swept, 0.5).toFixed(0)} requests/s; best: ${best.label}`,
  }
}

/** Milliseconds of a batch: a + b·n. */
const CURVES: Record<string, Curve> = {
  'a GPU, 8 + 0.2·n ms': { fixed: 8, each: 0.2, workers: 1 },
  'a CPU, 1 + 40·n ms': { fixed: 1, each: 40, workers: 2 },
  'a light model, 0.15 + 0.01·n ms': { fixed: 0.15, each: 0.01, workers: 2 },
  'something between, 5 + 2·n ms': { fixed: 5, each: 2, workers: 2 },
}

/** In simulated time, so there is no noise and no spread. */
const simulated = async (): Promise<Figure[]> => {
  const figures: Figure[] = []
  for (const [name, curve] of Object.entries(CURVES)) {
    const automatic = await simulate(curve, { maxBatchSize: 64, maxBatchDelayMs: 0 }, 64)
    const swept: number[] = []
    for (const maxBatchSize of [1, 2, 4, 8, 16, 32, 64])
      for (const maxBatchDelayMs of [0, 2, 10])
        swept.push(await simulate(curve, { maxBatchSize, maxBatchDelayMs }, 64))
    const one = (value: number) => ({ median: value, least: value, most: value })
    figures.push({
      row: '4c',
      what: `simulated workers, ${name}: throughput ÷ the best of a sweep`,
      goal: { least: 0.98 },
      unit: '',
      value: one(automatic / Math.max(...swept)),
      note: `${automatic.toFixed(0)} ÷ ${Math.max(...swept).toFixed(0)} requests/s, 64 clients`,
    })
    if (!name.startsWith('a GPU')) continue
    figures.push({
      row: '4d',
      what: `simulated workers, ${name}: throughput ÷ that without batching`,
      goal: { least: 6 },
      unit: '×',
      value: one(automatic / (swept[0] ?? Number.NaN)),
      note: `${automatic.toFixed(0)} ÷ ${swept[0]?.toFixed(0)} requests/s, 64 clients`,
    })
  }
  return figures
}

export const measure = async (): Promise<Figure[]> => {
  const { tabular, transformer } = await modelFolders()
  progress('batching: simulated workers')
  const figures = await simulated()
  progress('batching: one request at a time')
  figures.push(await noRegretAlone('tabular', tabular, tabularPayload))
  figures.push(await noRegretAlone('transformer', transformer, transformerPayload))
  progress('batching: saturated')
  figures.push(await noRegretSaturated('tabular', tabular, tabularPayload))
  figures.push(await noRegretSaturated('transformer', transformer, transformerPayload))
  return figures.sort((a, b) => a.row.localeCompare(b.row))
}

await runAlone(import.meta.url, measure)
