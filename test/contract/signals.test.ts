/** SIGTERM and SIGINT to a server with requests and connections; one with a worker that hangs: neighbours.test.ts. */

import { once } from 'node:events'
import { connect } from 'node:net'
import t from 'tap'
import { codeFolder } from '../fixtures/code-folder.ts'
import { dispatched, serve, until, waiting } from './serve.ts'

/** As long as a model that computes, for less of it. */
const SLOW = 'export const predict = () => new Promise((resolve) => setTimeout(resolve, 150, 1))\n'

for (const [signal, name, sent] of [
  ['SIGTERM', 'nothing', ''],
  ['SIGINT', 'half a request', 'POST /invocations HTTP/1.1\r\nHost:'],
] as const) {
  t.test(
    `${signal} while requests run: all are answered, the exit code is 0, and a connection on which ${name} was sent does not hold up the end`,
    async (t) => {
      const drainTimeoutMs = 60_000
      const drain = ['--drain-timeout-ms', String(drainTimeoutMs)]
      const model = codeFolder(t, { 'code/inference.mjs': SLOW })
      const settings = ['--model', model, '--workers', '1', '--max-batch-size', '1', ...drain]
      const served = await serve(settings)
      const silent = connect(Number(new URL(served.url).port), '127.0.0.1')
      t.teardown(() => silent.destroy())
      await once(silent, 'connect')
      silent.write(sent)
      const requests = Array.from({ length: 5 }, () => served.json(1))
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
