/** What sends where replies are few: the loops of programs/. wrk is in ../lib/wrk.ts. */

import { capture, fileOf, type Payload } from '../lib/load.ts'
import type { Rate } from '../lib/wrk.ts'
import type { ClosedLoopOptions, ClosedLoopResult } from '../programs/closed-loop.ts'
import type { KillOptions, KillResult } from '../programs/kill.ts'

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
