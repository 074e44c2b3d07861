/** /ping answers whatever happens, and it does not say 200 when no worker can serve. */

import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs'
import { request } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import t, { type Test } from 'tap'
import { childrenOf, type Served, serve, until } from '../contract/serve.ts'
import { fixture } from '../fixtures/index.ts'
import { post, sameNumber, startLoad } from './load.ts'
import { anyWorker, SHORT, workersOf } from './server.ts'

const PINGS = Number(process.env.CHAOS_PINGS ?? (SHORT ? 1000 : 100_000))

/** Status of one ping; a connection that fails is none. */
const ping = (url: string): Promise<number> =>
  new Promise((resolve) => {
    const sent = request(`${url}/ping`, (response) => {
      response.resume()
      response.on('end', () => resolve(response.statusCode ?? 0))
    })
    sent.on('error', () => resolve(0))
    sent.end()
  })

const HOSTILE: [contentType: string, body: string | Uint8Array][] = [
  ['application/json', '['.repeat(100_000)],
  ['application/json', '{"instances":'],
  ['application/x-npy', Buffer.from([0x93, ...Buffer.from('NUMPY'), 1, 0, 255, 255])],
  ['image/png', Buffer.alloc(50_000, 7)],
  ['text/csv', '1,2,3\n'.repeat(20_000)],
  ['multipart/form-data; boundary=x', '--x\r\n'],
  ['no media type', ''],
]

const hostile = async (url: string, stopped: () => boolean): Promise<void> => {
  for (let n = 0; !stopped(); n += 1) {
    const [type, body] = HOSTILE[n % HOSTILE.length] as (typeof HOSTILE)[number]
    const answer = fetch(`${url}/invocations`, {
      method: 'POST',
      body: body as string,
      headers: { 'content-type': type },
    })
    await answer.then((response) => response.arrayBuffer()).catch(() => {})
    await delay(20)
  }
}

t.test(
  `${PINGS} pings through full load, dying workers and hostile bodies: all are answered 200`,
  async (t) => {
    const served = await serve(['--model', fixture('add-one'), '--workers', '2', '--max-queue-size', '40'])
    t.teardown(() => served.stop())
    let done = false
    const load = await startLoad(t, served.url, undefined, true)
    const bodies = hostile(served.url, () => done)
    const killing = (async () => {
      while (!done) {
        // Never both at once: without any worker for a second, 503 would be the truth.
        await until(() => done || workersOf(served).length === 2)
        process.kill(anyWorker(served), 'SIGKILL')
        await delay(2000)
      }
    })()
    const statuses: Record<number, number> = {}
    for (let n = 0; n < PINGS; n += 1) {
      const status = await ping(served.url)
      statuses[status] = (statuses[status] ?? 0) + 1
    }
    done = true
    await Promise.all([load.stop(), bodies, killing])
    t.strictSame(statuses, { 200: PINGS })
  },
)

/** Milliseconds until /ping says so. */
const turns = async (served: Served, status: number): Promise<number> => {
  const since = performance.now()
  await until(async () => (await ping(served.url)) === status)
  return Math.round(performance.now() - since)
}

const report = async (t: Test, served: Served, cure: () => void): Promise<void> => {
  const failing = await turns(served, 503)
  cure()
  const serving = await turns(served, 200)
  t.comment(`503 after ${failing} ms; 200 again ${serving} ms after the cure`)
  t.pass('503, then 200')
}

t.test('all workers are killed and none can start: 503, and 200 when they are back', async (t) => {
  const parent = mkdtempSync(join(tmpdir(), 'ping-'))
  t.teardown(() => rmSync(parent, { recursive: true, force: true }))
  const [model, temporary] = [join(parent, 'model'), join(parent, 'temporary')]
  cpSync(fixture('external-data'), model, { recursive: true })
  mkdirSync(temporary)
  const served = await serve(['--model', model, '--workers', '2', '--temp-dir', temporary])
  t.teardown(() => served.stop())
  const [directory = ''] = readdirSync(temporary)
  // A worker that does not find the optimised copy takes the model itself.
  const files = [join(temporary, directory, 'model.onnx'), join(model, 'model.onnx')]
  for (const file of files) renameSync(file, `${file}.away`)
  for (const worker of workersOf(served)) process.kill(worker, 'SIGKILL')
  await report(t, served, () => {
    for (const file of files) renameSync(`${file}.away`, file)
  })
})

t.test('all workers are stopped by a signal, again and again: 503, and 200 when they are back', async (t) => {
  const served = await serve(['--model', fixture('add-one'), '--workers', '2'])
  t.teardown(() => served.stop())
  const stopping = setInterval(() => {
    for (const child of childrenOf(served.process.pid ?? 0)) {
      try {
        // Not the moment before it becomes a worker: Node waits for that, and the whole server with it.
        if (readFileSync(`/proc/${child}/cmdline`, 'utf8').includes('worker/entry'))
          process.kill(child, 'SIGSTOP')
      } catch {}
    }
  }, 20)
  t.teardown(() => clearInterval(stopping))
  await report(t, served, () => clearInterval(stopping))
})

t.test('all workers hang in a run: 503, and 200 when they are killed at the deadline', async (t) => {
  const settings = ['--model', fixture('hangs'), '--workers', '2', '--request-timeout-ms', '6000']
  const served = await serve(settings)
  t.teardown(() => served.stop())
  const load = await startLoad(t, served.url, sameNumber)
  await load.stop()
  const hanging = [1, 2].map((n) => post(served.url, `[[${-n}]]`))
  await report(t, served, () => {})
  for (const answer of hanging) t.match(await answer, { status: 504 })
})
