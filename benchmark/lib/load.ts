/** Load from programs in processes of their own: autocannon, single requests one after another, and the cheap client's two loops. */

import { spawn } from 'node:child_process'
import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Result } from 'autocannon'
import type { ClosedLoopOptions, ClosedLoopResult } from '../programs/closed-loop.ts'
import type { OpenLoopOptions, OpenLoopResult } from '../programs/open-loop.ts'
import { ENVIRONMENT, LOAD_CPUS, LOADER, pinned, ROOT, SERVER_CPUS } from './server.ts'

export type Payload = { body: string | Uint8Array; contentType: string; accept?: string }

const directory = mkdtempSync(join(tmpdir(), 'benchmark-'))
const files = new Map<Payload, string>()

/** The body as a file, written once. */
export const fileOf = (payload: Payload): string => {
  const known = files.get(payload)
  if (known !== undefined) return known
  const file = join(directory, String(files.size))
  writeFileSync(file, payload.body)
  files.set(payload, file)
  return file
}

/** Runs a TypeScript program to its end and gives what it printed. */
export const capture = (args: readonly string[], cpus = LOAD_CPUS): Promise<string> =>
  new Promise((resolve, reject) => {
    const program = pinned(cpus, process.execPath, [...LOADER, ...args])
    const child = spawn(program.command, program.args, {
      cwd: ROOT,
      env: ENVIRONMENT,
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    let output = ''
    let errors = ''
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      output += text
    })
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      errors += text
    })
    child.once('close', (code) =>
      code === 0 ? resolve(output) : reject(new Error(`${args.join(' ')} ended with ${code}: ${errors}`)),
    )
  })

export type LoadResult = {
  /** Answers of status 2xx in each second. */
  perSecond: number
  p50Ms: number
  p99Ms: number
  statuses: Record<string, number>
  /** Requests that met an error of the connection, and those that had no answer in time. */
  errors: number
  timeouts: number
  /** What the generator itself took of the CPU, in seconds for each answer. */
  generatorSeconds: number
}

/** So many connections, each with one request at a time, for so many seconds; at most so many requests in each, if said. */
export const load = async (
  url: string,
  payload: Payload,
  options: { connections: number; seconds: number; perSecond?: number },
): Promise<LoadResult> => {
  const settings = {
    url: `${url}/invocations`,
    method: 'POST',
    connections: options.connections,
    duration: options.seconds,
    ...(options.perSecond && { overallRate: options.perSecond }),
    timeout: 70,
    headers: { 'content-type': payload.contentType, ...(payload.accept && { accept: payload.accept }) },
  }
  const result = JSON.parse(
    await capture(['benchmark/programs/load.ts', JSON.stringify(settings), fileOf(payload)]),
  ) as Result & { cpuSeconds: number }
  const statuses = Object.fromEntries(
    Object.entries(result.statusCodeStats ?? {}).map(([status, { count }]) => [status, Number(count)]),
  )
  return {
    perSecond: result['2xx'] / result.duration,
    p50Ms: result.latency.p50,
    p99Ms: result.latency.p99,
    statuses,
    errors: result.errors,
    timeouts: result.timeouts,
    generatorSeconds: result.cpuSeconds / Math.max(1, result['2xx']),
  }
}

/** As `load`, for a figure that must not hold a single failed request. Gives the answers of each second. */
export const throughput = async (
  url: string,
  payload: Payload,
  options: { connections: number; seconds: number },
  onResult: (result: LoadResult) => void = () => {},
): Promise<number> => {
  const result = await load(url, payload, options)
  onResult(result)
  const bad = Object.keys(result.statuses).filter((status) => status !== '200')
  if (bad.length > 0 || result.errors > 0 || result.timeouts > 0)
    throw new Error(`not all requests were answered: ${JSON.stringify(result)}`)
  return result.perSecond
}

const options = (url: string, { contentType, accept }: Payload) => ({ url, contentType, accept })

/** As `throughput`, by the cheap client, and exact for replies that are few or come in batches too. */
export const closedLoop = async (
  url: string,
  payload: Payload,
  amount: { connections: number; seconds: number },
): Promise<ClosedLoopResult> => {
  const settings: ClosedLoopOptions = { ...options(url, payload), ...amount }
  const result = JSON.parse(
    await capture(['benchmark/programs/closed-loop.ts', JSON.stringify(settings), fileOf(payload)]),
  ) as ClosedLoopResult
  if (Object.keys(result.statuses).some((status) => status !== '200'))
    throw new Error(`not all requests were answered: ${JSON.stringify(result)}`)
  return result
}

/** The arguments of the program that sends whether replies come or not. */
export const openLoopProgram = (
  url: string,
  payload: Payload,
  amount: { perSecond: number; seconds: number; seed?: number; givesUpAfterMs?: number },
): string[] => {
  const settings: OpenLoopOptions = { ...options(url, payload), ...amount }
  return ['benchmark/programs/open-loop.ts', JSON.stringify(settings), fileOf(payload)]
}

export const openLoop = async (
  ...[url, payload, amount]: Parameters<typeof openLoopProgram>
): Promise<OpenLoopResult> =>
  JSON.parse(await capture(openLoopProgram(url, payload, amount))) as OpenLoopResult

/** The server's own limit for a request, in milliseconds. */
const DEADLINE_MS = 60_000

/** Milliseconds of all requests of an open loop; one that was refused might as well have waited to its deadline. */
export const waits = ({ sent, milliseconds }: OpenLoopResult): number[] => {
  const { 200: served = [] } = milliseconds
  return [...served, ...new Array<number>(sent - served.length).fill(DEADLINE_MS)]
}

/** Milliseconds of each of so many requests, one after another on one connection. */
export const latencies = async (url: string, payload: Payload, requests: number): Promise<number[]> =>
  JSON.parse(
    await capture([
      ...['benchmark/programs/one-by-one.ts', `${url}/invocations`, fileOf(payload)],
      ...[payload.contentType, payload.accept ?? '', String(requests)],
    ]),
  ) as number[]

/** Runs in each second of ONNX Runtime alone; see programs/raw.ts. */
export const rawThroughput = async (
  folder: string,
  [processes, threads]: readonly [processes: number, threads: number],
  seconds: number,
  picture?: string,
): Promise<number> =>
  JSON.parse(
    await capture(
      [
        ...['benchmark/programs/raw.ts', folder, String(processes), String(threads)],
        ...[String(seconds), picture === undefined ? 'tensor' : 'jpeg', picture ?? ''],
      ],
      SERVER_CPUS,
    ),
  ) as number

/** Milliseconds of each of so many runs of ONNX Runtime alone. */
export const rawLatencies = async (folder: string, threads: number, runs: number): Promise<number[]> =>
  JSON.parse(
    await capture(
      ['benchmark/programs/raw.ts', folder, '1', String(threads), String(runs), 'each'],
      SERVER_CPUS,
    ),
  ) as number[]
