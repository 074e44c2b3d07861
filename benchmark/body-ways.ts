/** What does each way of a body of 600 KB to another process cost the one that received it? Prints milliseconds of its CPU. */

import { progress } from './lib/figure.ts'
import { closedLoop, type Payload } from './lib/load.ts'
import { LOADER, ownCpuSeconds, type Running, start } from './lib/server.ts'
import { interleave, spread } from './lib/stats.ts'
import { WAYS } from './programs/body-ways.ts'

const ROUNDS = 3
const OFFERED = { connections: 16, seconds: 1.5 }
const PAYLOAD: Payload = { body: Buffer.alloc(600_128, 1), contentType: 'application/octet-stream' }

const cpuMs = async ({ url, pid }: Running): Promise<number> => {
  const before = ownCpuSeconds(pid)
  const { statuses } = await closedLoop(url, PAYLOAD, OFFERED)
  return ((ownCpuSeconds(pid) - before) * 1000) / (statuses[200] as number)
}

const program = (...args: string[]) => start(process.execPath, [...LOADER, ...args])

const servers: Record<string, Running> = {
  'read and dropped': await program('benchmark/programs/drop-route.ts'),
}
for (const way of Object.keys(WAYS)) servers[way] = await program('benchmark/programs/body-ways.ts', way)
progress('ways of a body to another process')
for (const server of Object.values(servers)) await closedLoop(server.url, PAYLOAD, OFFERED)
const measured = await interleave(
  ROUNDS,
  Object.fromEntries(Object.entries(servers).map(([name, server]) => [name, () => cpuMs(server)])),
)
for (const server of Object.values(servers)) await server.stop()
for (const [name, values] of Object.entries(measured)) {
  const { median, least, most } = spread(values)
  process.stdout.write(`${name}: ${median.toFixed(2)} (${least.toFixed(2)}–${most.toFixed(2)}) ms\n`)
}
process.exit(0)
