/** Does anyone pay for the choice between latency and throughput? ResNet-50, no settings. */

import { availableParallelism } from 'node:os'
import { type Figure, progress, runAlone } from './lib/figure.ts'
import { latencies, throughput } from './lib/load.ts'
import { imageTensorPayload, modelFolders } from './lib/payloads.ts'
import { startServer } from './lib/server.ts'
import { interleave, quantile, ratios, spread } from './lib/stats.ts'

const ROUNDS = 5

export const measure = async (): Promise<Figure[]> => {
  const { resnet50 } = await modelFolders()
  const cores = String(availableParallelism())
  progress('two gears: ResNet-50, no settings')
  const automatic = await startServer(resnet50)
  const quick = await startServer(resnet50, ['--workers', '1', '--threads', cores])
  const wide = await startServer(resnet50, ['--workers', cores, '--threads', '1'])
  const p50 = async (url: string) => quantile((await latencies(url, imageTensorPayload, 40)).slice(10), 0.5)
  const many = (url: string) => throughput(url, imageTensorPayload, { connections: 16, seconds: 3 })
  const values = await interleave(ROUNDS, {
    'alone, automatic': () => p50(automatic.url),
    'alone, quick': () => p50(quick.url),
    'many, automatic': () => many(automatic.url),
    'many, wide': () => many(wide.url),
    'many, quick': () => many(quick.url),
  })
  for (const server of [automatic, quick, wide]) await server.stop()
  const median = (name: keyof typeof values) => quantile(values[name], 0.5)
  const best = median('many, wide') >= median('many, quick') ? 'many, wide' : 'many, quick'
  return [
    {
      row: '9a',
      what: `ResNet-50, one request at a time: p50 ÷ that of 1 worker × ${cores} threads`,
      goal: { most: 1.05 },
      unit: '',
      value: spread(ratios(values['alone, automatic'], values['alone, quick'])),
      note: `${median('alone, automatic').toFixed(1)} ÷ ${median('alone, quick').toFixed(1)} ms`,
    },
    {
      row: '9b',
      what: 'ResNet-50, 16 connections: throughput ÷ that of the best fixed configuration',
      goal: { least: 0.98 },
      unit: '',
      value: spread(ratios(values['many, automatic'], values[best])),
      note: `${median('many, automatic').toFixed(1)} ÷ ${median(best).toFixed(1)} requests/s; ${cores} × 1 thread ${median('many, wide').toFixed(1)}, 1 × ${cores} threads ${median('many, quick').toFixed(1)}`,
    },
  ]
}

await runAlone(import.meta.url, measure)
