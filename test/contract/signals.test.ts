/** Signals to a server with requests and connections, and to one that is still starting; one with a worker that hangs: neighbours.test.ts. */

import { once } from 'node:events'
import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { connect } from 'node:net'
import t, { type Test } from 'tap'
import { codeFolder } from '../fixtures/code-folder.ts'
import { childrenOf, dispatched, launch, serve, until, waiting } from './serve.ts'

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

const temporaryFolder = (t: Test): string => {
  const folder = mkdtempSync('/tmp/signals-')
  t.teardown(() => rmSync(folder, { recursive: true }))
  return folder
}

t.test('a signal while it starts ends it at once: nothing is lost, and nothing is left', async (t) => {
  const folder = temporaryFolder(t)
  const served = await launch(['--temp-dir', folder])
  // The process that inspects the model: the settings have been read, and the model has not.
  await until(() => childrenOf(served.process.pid ?? 0).length > 0)
  served.process.kill('SIGTERM')
  t.equal(await served.exited, 0)
  t.strictSame(readdirSync(folder), [])
  t.notMatch(served.output(), /ERROR/)
})

t.test('one that comes to its processes too, as from a terminal, is no error', async (t) => {
  const served = await launch(['--temp-dir', temporaryFolder(t)])
  await until(() => served.output().includes('listening'))
  for (const pid of [served.process.pid ?? 0, ...served.workers()]) process.kill(pid, 'SIGTERM')
  t.equal(await served.exited, 0)
  t.notMatch(served.output(), /ERROR/)
})

t.test('one whose output nobody reads any more serves and drains', async (t) => {
  const code =
    'export const predict = () => { console.log("seen"); console.error("seen"); return process.pid }\n'
  const served = await launch(['--model', codeFolder(t, { 'code/inference.mjs': code }), '--workers', '1'])
  t.teardown(() => served.stop())
  for (const stream of [served.process.stdout, served.process.stderr]) stream?.destroy()
  await until(async () => (await fetch(`${served.url}/ping`).catch(() => undefined))?.ok === true)
  const pids: number[] = []
  for (const x of [1, 2, 3]) pids.push((await served.json(x)).body)
  t.strictSame(pids, Array(3).fill(served.workers()[0]), 'and no worker was lost')
  served.process.kill('SIGTERM')
  t.equal(await served.exited, 0)
})
