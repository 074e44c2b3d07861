import { setTimeout as delay } from 'node:timers/promises'
import t, { type Test } from 'tap'
import type { Reply } from '../../src/protocol/request.ts'
import { WorkerPool } from '../../src/server/pool/worker-pool.ts'
import { Scheduler } from '../../src/server/scheduling/scheduler.ts'
import { until } from '../contract/serve.ts'
import { stub } from '../fixtures/index.ts'
import { OPTIONS, requestOf } from '../server/scheduling/fakes.ts'
import { AT_ONCE, SHORT } from './server.ts'

t.jobs = AT_ONCE

/** Real processes of the stub, behind the real scheduler, as the server ties them together. */
const start = async (t: Test, count: number) => {
  const exits: string[] = []
  const scheduler = new Scheduler(
    { ...OPTIONS, maxQueueSize: 1e6, requestTimeoutMs: 20_000 },
    { dispatched: () => {}, batchDone: () => {}, dropped: () => {}, retried: () => {} },
  )
  const pool = new WorkerPool(
    {
      ready: (worker) => {
        scheduler.lane.maxBatchSize = 64
        scheduler.add(worker)
      },
      lost: (worker) => scheduler.remove(worker),
      changed: () => {},
      exited: (_, description) => exits.push(description),
      failed: (message) => t.fail(message),
      failing: () => false,
    },
    stub('faulty'),
  )
  t.teardown(async () => {
    scheduler.close()
    await pool.stop(0)
  })
  pool.boot(count)
  await pool.load(
    'none',
    {
      folder: {},
      rows: 'none',
      device: 'cpu',
      threads: 1,
      threadsAlone: 1,
      startTimeoutMs: 300_000,
      defaultAccept: 'application/json',
      maxBodyBytes: 2 ** 20,
      prepareTimeoutMs: 10_000,
    },
    count,
  )
  return { scheduler, pool, exits, submit: (body: string) => scheduler.submit(requestOf(body)).reply }
}

const saysItself = (reply: Reply | undefined, body: string): boolean =>
  reply?.ok === true && reply.body === body

for (const fault of [
  'too-few',
  'too-many',
  'twice',
  'another-batch',
  'unknown-type',
  'no-message',
  'text',
  'no-replies',
  'no-timings',
  'empty-replies',
]) {
  t.test(`a worker answers ${fault}: it is replaced, and every request gets its own reply`, async (t) => {
    const { pool, exits, submit } = await start(t, 2)
    const folder = t.testdir()
    const faults = SHORT ? 3 : 30
    let done = false
    let wrong = 0
    let right = 0
    const client = async (name: number) => {
      for (let i = 0; !done; i += 1) {
        const body = `echo ${name}-${i}`
        if (saysItself(await submit(body), body)) right += 1
        else wrong += 1
      }
    }
    const clients = Array.from({ length: 8 }, (_, name) => client(name))
    for (let i = 0; i < faults; i += 1) {
      const body = `${fault} ${folder}/${i}`
      t.ok(saysItself(await submit(body), body))
      // A second answer arrives after the first.
      await until(() => exits.length > i)
      await until(() => pool.readyCount === 2)
    }
    done = true
    await Promise.all(clients)
    t.equal(wrong, 0)
    t.ok(right > 0)
    t.equal(exits.length, faults)
  })
}

t.test(
  'an input that kills every worker costs two of them once, or three if it first had company, and never again',
  async (t) => {
    const { pool, exits, submit } = await start(t, 2)
    let done = false
    let wrong = 0
    const client = async (name: number) => {
      for (let i = 0; !done; i += 1) {
        const body = `echo ${name}-${i}`
        if (!saysItself(await submit(body), body)) wrong += 1
      }
    }
    const clients = Array.from({ length: 8 }, (_, name) => client(name))
    for (let i = 1; i <= (SHORT ? 3 : 30); i += 1) {
      const poison = `poison ${i}`
      const before = exits.length
      t.match(await submit(poison), { ok: false, code: 'ERR_WORKER_CRASHED' })
      await until(() => pool.readyCount === 2)
      const cost = exits.length - before
      t.ok(cost === 2 || cost === 3, `${cost} workers`)
      for (let again = 0; again < 3; again += 1) {
        t.match(await submit(poison), { ok: false, code: 'ERR_WORKER_CRASHED' })
      }
      await delay(10)
      await until(() => pool.readyCount === 2)
      t.equal(exits.length, before + cost, 'no worker died of it again')
    }
    done = true
    await Promise.all(clients)
    t.equal(wrong, 0)
  },
)
