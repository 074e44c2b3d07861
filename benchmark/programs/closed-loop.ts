/**
 * So many connections, each with one request at a time, for so many seconds; prints what they were answered as JSON.
 *
 *   closed-loop.ts OPTIONS_AS_JSON BODY_FILE
 *
 * Each connection always has a request on its way, so that requests per second are connections ÷ mean latency (Little's law).
 * To count replies in a given time would be wrong by a batch where replies come in batches, and seldom.
 */

import { readFileSync } from 'node:fs'
import { createClient } from '../lib/client.ts'
import { quantile } from '../lib/stats.ts'

export type ClosedLoopOptions = {
  url: string
  contentType: string
  accept?: string | undefined
  connections: number
  seconds: number
}

export type ClosedLoopResult = {
  perSecond: number
  p50Ms: number
  p99Ms: number
  statuses: Record<number, number>
  cpuShare: number
}

/** Part of the time in which what is sent does not count, while both sides warm up; nor does the first of each connection. */
const UNCOUNTED = 0.2

const [options = '{}', file = ''] = process.argv.slice(2)
const { connections, seconds, ...target } = JSON.parse(options) as ClosedLoopOptions
const client = createClient({ ...target, body: readFileSync(file) }, connections)
const statuses: Record<number, number> = {}
const from = performance.now()
const warmAt = from + UNCOUNTED * seconds * 1000
const endAt = from + seconds * 1000
const before = process.cpuUsage()
const milliseconds: number[] = []
/** Connections that still count, which ends with the first reply after the end; and those that still send. */
let counting = connections
let sending = connections

const end = (): void => {
  client.close()
  const { user, system } = process.cpuUsage(before)
  const result: ClosedLoopResult = {
    perSecond: (connections / milliseconds.reduce((sum, each) => sum + each, 0)) * milliseconds.length * 1000,
    p50Ms: quantile(milliseconds, 0.5),
    p99Ms: quantile(milliseconds, 0.99),
    statuses,
    cpuShare: (user + system) / 1000 / (performance.now() - from),
  }
  process.stdout.write(JSON.stringify(result))
}

const send = (isFirst: boolean, counts: boolean): void => {
  const sentAt = performance.now()
  client.send(({ status }) => {
    const at = performance.now()
    statuses[status] = (statuses[status] ?? 0) + 1
    const isCounted = counts && !isFirst && sentAt >= warmAt
    if (isCounted) milliseconds.push(at - sentAt)
    const isLast = isCounted && at >= endAt
    if (isLast) counting -= 1
    // Until all have counted, so that the last find the same load as the first.
    if (counting > 0) return send(false, counts && !isLast)
    sending -= 1
    if (sending === 0) end()
  })
}

for (let i = 0; i < connections; i += 1) send(true, true)
