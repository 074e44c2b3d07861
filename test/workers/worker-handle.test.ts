import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import t, { type Test } from 'tap'
import type { LoadOptions } from '../../src/workers/protocol.ts'
import { WorkerDiedError, WorkerHandle } from '../../src/workers/worker-handle.ts'
import { workOf } from '../scheduling/fakes.ts'

const LOAD: LoadOptions = {
  model: 'none',
  rows: 'none',
  device: 'cpu',
  threads: 1,
  threadsAlone: 1,
  defaultAccept: 'application/json',
}

const entry = (name: string): string =>
  fileURLToPath(new URL(`../fixtures/workers/${name}.mjs`, import.meta.url))

/** Starts a worker and tells it to load; `next` resolves with the next of its events. */
const start = (t: Test, name: string) => {
  const events = new EventTarget()
  const seen: string[] = []
  const emit = (type: string, text: string) => {
    seen.push(text)
    events.dispatchEvent(new Event(type))
  }
  const worker = new WorkerHandle(
    {
      onReady: (_, summary) => emit('ready', `ready ${summary.name}`),
      onFailed: (message, expected) => emit('failed', `failed ${message} ${expected}`),
      onExit: (_, description) => emit('exit', description),
    },
    entry(name),
  )
  const exited = once(events, 'exit')
  const ready = once(events, 'ready')
  t.teardown(async () => {
    worker.kill('the test is over')
    await exited
  })
  worker.load(LOAD)
  return { worker, ready, exited, seen }
}

t.test('A worker loads, answers each request of a hand-over, and ends when told', async (t) => {
  const { worker, ready, exited, seen } = start(t, 'well')
  t.equal(worker.ready, false)
  await ready
  t.equal(worker.ready, true)
  for (const texts of [['a', 'b'], ['c']]) {
    const { outcomes } = await worker.run(texts.map(workOf), false)
    t.same(
      outcomes,
      texts.map((body) => ({ ok: true, body, contentType: 'x/echo' })),
    )
  }
  await worker.stop(60_000)
  await exited
  t.same(seen, ['ready fake', 'exited with code 0'])
  t.equal(worker.ready, false)
  t.equal(worker.wasReady, true)
  await t.rejects(worker.run([workOf('d')], false), WorkerDiedError)
  await worker.stop(60_000)
})

t.test('A run rejects if the worker dies during it, after its end was told', async (t) => {
  const { worker, ready, seen } = start(t, 'well')
  await ready
  await t.rejects(worker.run([workOf('die')], false), {
    name: 'WorkerDiedError',
    message: 'exited with code 7',
  })
  t.same(seen, ['ready fake', 'exited with code 7'])
})

t.test('A worker that answers too few outcomes is ended, and its run rejects', async (t) => {
  const { worker, ready } = start(t, 'well')
  await ready
  await t.rejects(
    worker.run([workOf('too few'), workOf('b')], false),
    /SIGKILL .*with 1 outcomes; expected 2 outcomes/,
  )
})

t.test('A run under way can be ended', async (t) => {
  const { worker, ready } = start(t, 'well')
  await ready
  const run = worker.run([workOf('hang')], false)
  worker.kill('too late')
  worker.kill('a second reason')
  await t.rejects(run, /was ended by SIGKILL \(too late\)/)
})

t.test('A worker that cannot load says why and is never ready', async (t) => {
  const { worker, exited, seen } = start(t, 'dies-on-load')
  await exited
  t.same(seen, ['failed the model is broken true', 'exited with code 1'])
  t.equal(worker.wasReady, false)
})

t.test('A worker that ignores the stop is ended at the timeout', async (t) => {
  const { worker, ready, seen } = start(t, 'stubborn')
  await ready
  await worker.stop(50)
  t.match(seen[1], /was ended by SIGKILL \(it did not stop in time\)/)
})

t.test('An idle worker that was halted is found by a probe and ended', async (t) => {
  const { worker, ready, exited, seen } = start(t, 'well')
  await ready
  process.kill(worker.pid as number, 'SIGSTOP')
  await exited
  t.match(seen[1], /was ended by SIGKILL \(it does not react\)/)
})

t.test('A worker that answers is not ended because the server itself was held up', async (t) => {
  const { worker, ready, seen } = start(t, 'well')
  await ready
  const wait = new Int32Array(new SharedArrayBuffer(4))
  // A probe is sent, and then nothing can be read for longer than its answer may take.
  for (let i = 0; i < 2; i += 1) {
    await new Promise((resolve) => setTimeout(resolve, 500))
    Atomics.wait(wait, 0, 0, 1600)
  }
  const { outcomes } = await worker.run([workOf('a')], false)
  t.match(outcomes, [{ body: 'a' }])
  t.same(seen, ['ready fake'])
})
