/**
 * So many connections, each with one request at a time, for so many seconds; prints what they were answered as JSON.
 *
 *   closed-loop.ts OPTIONS_AS_JSON BODY_FILE
 *
 * Counted is from one reply to another: where replies come in batches, or seldom, it matters little when the clock was started and stopped.
 */

import { readFileSync } from 'node:fs'
import { createClient } from '../lib/client.ts'

export type ClosedLoopOptions = {
  url: string
  contentType: string
  accept?: string | undefined
  connections: number
  seconds: number
}

export type ClosedLoopResult = { perSecond: number; statuses: Record<number, number>; cpuShare: number }

/** Part of the time that is not counted, while both sides warm up; nor are as many replies as there are connections. */
const UNCOUNTED = 0.2

const [options = '{}', file = ''] = process.argv.slice(2)
const { connections, seconds, ...target } = JSON.parse(options) as ClosedLoopOptions
const client = createClient({ ...target, body: readFileSync(file) }, connections)
const statuses: Record<number, number> = {}
const from = performance.now()
const warmAt = from + UNCOUNTED * seconds * 1000
const endAt = from + seconds * 1000
const before = process.cpuUsage()
/** The last reply before the time that counts, and the last within it. */
let first = { at: from, answered: 0 }
let last: { at: number; answered: number } | undefined
let answered = 0
let running = connections

const end = (): void => {
  client.close()
  const { user, system } = process.cpuUsage(before)
  const { at, answered } = last ?? first
  const result: ClosedLoopResult = {
    perSecond: ((answered - first.answered) / (at - first.at)) * 1000,
    statuses,
    cpuShare: (user + system) / 1000 / (performance.now() - from),
  }
  process.stdout.write(JSON.stringify(result))
}

const next = (): void =>
  client.send(({ status }) => {
    const at = performance.now()
    answered += 1
    statuses[status] = (statuses[status] ?? 0) + 1
    if (at <= warmAt || answered <= connections) first = { at, answered }
    else if (at <= endAt || last === undefined) last = { at, answered }
    if (at < endAt || last === undefined) return next()
    running -= 1
    if (running === 0) end()
  })

for (let i = 0; i < connections; i += 1) next()
