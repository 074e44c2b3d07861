/** Sends so many requests of all kinds, good and bad, 16 at a time, to a server with the tabular model. */

import { Agent, request } from 'node:http'
import { row } from '../lib/payloads.ts'

const [url = '', count = '1'] = process.argv.slice(2)
const agent = new Agent({ keepAlive: true, maxSockets: 16 })

const rows = (n: number): number[][] => Array.from({ length: n }, (_, index) => row(index))

const KINDS: [contentType: string, body: string][] = [
  ['application/json', JSON.stringify({ instances: rows(1) })],
  ['application/json', JSON.stringify({ instances: rows(20) })],
  ['application/json', JSON.stringify({ instances: rows(200) })],
  [
    'text/csv',
    rows(5)
      .map((values) => values.join(','))
      .join('\n'),
  ],
  [
    'application/jsonlines',
    rows(3)
      .map((values) => JSON.stringify(values))
      .join('\n'),
  ],
  ['application/json', '{"instances":[[1,2]]}'],
  ['application/json', '{"instances":'],
  ['application/x-unknown', 'x'],
  ['application/json', JSON.stringify({ instances: rows(2) })],
]

const send = ([contentType, body]: [string, string]): Promise<void> =>
  new Promise((resolve, reject) => {
    const sent = request(`${url}/invocations`, {
      method: 'POST',
      agent,
      headers: { 'content-type': contentType, 'content-length': Buffer.byteLength(body) },
    })
    sent.once('error', reject)
    sent.once('response', (response) => {
      response.resume()
      response.once('end', resolve)
    })
    sent.end(body)
  })

let next = 0
const client = async () => {
  while (next < Number(count)) {
    const kind = KINDS[next % KINDS.length] as [string, string]
    next += 1
    await send(kind)
  }
}
await Promise.all(Array.from({ length: 16 }, client))
agent.destroy()
process.stdout.write('{}')
