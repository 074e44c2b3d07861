/** SIGTERM and SIGINT to a server with requests, connections and hanging workers. */

import { once } from 'node:events'
import { readdirSync } from 'node:fs'
import { connect } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'
import t from 'tap'
import { fixture } from '../fixtures/index.ts'
import { dispatched, serve, until, waiting } from './serve.ts'

for (const [signal, name, sent] of [
  ['SIGTERM', 'nothing', ''],
  ['SIGINT', 'half a request', 'POST /invocations HTTP/1.1\r\nHost:'],
] as const) {
  t.test(
    `${signal} while requests run: all are answered, the exit code is 0, and a connection on which ${name} was sent does not hold up the end`,
    async (t) => {
      const drainTimeoutMs = 60_000
      const drain = ['--drain-timeout-ms', String(drainTimeoutMs)]
      const settings = ['--model', fixture('slow'), '--workers', '1', '--max-batch-size', '1', ...drain]
      const served = await serve(settings)
      const silent = connect(Number(new URL(served.url).port), '127.0.0.1')
      t.teardown(() => silent.destroy())
      await once(silent, 'connect')
      silent.write(sent)
      const requests = Array.from({ length: 5 }, () => served.json([[1]]))
      // All have arrived, and those that wait will for half a second or so.
      await until(async () => (await waiting(served)) + (await dispatched(served)) >= requests.length)
      const since = performance.now()
      served.process.kill(signal)
      // As npm does, which passes on what the terminal has already sent.
      served.process.kill(signal)
      for (const { status } of await Promise.all(requests)) t.equal(status, 200)
      t.equal(await served.exited, 0)
      t.match(served.output(), /no requests lost/)
      t.ok(performance.now() - since < drainTimeoutMs / 2, 'well before the deadline')
    },
  )
}

t.test('a second signal, later, makes it exit at once and leaves no file behind', async (t) => {
  const tempDir = t.testdir()
  const served = await serve(['--model', fixture('hangs'), '--workers', '1', '--temp-dir', tempDir])
  const request = served.json([[-1]]).catch(() => 'cut')
  await until(async () => (await dispatched(served)) === 1)
  t.equal(readdirSync(tempDir).length, 1)
  served.process.kill('SIGTERM')
  await until(() => served.output().includes('draining'))
  await delay(1100)
  served.process.kill('SIGTERM')
  t.equal(await served.exited, 1)
  t.equal(await request, 'cut')
  t.strictSame(readdirSync(tempDir), [])
})
