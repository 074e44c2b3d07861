/**
 * Sends a file so many times a second, whether answers come or not, and prints what became of the requests as JSON.
 *
 *   open-loop.ts URL FILE CONTENT_TYPE PER_SECOND SECONDS
 */

import { readFileSync } from 'node:fs'
import { Agent, request } from 'node:http'
import { setTimeout as delay } from 'node:timers/promises'

export type OpenLoopResult = {
  sent: number
  /** Milliseconds of the answers of each status; those of a connection that failed under 0. */
  milliseconds: Record<number, number[]>
  /** 503s without Retry-After. */
  withoutRetryAfter: number
}

const [url = '', file = '', contentType = '', perSecond = '1', seconds = '1'] = process.argv.slice(2)
const body = readFileSync(file)
const agent = new Agent({ keepAlive: true, maxSockets: 2000, maxFreeSockets: 2000 })
const headers = { 'content-type': contentType, 'content-length': body.length }
const result: OpenLoopResult = { sent: 0, milliseconds: {}, withoutRetryAfter: 0 }

const once = (): Promise<void> =>
  new Promise((resolve) => {
    const start = performance.now()
    const end = (status: number) => {
      const times = result.milliseconds[status] ?? []
      result.milliseconds[status] = times
      times.push(performance.now() - start)
      resolve()
    }
    const sent = request(`${url}/invocations`, { method: 'POST', agent, headers }, (response) => {
      const { statusCode = 0 } = response
      if (statusCode === 503 && response.headers['retry-after'] === undefined) result.withoutRetryAfter += 1
      response.resume()
      response.once('end', () => end(statusCode))
    })
    sent.once('error', () => end(0))
    sent.end(body)
  })

const underWay: Promise<void>[] = []
const from = performance.now()
for (;;) {
  const elapsed = (performance.now() - from) / 1000
  if (elapsed > Number(seconds)) break
  const due = Math.floor(elapsed * Number(perSecond))
  for (; result.sent < due; result.sent += 1) underWay.push(once())
  await delay(1)
}
await Promise.all(underWay)
agent.destroy()
process.stdout.write(JSON.stringify(result))
