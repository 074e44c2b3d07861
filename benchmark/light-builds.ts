/**
 * What does each request of a light model cost the server process and its workers, in two or more builds side by side? They are
 * measured in turns; an empty route stands beside them.
 *
 *   BENCH_BUILDS=before=/elsewhere/dist/main.js npx tsx benchmark/light-builds.ts
 *
 * BENCH_SECONDS says how long each measurement lasts, BENCH_ROUNDS how many there are.
 */

import { modelFolders, tabularPayload } from './lib/payloads.ts'
import { childrenOf, LOADER, ownCpuSeconds, type Running, start, startServer } from './lib/server.ts'
import { quantile, ratios } from './lib/stats.ts'
import { wrk } from './lib/wrk.ts'

const { env } = process
const SECONDS = Number(env.BENCH_SECONDS ?? 2)
const ROUNDS = Number(env.BENCH_ROUNDS ?? 5)
const CONNECTIONS = (env.BENCH_CONNECTIONS ?? '1,64').split(',').map(Number)

/** Of one measurement; microseconds of CPU are those of a request. */
type Cost = { perSecond: number; p50Ms: number; serverMicros: number; workerMicros: number; batch: number }

/** Requests and batches so far; an empty route has none. */
const batches = async (url: string): Promise<[requests: number, batches: number]> => {
  const text = await (await fetch(`${url}/metrics`)).text()
  const read = (name: string) =>
    Number(new RegExp(`^serving_batch_requests_${name} (.*)$`, 'm').exec(text)?.[1])
  return [read('sum'), read('count')]
}

const measure = async ({ url, pid }: Running, connections: number, seconds: number): Promise<Cost> => {
  const workers = childrenOf(pid)
  const cpu = () => [ownCpuSeconds(pid), workers.reduce((sum, worker) => sum + ownCpuSeconds(worker), 0)]
  const [requests, count] = await batches(url)
  const [server = 0, worker = 0] = cpu()
  const { perSecond, p50Ms, failed } = await wrk(`${url}/invocations`, tabularPayload, {
    connections,
    seconds,
  })
  if (failed > 0) throw new Error(`${failed} requests failed`)
  const [serverAfter = 0, workerAfter = 0] = cpu()
  const [requestsAfter, countAfter] = await batches(url)
  const micros = (cpuSeconds: number) => (cpuSeconds * 1e6) / (perSecond * seconds)
  return {
    perSecond,
    p50Ms,
    serverMicros: micros(serverAfter - server),
    workerMicros: micros(workerAfter - worker),
    batch: (requestsAfter - requests) / (countAfter - count),
  }
}

const { tabular } = await modelFolders()
const builds = (env.BENCH_BUILDS?.split(',') ?? []).map((pair) => pair.split('=') as [string, string])
const servers: [string, Running][] = [['this', await startServer(tabular)]]
for (const [name, main] of builds) servers.push([name, await startServer(tabular, [], {}, [], main)])
servers.push(['empty route', await start(process.execPath, [...LOADER, 'benchmark/programs/empty-route.ts'])])
for (const [, server] of servers) await measure(server, 64, 4)

for (const connections of CONNECTIONS) {
  const values: Record<string, Cost[]> = {}
  for (let round = 0; round < ROUNDS; round += 1)
    for (const [name, server] of round % 2 === 0 ? servers : [...servers].reverse())
      values[name] = [...(values[name] ?? []), await measure(server, connections, SECONDS)]
  console.log(`${connections} connections, ${ROUNDS} rounds: median and quartiles`)
  const all = (name: string, key: keyof Cost) => (values[name] ?? []).map((cost) => cost[key])
  const text = (numbers: readonly number[], digits: number) =>
    [0.5, 0.25, 0.75].map((q) => quantile(numbers, q).toFixed(digits)).join(' ')
  for (const name of Object.keys(values))
    for (const [key, digits] of Object.entries({
      perSecond: 0,
      p50Ms: 3,
      serverMicros: 1,
      workerMicros: 1,
      batch: 1,
    }))
      if (Number.isFinite(all(name, key as keyof Cost)[0]))
        console.log(
          `${name.padEnd(12)} ${key.padEnd(13)} ${text(all(name, key as keyof Cost), digits).padEnd(24)} this ÷ it ${text(ratios(all('this', key as keyof Cost), all(name, key as keyof Cost)), 3)}`,
        )
}
for (const [, server] of servers) await server.stop()
