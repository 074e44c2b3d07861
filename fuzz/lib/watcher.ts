/**
 * A process of its own that asks for /ping every 20 ms and adds up a server's memory, so that whatever the attacker's own
 * process does is not taken for the server's delay. Started by watch.ts: arguments are the address and, where the server
 * is a process of this machine, its id. Sends a report when it is asked for one, and ends.
 */

import { Agent, get } from 'node:http'
import { performance } from 'node:perf_hooks'
import { familyBytes } from './server.ts'
import type { Report } from './watch.ts'

const PING_EVERY_MS = 20
const MEMORY_EVERY_MS = 100

const [url = '', pid = '0'] = process.argv.slice(2)
const agent = new Agent({ keepAlive: true })

const milliseconds: number[] = []
const underWay = new Set<number>()
let failed = 0
let peakBytes = 0

const ping = (): void => {
  const sentAt = performance.now()
  underWay.add(sentAt)
  const ended = (right: boolean): void => {
    if (!underWay.delete(sentAt)) return
    milliseconds.push(performance.now() - sentAt)
    if (!right) failed += 1
  }
  const sent = get(`${url}/ping`, { agent }, (response) => {
    response.resume()
    response.once('end', () => ended(response.statusCode === 200))
  })
  sent.once('error', () => ended(false))
}

const sample = (): void => {
  peakBytes = Math.max(peakBytes, familyBytes(Number(pid)))
}

setInterval(ping, PING_EVERY_MS)
if (Number(pid) > 0) setInterval(sample, MEMORY_EVERY_MS)

process.once('disconnect', () => process.exit())
process.once('message', () => {
  if (Number(pid) > 0) sample()
  const now = performance.now()
  // One that has not been answered yet has taken at least so long.
  const waiting = [...underWay].map((sentAt) => now - sentAt).filter((waited) => waited > 1000)
  const report: Report = {
    milliseconds: [...milliseconds, ...waiting],
    failed: failed + waiting.length,
    peakBytes,
  }
  process.send?.(report, () => process.exit())
})
process.send?.('watching')
