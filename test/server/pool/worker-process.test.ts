import type { ChildProcess } from 'node:child_process'
import { subscribe } from 'node:diagnostics_channel'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import t, { type Test } from 'tap'
import type { LoadOptions } from '../../../src/protocol/messages.ts'
import { WorkerHandle } from '../../../src/server/pool/worker-process.ts'
import { WorkerDiedError } from '../../../src/server/scheduling/roster.ts'
import { workOf } from '../scheduling/fakes.ts'

const LOAD: LoadOptions = {
  model: { name: 'none', file: 'none', config: {} as never },
  rows: 'none',
  device: 'cpu',
  threads: 1,
  threadsAlone: 1,
  startTimeoutMs: 300_000,
  defaultAccept: 'application/json',
  maxBodyBytes: 2 ** 20,
  prepareTimeoutMs: 10_000,
}

/** The processes themselves, which a handle keeps to itself. */
const children: ChildProcess[] = []
subscribe('child_process', (message) => {
  children.push((message as { process: ChildProcess }).process)
})

const entry = (name: string): string =>
  fileURLToPath(new URL(`../../fixtures/workers/${name}.mjs`, import.meta.url))

/** Starts a worker and tells it to load; `next` resolves with the next of its events. */
const start = (t: Test, name: string, config: object = {}) => {
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
  worker.load({ ...LOAD, model: { ...LOAD.model, config: config as never } })
  return { worker, ready, exited, seen }
}

t.test('A worker loads, answers each request of a hand-over, and ends when told', async (t) => {
  const { worker, ready, exited, seen } = start(t, 'well')
  t.equal(worker.ready, false)
  await ready
  t.equal(worker.ready, true)
  for (const texts of [['a', 'b'], ['c']]) {
    const { outcomes } = await worker.run(
      texts.map((text) => workOf(text)),
      false,
    )
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
    /SIGKILL .*expected 2 replies to batch 1/,
  )
})

t.test('Two hand-overs may be in hand; each gets its own answer', async (t) => {
  const { worker, ready } = start(t, 'well')
  await ready
  const runs = [worker.run([workOf('a')], false), worker.run([workOf('b')], false)]
  t.same(
    (await Promise.all(runs)).map(({ outcomes }) => outcomes.map((outcome) => outcome.ok && outcome.body)),
    [['a'], ['b']],
  )
})

t.test('If the worker dies, all that it has in hand rejects', async (t) => {
  const { worker, ready } = start(t, 'well')
  await ready
  const runs = [worker.run([workOf('hang')], false), worker.run([workOf('die')], false)]
  for (const run of runs) await t.rejects(run, WorkerDiedError)
})

for (const rubbish of ['rubbish', 'no outcome', 'unknown code', 'no body', 'another id', 'twice']) {
  t.test(`A worker that answers wrongly is ended: ${rubbish}`, async (t) => {
    const { worker, ready, exited, seen } = start(t, 'well')
    await ready
    const run = worker.run([workOf(rubbish)], false)
    if (rubbish === 'twice') await run
    else await t.rejects(run, { name: 'WorkerDiedError', blameless: false })
    await exited
    t.match(seen[1], /SIGKILL .*something else than was asked/)
  })
}

const MIB = 2 ** 20

t.test('Large bodies come in pieces, and each request gets its own', async (t) => {
  const { worker, ready } = start(t, 'pieces')
  await ready
  const { outcomes } = await worker.run([workOf('3'), workOf('1')], false)
  const bodies = outcomes.map((outcome) => Buffer.concat(outcome.ok ? (outcome.body as Uint8Array[]) : []))
  // Compared here: the runner would take minutes to say how two large buffers differ.
  t.ok(bodies[0]?.equals(Buffer.concat([0, 1, 2].map((byte) => Buffer.alloc(MIB, byte)))))
  t.ok(bodies[1]?.equals(Buffer.alloc(MIB, 0)))
  const again = await worker.run([workOf('2')], false)
  t.match(again.outcomes, [{ ok: true, body: { length: 2 } }])
})

for (const fault of [
  'of another id',
  'of an item that is not there',
  'of an item that is no number',
  'of text',
  'of nothing',
  'of two mebibytes',
  'too many',
  'and says another size',
  'and then an error',
  'and then a whole body',
]) {
  t.test(`A worker that sends wrong pieces is ended: ${fault}`, async (t) => {
    const { worker, ready, exited, seen } = start(t, 'pieces', { limits: { maxResponseBytes: 10 * MIB } })
    await ready
    await t.rejects(worker.run([workOf(fault)], false), { name: 'WorkerDiedError', blameless: false })
    await exited
    t.match(seen[1], /SIGKILL .*(not asked for|more than its replies may have|something else than was asked)/)
  })
}

t.test('A worker that dies in the middle of its pieces leaves none: its run rejects', async (t) => {
  const { worker, ready } = start(t, 'pieces')
  await ready
  await t.rejects(worker.run([workOf(`die once ${t.testdir()}/once`)], false), WorkerDiedError)
})

t.test('A run under way can be ended', async (t) => {
  const { worker, ready } = start(t, 'well')
  await ready
  const run = worker.run([workOf('hang')], false)
  worker.kill('too late')
  worker.kill('a second reason')
  await t.rejects(run, { message: /was ended by SIGKILL \(too late\)/, blameless: true })
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

for (const body of [undefined, 'hang']) {
  t.test(`A worker that was halted is ended, ${body === undefined ? 'idle' : 'in a run'}`, async (t) => {
    const { worker, ready, exited, seen } = start(t, 'well')
    await ready
    const run = body === undefined ? undefined : worker.run([workOf(body)], false)
    process.kill(worker.pid as number, 'SIGSTOP')
    if (run !== undefined) await t.rejects(run, WorkerDiedError)
    await exited
    t.match(seen[1], /was ended by SIGKILL \(it was stopped by a signal\)/)
  })
}

t.test('A worker that was halted before it had loaded is ended', async (t) => {
  const { worker, exited, seen } = start(t, 'stubborn')
  process.kill(worker.pid as number, 'SIGSTOP')
  await exited
  t.match(seen[0], /was ended by SIGKILL \(it was stopped by a signal\)/)
})

t.test('An idle worker that does not react to probes is ended', async (t) => {
  const { ready, exited, seen } = start(t, 'deaf')
  await ready
  await exited
  t.match(seen[1], /was ended by SIGKILL \(it does not react\)/)
})

t.test('What a worker had sent before its end but was read after it makes it ready no more', async (t) => {
  const { worker, ready, exited, seen } = start(t, 'well')
  await ready
  worker.kill('the test says so')
  await exited
  // libuv does not promise that what came through the channel is read before the end is told.
  const late = { type: 'loaded', summary: { name: 'late' } }
  t.ok(children.some(({ pid }) => pid === worker.pid))
  for (const child of children) child.emit('message', late)
  t.equal(seen.length, 2)
  t.equal(worker.ready, false)
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
