import type { ChildProcess } from 'node:child_process'
import { subscribe } from 'node:diagnostics_channel'
import { once } from 'node:events'
import t, { type Test } from 'tap'
import { join } from '../../../src/protocol/body.ts'
import type { LoadOptions } from '../../../src/protocol/messages.ts'
import type { Reply, Request } from '../../../src/protocol/request.ts'
import { WorkerProcess } from '../../../src/server/pool/worker-process.ts'
import { WorkerDiedError } from '../../../src/server/scheduling/runner.ts'
import { stub } from '../../fixtures/index.ts'
import { bodyOf, requestOf } from '../scheduling/fakes.ts'

const LOAD: LoadOptions = {
  folder: {},
  rows: 'none',
  device: 'cpu',
  threads: 1,
  threadsAlone: 1,
  startTimeoutMs: 300_000,
  defaultAccept: 'application/json',
  maxBodyBytes: 2 ** 20,
  prepareTimeoutMs: 10_000,
}

/** The processes themselves, which a WorkerProcess keeps to itself. */
const children: ChildProcess[] = []
subscribe('child_process', (message) => {
  children.push((message as { process: ChildProcess }).process)
})

/** Starts a worker and tells it to load; `next` resolves with the next of its events. */
const start = (t: Test, name: string) => {
  const events = new EventTarget()
  const seen: string[] = []
  const emit = (type: string, text: string) => {
    seen.push(text)
    events.dispatchEvent(new Event(type))
  }
  const worker = new WorkerProcess(
    {
      onReady: (_, info) => emit('ready', `ready ${info.name}`),
      onFailed: (message, expected) => emit('failed', `failed ${message} ${expected}`),
      onExit: (_, description) => emit('exit', description),
    },
    stub(name),
  )
  const exited = once(events, 'exit')
  const ready = once(events, 'ready')
  t.teardown(async () => {
    worker.kill('the test is over')
    await exited
  })
  worker.load('fake', LOAD)
  return { worker, ready, exited, seen }
}

/** Starts a batch of requests with these bodies; `replies` has what came, by its place in the batch. */
const run = (worker: WorkerProcess, ...texts: string[]) => {
  const replies: Reply[] = []
  const running = worker.run(
    texts.map((text) => requestOf(text)),
    false,
    {
      reply: (item, reply) => {
        if (item in replies) throw new Error(`two replies to request ${item}`)
        replies[item] = reply
      },
      preparing: () => {},
    },
  )
  return { ...running, replies, bodies: () => replies.map((reply) => bodyOf(reply)) }
}

t.test('A worker loads, answers each request of a batch, and exits when told', async (t) => {
  const { worker, ready, exited, seen } = start(t, 'well')
  t.equal(worker.ready, false)
  await ready
  t.equal(worker.ready, true)
  for (const texts of [['a', 'b'], ['c']]) {
    const { done, replies } = run(worker, ...texts)
    t.match(await done, { decodeSeconds: 0 })
    t.same(
      replies,
      texts.map((body) => ({ ok: true, body, contentType: 'x/echo' })),
    )
  }
  await worker.stop(60_000)
  await exited
  t.same(seen, ['ready fake', 'exited with code 0'])
  t.equal(worker.ready, false)
  t.equal(worker.wasReady, true)
  await t.rejects(run(worker, 'd').done, WorkerDiedError)
  await worker.stop(60_000)
})

t.test('A batch rejects if the worker dies during it, after its end was told', async (t) => {
  const { worker, ready, seen } = start(t, 'well')
  await ready
  await t.rejects(run(worker, 'die').done, {
    name: 'WorkerDiedError',
    message: 'exited with code 7',
  })
  t.same(seen, ['ready fake', 'exited with code 7'])
})

t.test('Two batches may be under way; each gets its own replies', async (t) => {
  const { worker, ready } = start(t, 'well')
  await ready
  const batches = [run(worker, 'a'), run(worker, 'b')]
  await Promise.all(batches.map(({ done }) => done))
  t.same(
    batches.map(({ bodies }) => bodies()),
    [['a'], ['b']],
  )
})

t.test('If the worker dies, all its batches reject', async (t) => {
  const { worker, ready } = start(t, 'well')
  await ready
  const batches = [run(worker, 'hang'), run(worker, 'die')]
  for (const { done } of batches) await t.rejects(done, WorkerDiedError)
})

t.test('A reply that is ready before the others is passed on before them', async (t) => {
  const { worker, ready } = start(t, 'well')
  await ready
  let others = ''
  const first = await new Promise<string>((resolve, reject) => {
    const { done } = worker.run([requestOf('reply at once'), requestOf('b')], false, {
      reply: (item, reply) => {
        if (item === 0) resolve(`${bodyOf(reply)}${others}`)
        else others = bodyOf(reply)
      },
      preparing: () => {},
    })
    done.catch(reject)
  })
  t.equal(first, 'reply at once')
})

for (const [late, expected] of [
  ['b', ['wait for a cancel']],
  ['b all the same', ['wait for a cancel']],
] as const) {
  t.test(`A cancelled request has no reply, and one that comes is dropped: ${late}`, async (t) => {
    const { worker, ready, seen } = start(t, 'well')
    await ready
    const { done, cancel, bodies } = run(worker, 'wait for a cancel', late)
    cancel(1)
    cancel(1)
    await done
    t.same(bodies(), expected)
    cancel(0)
    t.same(seen, ['ready fake'], 'the worker lives')
  })
}

t.test('A batch of which every request was cancelled is done when the worker says so', async (t) => {
  const { worker, ready } = start(t, 'well')
  await ready
  const { done, cancel, bodies } = run(worker, 'wait for a cancel')
  cancel(0)
  await done
  t.same(bodies(), [])
})

for (const rubbish of ['rubbish', 'too few', 'another batch', 'twice']) {
  t.test(`A worker that answers wrongly is killed: ${rubbish}`, async (t) => {
    const { worker, ready, exited, seen } = start(t, 'well')
    await ready
    const { done } = run(worker, rubbish)
    if (rubbish === 'twice') await done
    else await t.rejects(done, { name: 'WorkerDiedError', blameless: false })
    await exited
    t.match(seen[1], /SIGKILL \(it (sent|answered|ended) /)
  })
}

const MIB = 2 ** 20

t.test('Large bodies come in pieces, and each request gets its own', async (t) => {
  const { worker, ready } = start(t, 'pieces')
  await ready
  const { done, replies } = run(worker, '3', '1')
  await done
  const bodies = replies.map((reply) => Buffer.concat(reply.ok ? (reply.body as Uint8Array[]) : []))
  // Compared here: the runner would take minutes to say how two large buffers differ.
  t.ok(bodies[0]?.equals(Buffer.concat([0, 1, 2].map((byte) => Buffer.alloc(MIB, byte)))))
  t.ok(bodies[1]?.equals(Buffer.alloc(MIB, 0)))
  const again = run(worker, '2')
  await again.done
  t.match(again.replies, [{ ok: true, body: { length: 2 } }])
})

t.test('A worker that sends more than its replies may have is killed', async (t) => {
  const { worker, ready, exited, seen } = start(t, 'pieces')
  await ready
  await t.rejects(run(worker, 'too many').done, { name: 'WorkerDiedError', blameless: false })
  await exited
  t.match(seen[1], /SIGKILL .*more than its replies to batch 1 may have/)
})

t.test('A worker that dies in the middle of its pieces leaves none: its batch rejects', async (t) => {
  const { worker, ready } = start(t, 'pieces')
  await ready
  const { done, replies } = run(worker, `die once ${t.testdir()}/once`)
  await t.rejects(done, WorkerDiedError)
  t.same(replies, [])
})

const pieces = (...lengths: number[]): Request => ({
  ...requestOf(''),
  body: {
    pieces: lengths.map((length) => Buffer.alloc(length, 1)),
    byteLength: lengths.reduce((sum, length) => sum + length, 0),
  },
})

t.test('A worker has its batch until it has taken all bodies, whatever it says', async (t) => {
  const { worker, ready } = start(t, 'leaves-bodies')
  await ready
  let over = false
  const replied = new Promise<void>((resolve) => {
    const { done, cancel } = worker.run([pieces(MIB, MIB, MIB), requestOf('b')], false, {
      reply: (item) => {
        if (item !== 1) return
        setImmediate(() => {
          t.notOk(over, 'its replies are there, and the bodies are not')
          resolve()
          process.kill(worker.pid as number, 'SIGUSR2')
        })
      },
      preparing: () => {},
    })
    void done.then(() => {
      over = true
      cancel(0)
    })
    t.resolves(done, 'once they were taken it is over')
  })
  await replied
  while (!over) await new Promise((resolve) => setTimeout(resolve, 5))
})

t.test('A worker that dies while it takes bodies has taken none of them away', async (t) => {
  const { worker, ready } = start(t, 'leaves-bodies')
  await ready
  const request = pieces(MIB, MIB, MIB)
  const { done } = worker.run([request], false, { reply: () => {}, preparing: () => {} })
  worker.kill('the test says so')
  await t.rejects(done, WorkerDiedError)
  t.ok(Buffer.alloc(3 * MIB, 1).equals(join(request.body)))
})

t.test('A worker can be killed while it runs a batch', async (t) => {
  const { worker, ready } = start(t, 'well')
  await ready
  const { done } = run(worker, 'hang')
  worker.kill('too late')
  worker.kill('a second reason')
  await t.rejects(done, { message: /was killed by SIGKILL \(too late\)/, blameless: true })
})

t.test('What a killed worker had not read is not blamed for it', async (t) => {
  const { worker, ready } = start(t, 'well')
  await ready
  process.kill(worker.pid as number, 'SIGSTOP')
  const { done } = run(worker, 'a')
  process.kill(worker.pid as number, 'SIGKILL')
  await t.rejects(done, { message: /was killed by SIGKILL/, blameless: true })
})

t.test('Large bodies are, of which it may have read a part', async (t) => {
  const { worker, ready } = start(t, 'well')
  await ready
  process.kill(worker.pid as number, 'SIGSTOP')
  const { done } = worker.run([pieces(MIB, MIB)], false, { reply: () => {}, preparing: () => {} })
  process.kill(worker.pid as number, 'SIGKILL')
  await t.rejects(done, { message: /was killed by SIGKILL/, blameless: false })
})

t.test('What it had read is', async (t) => {
  const { worker, ready } = start(t, 'well')
  await ready
  const { done, replies } = run(worker, 'hang', 'b')
  setTimeout(() => process.kill(worker.pid as number, 'SIGKILL'), 100)
  await t.rejects(done, { message: /was killed by SIGKILL/, blameless: false })
  t.same(replies, [])
})

t.test('A worker whose socket is kept open by a process that it started ends too', async (t) => {
  const { worker, ready, exited, seen } = start(t, 'leaves-child')
  await ready
  const { done } = run(worker, 'a')
  await t.rejects(done, { name: 'WorkerDiedError', blameless: false })
  await exited
  t.match(seen[1], 'exited with code 3')
})

t.test('A worker that cannot load says why and is never ready', async (t) => {
  const { worker, exited, seen } = start(t, 'dies-on-load')
  await exited
  t.same(seen, ['failed the model is broken true', 'exited with code 1'])
  t.equal(worker.wasReady, false)
})

t.test('A worker that ignores the stop is killed at the timeout', async (t) => {
  const { worker, ready, seen } = start(t, 'stubborn')
  await ready
  await worker.stop(50)
  t.match(seen[1], /was killed by SIGKILL \(it did not stop in time\)/)
})

for (const body of [undefined, 'hang']) {
  t.test(`A worker that was halted is killed, ${body === undefined ? 'idle' : 'in a run'}`, async (t) => {
    const { worker, ready, exited, seen } = start(t, 'well')
    await ready
    const batch = body === undefined ? undefined : run(worker, body)
    process.kill(worker.pid as number, 'SIGSTOP')
    if (batch !== undefined) await t.rejects(batch.done, WorkerDiedError)
    await exited
    t.match(seen[1], /was killed by SIGKILL \(it was stopped by a signal\)/)
  })
}

t.test('A worker that was halted before it had loaded is killed', async (t) => {
  const { worker, exited, seen } = start(t, 'stubborn')
  process.kill(worker.pid as number, 'SIGSTOP')
  await exited
  t.match(seen[0], /was killed by SIGKILL \(it was stopped by a signal\)/)
})

t.test('An idle worker that does not answer probes is killed', async (t) => {
  const { ready, exited, seen } = start(t, 'deaf')
  await ready
  await exited
  t.match(seen[1], /was killed by SIGKILL \(it does not answer probes\)/)
})

t.test('What a worker had sent before its end but was read after it makes it ready no more', async (t) => {
  const { worker, ready, exited, seen } = start(t, 'well')
  await ready
  worker.kill('the test says so')
  await exited
  // libuv does not promise that what came through the channel is read before the end is told.
  const info = { name: 'late', maxBatchSize: 1, maxResponseBytes: 1, padded: false, warmUp: [] }
  const late = { type: 'loaded', model: 'late', info }
  t.ok(children.some(({ pid }) => pid === worker.pid))
  for (const child of children) child.emit('message', late)
  t.equal(seen.length, 2)
  t.equal(worker.ready, false)
})

t.test('A worker that answers is not killed because the server itself was held up', async (t) => {
  const { worker, ready, seen } = start(t, 'well')
  await ready
  const wait = new Int32Array(new SharedArrayBuffer(4))
  // A probe is sent, and then nothing can be read for longer than its answer may take.
  for (let i = 0; i < 2; i += 1) {
    await new Promise((resolve) => setTimeout(resolve, 500))
    Atomics.wait(wait, 0, 0, 1600)
  }
  const { done, bodies } = run(worker, 'a')
  await done
  t.same(bodies(), ['a'])
  t.same(seen, ['ready fake'])
})

t.test(
  'A process that cannot be started is a worker that ends, for reasons too that Node throws',
  async (t) => {
    // Linux takes no variable of more than 128 KiB: a reason that a test can bring about.
    process.env.TOO_LARGE = 'x'.repeat(2 ** 18)
    t.teardown(() => delete process.env.TOO_LARGE)
    const { exited, seen, worker } = start(t, 'well')
    await exited
    t.same(seen, ['could not be started or reached: spawn E2BIG'])
    t.equal(worker.pid, undefined)
    t.notOk(worker.ready)
  },
)
