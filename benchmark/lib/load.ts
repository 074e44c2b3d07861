/** Load, from autocannon in a process of its own, and single requests one after another, from a process of their own too. */

import { spawn } from 'node:child_process'
import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Result } from 'autocannon'
import { ENVIRONMENT, ROOT } from './server.ts'

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

/** Runs a Node program to its end and gives what it printed. */
export const capture = (args: readonly string[]): Promise<string> =>
  new Promise((resolve, reject) => {
    const child = spawn(process.execPath, args, {
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
  const program = ['--import', 'tsx', 'benchmark/programs/load.ts']
  const result = JSON.parse(
    await capture([...program, JSON.stringify(settings), fileOf(payload)]),
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

/** Milliseconds of each of so many requests, one after another on one connection. */
export const latencies = async (url: string, payload: Payload, requests: number): Promise<number[]> =>
  JSON.parse(
    await capture([
      ...['--import', 'tsx', 'benchmark/programs/one-by-one.ts', `${url}/invocations`, fileOf(payload)],
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
    await capture([
      ...['--import', 'tsx', 'benchmark/programs/raw.ts', folder, String(processes), String(threads)],
      ...[String(seconds), picture === undefined ? 'tensor' : 'jpeg', picture ?? ''],
    ]),
  ) as number

/** Milliseconds of each of so many runs of ONNX Runtime alone. */
export const rawLatencies = async (folder: string, threads: number, runs: number): Promise<number[]> =>
  JSON.parse(
    await capture([
      ...['--import', 'tsx', 'benchmark/programs/raw.ts', folder, '1', String(threads), String(runs), 'each'],
    ]),
  ) as number[]
