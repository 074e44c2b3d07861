/** Load from wrk, which takes a tenth of autocannon's CPU time and so measures the server and not itself; autocannon where there is none. */

import { execFile, spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { fileOf, type Payload, throughput } from './load.ts'
import { LOAD_CPUS, pinned } from './server.ts'

export const GENERATOR = spawnSync('wrk', ['-v']).error === undefined ? 'wrk' : 'autocannon'

const SCRIPT = fileURLToPath(new URL('wrk.lua', import.meta.url))

/** Good answers only are counted. */
export type Rate = { perSecond: number; p50Ms: number; p99Ms: number; failed: number }

type Amount = { connections: number; seconds: number }

const run = promisify(execFile)

export const wrk = async (url: string, payload: Payload, { connections, seconds }: Amount): Promise<Rate> => {
  const args = ['-t', '1', '-c', connections, '-d', `${seconds}s`, '--timeout', '10s', '-s', SCRIPT, url]
  const program = pinned(LOAD_CPUS, 'wrk', args.map(String))
  const env = { ...process.env, BODY: fileOf(payload), TYPE: payload.contentType }
  const { stdout } = await run(program.command, program.args, { env })
  const result = JSON.parse(stdout.trim().split('\n').at(-1) ?? '')
  const { p50Ms, p99Ms, failed } = result
  return { perSecond: (result.requests - failed) / result.seconds, p50Ms, p99Ms, failed }
}

/** Answers of each second; every one must be 2xx. */
export const requestsPerSecond = async (url: string, payload: Payload, amount: Amount): Promise<number> => {
  if (GENERATOR === 'autocannon') return throughput(url, payload, amount)
  const { perSecond, failed } = await wrk(`${url}/invocations`, payload, amount)
  if (failed > 0 || !(perSecond > 0)) throw new Error(`${failed} requests were not answered with 2xx`)
  return perSecond
}
