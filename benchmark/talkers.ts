/**
 * What would more than one process that talks to clients buy a light model on many cores? Two cores cannot show it, CPU time
 * can: what the server process takes for each request bounds what it serves, however many workers it has.
 */

import { spawnSync } from 'node:child_process'
import { type Figure, progress, runAlone } from './lib/figure.ts'
import { modelFolders, tabularPayload } from './lib/payloads.ts'
import { LOADER, ownCpuSeconds, type Running, start, startServer } from './lib/server.ts'
import { interleave, quantile, spread } from './lib/stats.ts'
import { GENERATOR, requestsPerSecond } from './lib/wrk.ts'

const ROUNDS = 5
const SECONDS = 2
const CORES = 16

/** Of one round: microseconds of CPU that the process takes for each request, and requests/s. */
const cost = async ({ url, pid }: Running): Promise<{ microseconds: number; rate: number }> => {
  const before = ownCpuSeconds(pid)
  const rate = await requestsPerSecond(url, tabularPayload, { connections: 64, seconds: SECONDS })
  return { microseconds: ((ownCpuSeconds(pid) - before) * 1e6) / (rate * SECONDS), rate }
}

const crossing = async (): Promise<{ microseconds: number }> => {
  const { stdout } = spawnSync(process.execPath, ['benchmark/programs/crossing.js'], {
    encoding: 'utf8',
  })
  if (!(Number(stdout) > 0)) throw new Error(`crossing.js printed ${stdout}`)
  return { microseconds: Number(stdout) }
}

export const measure = async (): Promise<Figure[]> => {
  const { tabular } = await modelFolders()
  const server = await startServer(tabular)
  const empty = await start(process.execPath, [...LOADER, 'benchmark/programs/empty-route.ts'])
  progress('light model: CPU of the process that talks')
  for (const { url } of [server, empty]) {
    await requestsPerSecond(url, tabularPayload, { connections: 64, seconds: 5 })
  }
  const rates: number[] = []
  const micros = async (measured: Promise<{ microseconds: number; rate?: number }>) => {
    const { microseconds, rate } = await measured
    if (rate !== undefined) rates.push(rate)
    return microseconds
  }
  const values = await interleave(ROUNDS, {
    server: () => micros(cost(server)),
    empty: () => cost(empty).then(({ microseconds }) => microseconds),
    crossing: () => micros(crossing()),
  })
  await server.stop()
  await empty.stop()
  const wanted = (quantile(rates, 0.5) * CORES) / 2
  /** Requests/s at which a process that takes so many microseconds for each is at its end, as a part of what is wanted. */
  const part = (microseconds: number) => 1e6 / microseconds / wanted
  const behindFronts = (round: number) =>
    (values.server[round] as number) - (values.empty[round] as number) + (values.crossing[round] as number)
  const rounds = values.server.map((_, round) => round)
  const median = (name: keyof typeof values) => quantile(values[name], 0.5).toFixed(1)
  const note = `${Math.round(wanted)} requests/s wanted, eight times those of two cores; µs of CPU a request: server process ${median('server')}, empty route ${median('empty')}, handed over by a thread ${median('crossing')}; load by ${GENERATOR}`
  return [
    {
      row: 'c1',
      what: `tabular model, 64 connections: the most that one process can talk ÷ eight times two cores' requests/s`,
      goal: { least: 0.7 },
      unit: '',
      value: spread(values.server.map(part)),
      note,
    },
    {
      row: 'c1b',
      what: 'the same if threads beside it talked, however many, and it had only the queue and the workers',
      goal: { least: 0.7 },
      unit: '',
      value: spread(rounds.map((round) => part(behindFronts(round)))),
      note: 'computed from the same CPU times; not built',
    },
  ]
}

await runAlone(import.meta.url, measure)
