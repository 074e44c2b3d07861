/**
 * One worker and two on a made-up card, in simulated time: requests per second by clients, and the least of throughput ÷ that of
 * half the clients (G5).
 *
 *   npx tsx benchmark/gpu/simulated.ts
 */

import { simulate } from '../programs/simulate.ts'
import { CARD_RUNS } from './card.ts'

const CLIENTS = [1, 2, 4, 8, 16, 32, 64, 128]

const print = (cells: readonly (string | number)[]): void => {
  process.stdout.write(`| ${cells.join(' | ')} |\n`)
}

print(['model', 'most rows', 'workers', ...CLIENTS, 'G5'])
print(Array(CLIENTS.length + 4).fill('---'))
for (const [name, curve] of Object.entries(CARD_RUNS))
  for (const maxBatchSize of [32, 128])
    for (const workers of [1, 2]) {
      const rates: number[] = []
      for (const clients of CLIENTS)
        rates.push(await simulate({ ...curve, workers }, { maxBatchSize, maxBatchDelayMs: 0 }, clients))
      const steps = rates.slice(1).map((rate, index) => rate / (rates[index] ?? Number.NaN))
      print([
        name,
        maxBatchSize,
        workers,
        ...rates.map((rate) => rate.toFixed(0)),
        Math.min(...steps).toFixed(2),
      ])
    }
