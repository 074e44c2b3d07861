/** Clients that send a byte a second fill neither nginx nor the server: pings and other requests are answered meanwhile. */

import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { connect } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import t, { type Test } from 'tap'
import { openFilesLimit } from '../../src/server/machine/open-files.ts'
import { type Served, serve } from '../contract/serve.ts'
import { fixture } from '../fixtures/index.ts'
import { SHORT } from './server.ts'

/** All at once: each does little but wait. */
t.jobs = 4

const CONNECTIONS = SHORT ? 2000 : 10_000
const SECONDS = SHORT ? 10 : 60

/** What counts is that none is refused or cut; the slowest is printed, and a busy machine may take its time. */
const PATIENCE_MS = 30_000

/** Between a client's connection and its first byte, as on a network: a server that is full drops it in that time. */
const FIRST_BYTE_MS = 20

const drip = async (t: Test, served: Served, what: 'headers' | 'body'): Promise<() => number> => {
  // Compiled, as this file is, or not.
  const script = fileURLToPath(new URL(`./drip${import.meta.url.slice(-3)}`, import.meta.url))
  const { port } = new URL(served.url)
  const child: ChildProcess = fork(script, [port, String(CONNECTIONS), what])
  t.teardown(() => child.kill('SIGKILL'))
  let open = 0
  child.on('message', (count) => {
    open = count as number
  })
  const ended = once(child, 'exit').then(([code]) => {
    throw new Error(`the slow clients ended with ${code}`)
  })
  ended.catch(() => {})
  while (open < 0.9 * CONNECTIONS) await Promise.race([once(child, 'message'), ended])
  return () => open
}

/** The status on a connection of its own, or what went wrong instead. */
const statusOf = (served: Served, text: string): Promise<string> =>
  new Promise((resolve) => {
    const socket = connect(Number(new URL(served.url).port), '127.0.0.1')
    socket.setTimeout(PATIENCE_MS, () => resolve('late'))
    socket.once('connect', async () => {
      await delay(FIRST_BYTE_MS)
      socket.write(text)
    })
    socket.once('data', (data) => resolve(String(data).split(' ')[1] ?? ''))
    socket.once('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message))
    socket.once('end', () => resolve('closed'))
    socket.once('close', () => resolve('closed'))
  })

const PING = 'GET /ping HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n'
const BODY = '[[1,2,3]]'
const REQUEST =
  'POST /invocations HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nConnection: close\r\n' +
  `Content-Length: ${BODY.length}\r\n\r\n${BODY}`

for (const front of ['nginx', 'none']) {
  for (const what of ['headers', 'body'] as const) {
    t.test(
      `${CONNECTIONS} connections drip ${what}, front ${front}: pings and requests are answered`,
      async (t) => {
        t.ok(openFilesLimit() > 1.5 * CONNECTIONS, '`ulimit -n` is enough for the test itself')
        const served = await serve(['--model', fixture('add-one'), '--workers', '2', '--front', front])
        t.teardown(() => served.stop())
        const open = await drip(t, served, what)
        const statuses: Record<string, number> = {}
        let slowest = 0
        const count = async (name: string, text: string) => {
          const since = performance.now()
          const key = `${name} ${await statusOf(served, text)}`
          statuses[key] = (statuses[key] ?? 0) + 1
          slowest = Math.max(slowest, performance.now() - since)
        }
        let [rounds, least] = [0, open()]
        for (const end = performance.now() + SECONDS * 1000; performance.now() < end; rounds += 1) {
          await Promise.all([count('ping', PING), count('request', REQUEST), delay(100)])
          least = Math.min(least, open())
        }
        t.comment(
          `${least} to ${open()} connections were open; ${JSON.stringify(statuses)}; slowest ${Math.round(slowest)} ms`,
        )
        t.strictSame(statuses, { 'ping 200': rounds, 'request 200': rounds })
      },
    )
  }
}
