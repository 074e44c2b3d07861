import { setTimeout as delay } from 'node:timers/promises'
import t, { type Test } from 'tap'
import type { LoadOptions } from '../../../src/protocol/messages.ts'
import { WorkerPool } from '../../../src/server/pool/worker-pool.ts'
import { stub } from '../../fixtures/index.ts'

/** Starts a pool that loads; `until` resolves when its log of events satisfies a condition. */
const start = (t: Test, count: number, name: string, loading = count, options: Partial<LoadOptions> = {}) => {
  const log: string[] = []
  let look = () => {}
  const note = (event: string) => {
    log.push(event)
    look()
  }
  const pool = new WorkerPool(
    {
      ready: () => note('ready'),
      lost: () => note('lost'),
      changed: () => {},
      exited: (_, description, late) => note(late === undefined ? description : `${description}, ${late}`),
      failed: (message) => note(`failed ${message}`),
      failing: (reason) => {
        note(`failing: ${reason}`)
        return true
      },
    },
    stub(name),
  )
  t.teardown(() => pool.stop(0))
  pool.boot(count)
  const loaded = pool.load(
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
      ...options,
    },
    loading,
  )
  loaded.catch(() => {})
  const times = (event: string) => log.filter((other) => other === event).length
  const until = (condition: () => boolean): Promise<void> =>
    new Promise((resolve) => {
      look = () => {
        if (condition()) resolve()
      }
      look()
    })
  return { pool, loaded, log, times, until }
}

t.test('All workers load and stop', async (t) => {
  const { pool, loaded, log } = start(t, 2, 'well')
  t.equal(pool.startingCount, 2)
  t.equal(pool.info, undefined)
  t.equal(await loaded, pool.info)
  t.equal(pool.readyCount, 2)
  t.equal(pool.info?.name, 'fake')
  await pool.stop(60_000)
  t.same(log.slice(2), ['lost', 'lost'], 'an exit that was asked for is not reported')
  t.equal(pool.readyCount, 0)
  t.same(pool.pids, [])
})

for (const [started, wanted] of [
  [3, 1],
  [1, 3],
] as const) {
  t.test(`Of ${started} workers that were started ${wanted} are wanted: so many load`, async (t) => {
    const { pool, loaded, log } = start(t, started, 'well', wanted)
    await loaded
    t.equal(pool.pids.length, wanted)
    t.equal(pool.startingCount, 0)
    t.same(log, Array(wanted).fill('ready'), 'an exit that was asked for is not reported')
  })
}

t.test('A ready worker that dies is replaced at once, and the other stays', async (t) => {
  const { pool, log, times, until } = start(t, 2, 'well')
  await until(() => times('ready') === 2)
  const [victim, other] = pool.pids as [number, number]
  process.kill(victim, 'SIGKILL')
  await until(() => times('lost') === 1 && log.includes('was killed by SIGKILL'))
  await until(() => times('ready') === 3)
  t.same(log.slice(2), ['lost', 'was killed by SIGKILL', 'ready'])
  t.ok(pool.pids.includes(other))
  t.notOk(pool.pids.includes(victim))
})

t.test('Workers that die before they are ready are tried again after a pause', async (t) => {
  for (const [name, end] of [
    ['dies-at-once', 'exited with code 3'],
    ['dies-on-load', 'exited with code 1'],
  ] as const) {
    const { pool, times, until } = start(t, 1, name)
    await until(() => times(end) === 3)
    t.equal(times('lost'), 0)
    t.equal(times('failed the model is broken'), name === 'dies-on-load' ? 3 : 0)
    t.same(pool.pids, [], 'none runs during the pause')
    t.equal(pool.startingCount, 1)
    await pool.stop(0)
    t.equal(pool.startingCount, 0, 'no other will be started')
  }
})

t.test('The start fails at once for a reason of the model, whose words are kept', async (t) => {
  const { loaded, times } = start(t, 1, 'dies-on-load')
  await t.rejects(loaded, { name: 'StartupError', message: 'the model is broken' })
  t.equal(times('failed the model is broken'), 1)
})

t.test('The start fails after five workers that exited before one was ready', async (t) => {
  const { loaded, times } = start(t, 1, 'dies-at-once')
  const message = 'workers keep failing to start; the last one exited with code 3'
  await t.rejects(loaded, { name: 'StartupError', message })
  t.equal(times('exited with code 3'), 5)
})

const RECIPE = {}
const late = (seconds: number) =>
  `was killed by SIGKILL (it did not load the model within ${seconds} s, see --start-timeout-ms)`

t.test('A worker that takes too long to load is killed, and the next is not warmed up', async (t) => {
  const { pool, loaded, log } = start(t, 1, 'never-loads', 1, {
    folder: 'warm-up',
    recipe: RECIPE,
    // Time to boot on a busy machine.
    startTimeoutMs: 8000,
  })
  await loaded
  t.equal(pool.info?.name, 'cold')
  t.same(log, [`${late(8)}, once`, 'ready'])
})

t.test('If it takes too long without warming up as well, the start fails', async (t) => {
  const { loaded, times } = start(t, 1, 'never-loads', 1, { recipe: RECIPE, startTimeoutMs: 500 })
  await t.rejects(loaded, { message: `workers keep failing to start; the last one ${late(0.5)}` })
  t.equal(times(`${late(0.5)}, again`), 1)
  t.equal(times(`${late(0.5)}, once`), 1)
})

t.test('One that cannot be started beside others is given up where it need not be there', async (t) => {
  const { pool, loaded, times, until } = start(t, 1, 'second-dies', 1, { folder: `${t.testdir()}/one` })
  await loaded
  pool.boot(2)
  await until(() => times('failing: the last one exited with code 3') === 1)
  t.equal(times('exited with code 3'), 5)
  t.strictSame([pool.readyCount, pool.startingCount], [1, 0])
})

t.test('One that is dropped is not replaced, and its end is no failure', async (t) => {
  const log: string[] = []
  const pool = new WorkerPool(
    {
      ready: (worker) => pool.readyCount === 2 && pool.drop(worker),
      lost: () => log.push('lost'),
      changed: () => {},
      exited: (_, description) => log.push(description),
      failed: (message) => log.push(message),
      failing: () => false,
    },
    stub('well'),
  )
  t.teardown(() => pool.stop(0))
  pool.boot(2)
  void pool.load('none', { startTimeoutMs: 60_000 } as LoadOptions, 2)
  while (pool.pids.length !== 1) await delay(10)
  t.strictSame([pool.readyCount, pool.startingCount, log], [1, 0, []])
})
