/** What sends: wrk where thousands of requests a second share the CPUs with the server, else the loops of programs/. */

import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { capture, fileOf, type Payload } from '../lib/load.ts'
import { LOAD_CPUS, pinned } from '../lib/server.ts'
import type { ClosedLoopOptions, ClosedLoopResult } from '../programs/closed-loop.ts'
import type { KillOptions, KillResult } from '../programs/kill.ts'

const SCRIPT = fileURLToPath(new URL('wrk.lua', import.meta.url))

/** Good answers only are counted. */
export type Rate = { perSecond: number; p50Ms: number; p99Ms: number; failed: number }

const run = promisify(execFile)

export const wrk = async (
  url: string,
  payload: Payload,
  { connections, seconds }: { connections: number; seconds: number },
): Promise<Rate> => {
  const args = ['-t', '1', '-c', connections, '-d', `${seconds}s`, '--timeout', '10s', '-s', SCRIPT, url]
  const program = pinned(LOAD_CPUS, 'wrk', args.map(String))
  const env = { ...process.env, BODY: fileOf(payload), TYPE: payload.contentType }
  const { stdout } = await run(program.command, program.args, { env })
  const result = JSON.parse(stdout.trim().split('\n').at(-1) ?? '')
  const { p50Ms, p99Ms, failed } = result
  return { perSecond: (result.requests - failed) / result.seconds, p50Ms, p99Ms, failed }
}

export const closedLoop = async (
  url: string,
  payload: Payload,
  amount: { connections: number; seconds: number },
): Promise<Rate> => {
  const options: ClosedLoopOptions = { url, contentType: payload.contentType, ...amount }
  const program = ['benchmark/programs/closed-loop.ts', JSON.stringify(options), fileOf(payload)]
  const { perSecond, p50Ms, p99Ms, statuses } = JSON.parse(await capture(program)) as ClosedLoopResult
  const { 200: good = 0, ...others } = statuses
  const failed = Object.values(others).reduce((sum, count) => sum + count, 0)
  return { perSecond: (perSecond * good) / (good + failed), p50Ms, p99Ms, failed }
}

export const killUnderLoad = async (
  url: string,
  payload: Payload,
  amount: Pick<KillOptions, 'pid' | 'connections' | 'seconds'>,
): Promise<KillResult> => {
  const options: KillOptions = { url, contentType: payload.contentType, ...amount }
  return JSON.parse(
    await capture(['benchmark/programs/kill.ts', JSON.stringify(options), fileOf(payload)]),
  ) as KillResult
}
