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

const [url = '', pid = '0', emptyUrl = ''] = process.argv.slice(2)
const agent = new Agent({ keepAlive: true })

type Pings = { url: string; milliseconds: number[]; underWay: Set<number>; failed: number }

const pingsTo = (url: string): Pings => ({ url, milliseconds: [], underWay: new Set(), failed: 0 })

const pings = pingsTo(`${url}/ping`)
const floor = pingsTo(emptyUrl)
let peakBytes = 0

const ping = (to: Pings): void => {
  const sentAt = performance.now()
  to.underWay.add(sentAt)
  const ended = (right: boolean): void => {
    if (!to.underWay.delete(sentAt)) return
    to.milliseconds.push(performance.now() - sentAt)
    if (!right) to.failed += 1
  }
  const sent = get(to.url, { agent }, (response) => {
    response.resume()
    response.once('end', () => ended(response.statusCode === 200))
  })
  sent.once('error', () => ended(false))
}

/** One that has not been answered yet has taken at least so long. */
const waiting = ({ underWay }: Pings): number[] =>
  [...underWay].map((sentAt) => performance.now() - sentAt).filter((waited) => waited > 1000)

const sample = (): void => {
  peakBytes = Math.max(peakBytes, familyBytes(Number(pid)))
}

setInterval(() => ping(pings), PING_EVERY_MS)
setTimeout(() => setInterval(() => ping(floor), PING_EVERY_MS), PING_EVERY_MS / 2)
if (Number(pid) > 0) setInterval(sample, MEMORY_EVERY_MS)

process.once('disconnect', () => process.exit())
process.once('message', () => {
  if (Number(pid) > 0) sample()
  const late = waiting(pings)
  const report: Report = {
    milliseconds: [...pings.milliseconds, ...late],
    floor: [...floor.milliseconds, ...waiting(floor)],
    failed: pings.failed + late.length,
    peakBytes,
  }
  process.send?.(report, () => process.exit())
})
process.send?.('watching')
