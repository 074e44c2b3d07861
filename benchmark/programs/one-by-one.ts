/** Sends a file again and again on one connection, and prints the milliseconds that each answer took. */

import { readFileSync } from 'node:fs'
import { Agent, request } from 'node:http'

const [url = '', file = '', contentType = '', accept = '', count = '1'] = process.argv.slice(2)
const body = readFileSync(file)
const agent = new Agent({ keepAlive: true, maxSockets: 1 })
const headers = { 'content-type': contentType, 'content-length': body.length, ...(accept && { accept }) }

const once = (): Promise<number> =>
  new Promise((resolve, reject) => {
    const start = performance.now()
    const sent = request(url, { method: 'POST', agent, headers }, (response) => {
      response.resume()
      response.once('end', () => {
        if (response.statusCode === 200) resolve(performance.now() - start)
        else reject(new Error(`status ${response.statusCode}`))
      })
    })
    sent.once('error', reject)
    sent.end(body)
  })

const times: number[] = []
for (let i = 0; i < Number(count); i += 1) times.push(await once())
agent.destroy()
process.stdout.write(JSON.stringify(times))
