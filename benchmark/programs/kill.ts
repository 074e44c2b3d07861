/**
 * So many connections, each with one request at a time, while a process is killed; prints what became of the requests as JSON.
 *
 *   kill.ts OPTIONS_AS_JSON BODY_FILE
 */

import { readFileSync } from 'node:fs'
import { setTimeout as delay } from 'node:timers/promises'
import { createClient } from '../lib/client.ts'

export type KillOptions = {
  url: string
  contentType: string
  connections: number
  pid: number
  seconds: number
}

export type KillResult = {
  /** Of the requests that were on their way when the process died, and the next ones: of 200 together. */
  failed: number
  /** Seconds until a second begins that has at least 90 % of the answers that came before; null if none did. */
  backSeconds: number | null
  perSecondBefore: number
}

const WARMING_MS = 1000
const BEFORE_MS = 3000
const COUNTED = 200
const GIVES_UP_AFTER_MS = 10_000
const STEP_MS = 250

const [options = '{}', file = ''] = process.argv.slice(2)
const { connections, pid, seconds, ...target } = JSON.parse(options) as KillOptions
const client = createClient({ ...target, body: readFileSync(file) }, connections, GIVES_UP_AFTER_MS)
type Sent = { sentAt: number; answeredAt: number; isGood: boolean }
const all: Sent[] = []
let isOver = false

const send = (): void => {
  const request: Sent = { sentAt: performance.now(), answeredAt: Number.POSITIVE_INFINITY, isGood: false }
  all.push(request)
  client.send(({ status }) => {
    request.answeredAt = performance.now()
    request.isGood = status === 200
    // Who is refused does not come again at once.
    if (!isOver) setTimeout(send, request.isGood ? 0 : 20)
  })
}

for (let i = 0; i < connections; i += 1) send()
await delay(WARMING_MS + BEFORE_MS)
const killedAt = performance.now()
process.kill(pid, 'SIGKILL')
await delay(seconds * 1000)
isOver = true
const endAt = performance.now()

/** Good answers in each second of a stretch of time. */
const rate = (from: number, to: number): number =>
  all.filter(({ answeredAt, isGood }) => isGood && answeredAt >= from && answeredAt < to).length /
  ((to - from) / 1000)

const counted = all
  .filter(({ answeredAt }) => answeredAt >= killedAt)
  .sort((a, b) => a.sentAt - b.sentAt)
  .slice(0, COUNTED)
// What nobody has answered so long after, without an end in sight, has failed too; what was sent just now has not.
const hasFailed = ({ sentAt, answeredAt, isGood }: Sent) =>
  !isGood && (answeredAt <= endAt || sentAt < endAt - GIVES_UP_AFTER_MS / 2)
const before = rate(killedAt - BEFORE_MS, killedAt)
let backAt = killedAt
while (backAt + 1000 <= endAt && rate(backAt, backAt + 1000) < 0.9 * before) backAt += STEP_MS
const result: KillResult = {
  failed: counted.filter(hasFailed).length,
  backSeconds: backAt + 1000 <= endAt ? (backAt - killedAt) / 1000 : null,
  perSecondBefore: before,
}
process.stdout.write(JSON.stringify(result))
process.exit()
