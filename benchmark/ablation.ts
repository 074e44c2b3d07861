/**
 * What is each mechanism of the scheduler worth? Each is switched off (mechanisms.ts) in a server of its own; all servers run
 * side by side and are measured in turns, at every point of load one right after the other.
 *
 *   npm run bench -- ablation
 *
 * BENCH_ABLATION_MODELS, _MECHANISMS and _CONNECTIONS choose, as `tabular,transformer`; _SECONDS and _OPEN_SECONDS say how
 * long each closed and each open load lasts, _ROUNDS how many rounds count, and _FILE where the table goes. _BUILDS adds other
 * builds of the server, as `before=/elsewhere/dist/main.js`.
 */

import { mkdirSync, writeFileSync } from 'node:fs'
import { cpus } from 'node:os'
import { dirname, resolve } from 'node:path'
import { type AblationTable, AS_IT_IS, formatAblation } from './lib/ablation-table.ts'
import { progress } from './lib/figure.ts'
import { closedLoop, openLoop, type Payload, waits } from './lib/load.ts'
import { patchedServer } from './lib/patch.ts'
import { imageTensorPayload, modelFolders, tabularPayload, transformerPayload } from './lib/payloads.ts'
import { build, cpuSeconds, LOAD_CPUS, ROOT, type Running, SERVER_CPUS, startServer } from './lib/server.ts'
import { quantile } from './lib/stats.ts'
import { MECHANISMS } from './mechanisms.ts'
import type { ModelName } from './models.ts'

const { env } = process

const list = (text: string | undefined, all: readonly string[]): readonly string[] => {
  const chosen = text?.split(',') ?? all
  const unknown = chosen.filter((name) => !all.includes(name))
  if (unknown.length > 0) throw new Error(`there is no ${unknown.join(', ')}, but ${all.join(', ')}`)
  return chosen
}

type Subject = { payload: Payload; connections: readonly number[] }

const SUBJECTS: Partial<Record<ModelName, Subject>> = {
  tabular: { payload: tabularPayload, connections: [1, 4, 16, 64] },
  'fixed-cost': { payload: tabularPayload, connections: [1, 4, 16, 64] },
  // More connections would need minutes for a few batches.
  transformer: { payload: transformerPayload, connections: [1, 4, 16] },
  resnet50: { payload: imageTensorPayload, connections: [1, 4, 16] },
}
const MODELS = list(env.BENCH_ABLATION_MODELS, Object.keys(SUBJECTS)) as ModelName[]
const NAMES = list(env.BENCH_ABLATION_MECHANISMS, Object.keys(MECHANISMS))
const CONNECTIONS = env.BENCH_ABLATION_CONNECTIONS?.split(',').map(Number)
const SECONDS = Number(env.BENCH_ABLATION_SECONDS ?? 4)
const OPEN_SECONDS = Number(env.BENCH_ABLATION_OPEN_SECONDS ?? 10)
const ROUNDS = Number(env.BENCH_ABLATION_ROUNDS ?? 5)
const FILE = resolve(ROOT, env.BENCH_ABLATION_FILE ?? 'benchmark/results/ablation.md')

/** The compiled programs of other builds, by name. */
const BUILDS = Object.fromEntries(
  (env.BENCH_ABLATION_BUILDS?.split(',') ?? []).map((pair) => pair.split('=')),
)

const ARMS = [...NAMES, ...Object.keys(BUILDS)]

const PARTS = [0.5, 0.8]

const measureModel = async (
  name: ModelName,
  folder: string,
  report: (table: AblationTable) => void,
): Promise<void> => {
  const { payload, connections } = SUBJECTS[name] as Subject
  const counts = CONNECTIONS ?? connections
  const servers: [name: string, server: Running][] = []
  for (const server of [AS_IT_IS, ...ARMS]) {
    const main = BUILDS[server] ?? patchedServer(MECHANISMS[server]?.off ?? [])
    servers.push([server, await startServer(folder, [], {}, [], main)])
  }
  const table: AblationTable = { model: name, columns: {}, lateMs: [], cpuShare: [] }
  const record = (column: string, server: string, value: number): void => {
    const values = table.columns[column] ?? {}
    table.columns[column] = values
    values[server] = [...(values[server] ?? []), value]
  }
  /** Measures all at one point of load, one right after the other; which comes first changes from round to round. */
  const each = async (
    round: number,
    what: string,
    measure: (server: string, running: Running) => Promise<void>,
  ) => {
    progress(`ablation: ${name}, round ${round} of ${ROUNDS}, ${what}`)
    const first = round % servers.length
    for (const [server, running] of [...servers.slice(first), ...servers.slice(0, first)])
      await measure(server, running)
  }
  // The first round warms up, and finds out how much can be served.
  for (let round = 0; round <= ROUNDS; round += 1) {
    for (const count of counts) {
      await each(round, `${count} connections`, async (server, { url, pid }) => {
        const before = cpuSeconds(pid)
        const result = await closedLoop(url, payload, { connections: count, seconds: SECONDS })
        const replies = Object.values(result.statuses).reduce((sum, number) => sum + number, 0)
        record(`req/s, c = ${count}`, server, result.perSecond)
        record(`CPU ms each, c = ${count}`, server, ((cpuSeconds(pid) - before) * 1000) / replies)
        table.cpuShare.push(result.cpuShare)
      })
    }
    const rates = counts.map((count) => table.columns[`req/s, c = ${count}`]?.[AS_IT_IS] ?? [])
    const capacity = Math.max(...rates.map((values) => quantile(round > 0 ? values.slice(1) : values, 0.5)))
    for (const part of PARTS) {
      const amount = { perSecond: part * capacity, seconds: OPEN_SECONDS, seed: round + 1 }
      await each(round, `${amount.perSecond.toFixed(1)} requests/s`, async (server, { url }) => {
        const result = await openLoop(url, payload, amount)
        const times = waits(result)
        record(`p50 at ${part * 100} %, ms`, server, quantile(times, 0.5))
        record(`p99 at ${part * 100} %, ms`, server, quantile(times, 0.99))
        table.lateMs.push(result.lateP99Ms)
        table.cpuShare.push(result.cpuShare)
      })
    }
    if (round > 0) report(table)
  }
  for (const [, server] of servers) await server.stop()
}

/** Measures, writes the table after each round, so that a run that is cut short leaves what it has, and returns it. */
export const ablate = async (): Promise<string> => {
  build()
  const folders = await modelFolders()
  const tables = new Map<string, AblationTable>()
  const where = `${cpus()[0]?.model.trim()}, server on CPUs ${SERVER_CPUS ?? 'all'}, load on ${LOAD_CPUS ?? 'all'} of ${cpus().length}; Node ${process.versions.node}; ${SECONDS} s and ${OPEN_SECONDS} s a measurement.`
  let text = ''
  mkdirSync(dirname(FILE), { recursive: true })
  for (const name of MODELS) {
    await measureModel(name, folders[name], (table) => {
      tables.set(name, table)
      text = formatAblation([...tables.values()], ARMS, where)
      writeFileSync(FILE, text)
      writeFileSync(FILE.replace(/(\.md)?$/, '.json'), JSON.stringify([...tables.values()]))
    })
  }
  return text
}
