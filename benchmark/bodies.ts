/** What do large bodies cost the server process, in CPU time and in memory? The model is code that drops them. */

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Figure, progress, runAlone } from './lib/figure.ts'
import { closedLoop, type Payload } from './lib/load.ts'
import { LOADER, ownCpuSeconds, type Running, residentBytes, start, startServer } from './lib/server.ts'
import { interleave, quantile, ratios, spread } from './lib/stats.ts'

const ROUNDS = 5
const OFFERED = { connections: 16, seconds: 2 }

const LARGE_BYTES = 20e6
const LARGE_BODIES = 8
const SAMPLE_MS = 5

const bytes = (length: number): Payload => ({
  body: Buffer.alloc(length, 1),
  contentType: 'application/octet-stream',
})

/** A model folder whose code answers at once. */
const dropFolder = (): string => {
  const folder = mkdtempSync(join(tmpdir(), 'bodies-'))
  mkdirSync(join(folder, 'code'))
  writeFileSync(join(folder, 'code/inference.ts'), 'export const predict = () => ({})\n')
  return folder
}

/** Milliseconds of CPU that the process takes for each body of 600 KB. */
const cpuMs = async ({ url, pid }: Running): Promise<number> => {
  const before = ownCpuSeconds(pid)
  const { statuses } = await closedLoop(url, bytes(600_128), OFFERED)
  return ((ownCpuSeconds(pid) - before) * 1000) / (statuses[200] as number)
}

/** The most memory that the process takes beside what it had before, for each byte of the bodies that it may have at once. */
const peak = async ({ url, pid }: Running): Promise<number> => {
  // What code and its compilation take is there once small ones were answered.
  await closedLoop(url, bytes(1000), OFFERED)
  const before = residentBytes(pid)
  let most = 0
  const timer = setInterval(() => {
    most = Math.max(most, residentBytes(pid) - before)
  }, SAMPLE_MS)
  await closedLoop(url, bytes(LARGE_BYTES), { connections: LARGE_BODIES, seconds: 3 })
  clearInterval(timer)
  return most / (LARGE_BODIES * LARGE_BYTES)
}

export const measure = async (): Promise<Figure[]> => {
  const folder = dropFolder()
  const server = await startServer(folder, ['--max-queue-bytes', String(2 ** 29)])
  const bare = await start(process.execPath, [...LOADER, 'benchmark/programs/drop-route.ts'])
  progress('bodies: 600 KB, against a bare route')
  for (const { url } of [server, bare]) await closedLoop(url, bytes(600_128), OFFERED)
  const cpu = await interleave(ROUNDS, { served: () => cpuMs(server), bare: () => cpuMs(bare) })
  await server.stop()
  await bare.stop()
  progress('bodies: 20 MB, eight at once')
  const peaks: number[] = []
  for (let round = 0; round < ROUNDS; round += 1) {
    const fresh = await startServer(folder, ['--max-queue-bytes', String(2 ** 29)])
    peaks.push(await peak(fresh))
    await fresh.stop()
  }
  rmSync(folder, { recursive: true })
  const median = (name: keyof typeof cpu) => quantile(cpu[name], 0.5).toFixed(2)
  return [
    {
      row: 'b1',
      what: "bodies of 600 KB: CPU time of the server process for each ÷ that of a bare route of Node's that drops them",
      goal: { most: 2 },
      unit: '',
      value: spread(ratios(cpu.served, cpu.bare)),
      note: `${median('served')} ÷ ${median('bare')} ms; ${OFFERED.connections} connections`,
    },
    {
      row: 'b2',
      what: 'bodies of 20 MB, eight at once again and again: most memory of the server process beside what it had ÷ the bodies',
      goal: { most: 1.3 },
      unit: '',
      value: spread(peaks),
      note: '',
    },
  ]
}

await runAlone(import.meta.url, measure)
