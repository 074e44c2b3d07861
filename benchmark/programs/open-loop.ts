/**
 * Sends a file so many times a second, whether replies come or not, and prints what became of the requests as JSON.
 *
 *   open-loop.ts OPTIONS_AS_JSON BODY_FILE
 *
 * Latency is counted from the time a request was due: a generator that is late, or that has no connection left, cannot hide
 * that requests wait.
 */

import { readFileSync } from 'node:fs'
import { createClient, type Reply } from '../lib/client.ts'
import { quantile } from '../lib/stats.ts'
import { arrivals, onArrivals, sharedNow } from './arrivals.ts'

export type OpenLoopOptions = {
  url: string
  contentType: string
  accept?: string | undefined
  perSecond: number
  seconds: number
  /** With it arrivals are a Poisson process, always the same for the same seed; without they are even. */
  seed?: number
  /** Clients hang up if they have no reply by then. */
  givesUpAfterMs?: number
}

export type OpenLoopResult = {
  sent: number
  /** Milliseconds of the replies of each status; those of a connection that failed under 0. */
  milliseconds: Record<number, number[]>
  /** 503s without Retry-After. */
  withoutRetryAfter: number
  /** What the generator itself is to blame for: how late it sent, and its share of a CPU. */
  lateP50Ms: number
  lateP99Ms: number
  cpuShare: number
}

const CONNECTIONS = 2000

/** Until the thread with the clock has started. */
const LEAD_MS = 300

const [options = '{}', file = ''] = process.argv.slice(2)
const { perSecond, seconds, seed, givesUpAfterMs, ...target } = JSON.parse(options) as OpenLoopOptions
const client = createClient({ ...target, body: readFileSync(file) }, CONNECTIONS, givesUpAfterMs)
const due = arrivals(perSecond, seconds, seed)
const from = sharedNow() + LEAD_MS
const late: number[] = []
const milliseconds: Record<number, number[]> = {}
let sent = 0
let answered = 0
let withoutRetryAfter = 0
const before = process.cpuUsage()

const end = (): void => {
  client.close()
  const { user, system } = process.cpuUsage(before)
  const result: OpenLoopResult = {
    sent,
    milliseconds,
    withoutRetryAfter,
    lateP50Ms: quantile(late, 0.5),
    lateP99Ms: quantile(late, 0.99),
    cpuShare: (user + system) / 1000 / (sharedNow() - from),
  }
  process.stdout.write(JSON.stringify(result))
}

const onReply = ({ status, head }: Reply, dueAt: number): void => {
  const times = milliseconds[status] ?? []
  milliseconds[status] = times
  times.push(Math.round((sharedNow() - dueAt) * 1000) / 1000)
  if (status === 503 && !/\r\nretry-after:/i.test(head)) withoutRetryAfter += 1
  answered += 1
  if (answered === due.length) end()
}

onArrivals(due, from, (count) => {
  for (; sent < count; sent += 1) {
    const dueAt = from + (due[sent] as number)
    late.push(sharedNow() - dueAt)
    client.send((reply) => onReply(reply, dueAt))
  }
})
