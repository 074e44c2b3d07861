/** Sends a bomb to a running server and measures what it does to it, and to others that use it meanwhile. */

import { setTimeout as delay } from 'node:timers/promises'
import { quantile } from '../../benchmark/lib/stats.ts'
import { type Answered, post } from '../lib/post.ts'
import { watch } from '../lib/watch.ts'
import type { Body, Bomb } from './bomb.ts'
import { BOMB_MODELS } from './models.ts'

/** A request that has no answer by then has none. */
export const PATIENCE_MS = 60_000

const NEIGHBOUR_EVERY_MS = 250

/** How long the server is watched before and after, so that there are pings to compare with. */
const CALM_MS = 1000

export type Measured = {
  /** How often each status with its code came. */
  answers: Record<string, number>
  slowestMs: number
  /** The server's processes together; 0 where they could not be looked at. */
  peakBytes: number
  /** Milliseconds of each ping. */
  pings: readonly number[]
  /** The same of an empty server beside it. */
  floor: readonly number[]
  ping: { count: number; failed: number; p50: number; p99: number; worst: number }
  /** Small requests of another client, one after the other. */
  neighbour: { count: number; failed: Record<string, number>; worstMs: number }
}

const nameOf = ({ status, code }: Answered): string => `${status}${code && ` ${code}`}`

const countBy = (answers: readonly Answered[]): Record<string, number> => {
  const counts: Record<string, number> = {}
  for (const answered of answers) counts[nameOf(answered)] = (counts[nameOf(answered)] ?? 0) + 1
  return counts
}

const neighbour = (url: string, small: Body): { stop(): Promise<Answered[]> } => {
  const answers: Answered[] = []
  let stopped = false
  const running = (async () => {
    while (!stopped) {
      answers.push(await post(url, small.bytes, small.headers, PATIENCE_MS))
      await delay(NEIGHBOUR_EVERY_MS)
    }
  })()
  return {
    stop: async () => {
      stopped = true
      await running
      return answers
    },
  }
}

/** @param pid the server's, or 0 where it is not a process of this machine */
export const fire = async (bomb: Bomb, url: string, pid: number, calmMs = CALM_MS): Promise<Measured> => {
  const watching = await watch(url, pid)
  const other = neighbour(url, BOMB_MODELS[bomb.model].small)
  await delay(calmMs)
  const answers = await bomb.send({
    url,
    post: ({ bytes, headers }) => post(url, bytes, headers, PATIENCE_MS),
  })
  await delay(calmMs)
  const others = await other.stop()
  const { milliseconds, floor, failed, peakBytes } = await watching.report()
  return {
    answers: countBy(answers),
    slowestMs: Math.max(0, ...answers.map((answered) => answered.milliseconds)),
    peakBytes,
    pings: milliseconds,
    floor,
    ping: {
      count: milliseconds.length,
      failed,
      p50: quantile(milliseconds, 0.5),
      p99: quantile(milliseconds, 0.99),
      worst: Math.max(0, ...milliseconds),
    },
    neighbour: {
      count: others.length,
      failed: countBy(others.filter(({ status }) => status !== 200)),
      worstMs: Math.max(0, ...others.map((answered) => answered.milliseconds)),
    },
  }
}

/** Answers that the bomb should not have got: a 5xx that is not allowed, or no answer. */
export const wrongAnswers = (bomb: Bomb, { answers }: Measured): string[] =>
  Object.keys(answers).filter((name) => {
    const [status = '', code = ''] = name.split(' ')
    if (status === 'held') return false
    return !/^[234]/.test(status) && !bomb.allowed?.includes(code)
  })
