/** Workers that are killed, stopped, or hang. */

import { readdirSync, rmSync } from 'node:fs'
import { setTimeout as delay } from 'node:timers/promises'
import t from 'tap'
import { fixture } from '../fixtures/index.ts'
import { dispatched, type Served, serve, until } from './serve.ts'

/** Sends `count` requests with as many under way at once as `concurrency`; calls back after each answer. */
const load = async (
  served: Served,
  count: number,
  concurrency: number,
  onAnswer: (done: number) => void = () => {},
): Promise<{ value: number; status: number; body: unknown }[]> => {
  const answers: { value: number; status: number; body: unknown }[] = []
  let next = 0
  const client = async () => {
    while (next < count) {
      const value = next
      next += 1
      const { status, body } = await served.json([[value, value, value]])
      answers.push({ value, status, body })
      onAnswer(answers.length)
    }
  }
  await Promise.all(Array.from({ length: concurrency }, client))
  return answers
}

const wrong = (answers: readonly { value: number; status: number; body: unknown }[]) =>
  answers.filter(({ value, status, body }) => {
    const expected = JSON.stringify({ predictions: [[value + 1, value + 1, value + 1]] })
    return status !== 200 || JSON.stringify(body) !== expected
  })

t.test('no request fails when workers are killed while requests run', async (t) => {
  const served = await serve(['--model', fixture('add-one'), '--workers', '2'])
  t.teardown(() => served.stop())
  const killed = new Set<number>()
  const answers = await load(served, 1500, 8, (done) => {
    const [worker] = served.workers()
    if (done % 500 !== 0 || worker === undefined) return
    process.kill(worker, 'SIGKILL')
    killed.add(worker)
  })
  t.ok(killed.size >= 2, `${killed.size} workers were killed`)
  t.strictSame(wrong(answers), [])
  await until(() => served.workers().length === 2 && !served.workers().some((pid) => killed.has(pid)))
  t.pass('the workers were replaced')
})

t.test('with its only worker killed the server answers once the next is up', async (t) => {
  const served = await serve(['--model', fixture('add-one'), '--workers', '1'])
  t.teardown(() => served.stop())
  process.kill(served.workers()[0] ?? 0, 'SIGKILL')
  t.strictSame(wrong(await load(served, 20, 4)), [])
})

t.test('a request that has cost two workers is answered with 500 and not tried again', async (t) => {
  const served = await serve(['--model', fixture('hangs'), '--workers', '1'])
  t.teardown(() => served.stop())
  const answer = served.json([[-1]])
  for (const times of [1, 2]) {
    await until(async () => (await dispatched(served)) === times)
    for (const pid of served.workers()) process.kill(pid, 'SIGKILL')
  }
  t.match(await answer, { status: 500, body: { code: 'ERR_WORKER_CRASHED' } })
  t.match(await served.json([[1]]), { status: 200 }, 'the next request is served')
})

t.test(
  'a worker whose run never returns is killed at the deadline, and only its request fails',
  async (t) => {
    const served = await serve([
      '--model',
      fixture('hangs'),
      '--workers',
      '2',
      '--request-timeout-ms',
      '2500',
    ])
    t.teardown(() => served.stop())
    const before = served.workers()
    const hung = served.json([[-1]])
    await until(async () => (await dispatched(served)) === 1)
    for (const { status } of await Promise.all([served.json([[1]]), served.json([[2]])])) t.equal(status, 200)
    t.match(await hung, { status: 504, body: { code: 'ERR_DEADLINE_EXCEEDED' } })
    await until(() => served.workers().length === 2 && served.workers().some((pid) => !before.includes(pid)))
    t.match(await served.json([[3]]), { status: 200, body: { predictions: [[3]] } })
  },
)

t.test('a stopped worker is replaced', async (t) => {
  const served = await serve(['--model', fixture('add-one'), '--workers', '1'])
  t.teardown(() => served.stop())
  const [stopped = 0] = served.workers()
  process.kill(stopped, 'SIGSTOP')
  await until(() => !served.workers().includes(stopped))
  t.strictSame(wrong(await load(served, 5, 1)), [])
})

t.test('/ping says 503 while no worker can serve, and 200 again afterwards', async (t) => {
  const served = await serve(['--model', fixture('add-one'), '--workers', '1'])
  t.teardown(() => served.stop())
  const ping = async () => (await fetch(`${served.url}/ping`)).status
  let killing = true
  const killer = (async () => {
    while (killing) {
      for (const pid of served.workers()) process.kill(pid, 'SIGKILL')
      await delay(20)
    }
  })()
  await until(async () => (await ping()) === 503)
  const { status } = await served.json([[1, 2, 3]])
  t.equal(status, 503)
  killing = false
  await killer
  await until(async () => (await ping()) === 200)
  t.match(await served.json([[1, 2, 3]]), { status: 200 })
})

t.test('a temporary folder that is emptied while it serves costs nothing but shared weights', async (t) => {
  const tempDir = t.testdir()
  const served = await serve(['--model', fixture('tabular'), '--workers', '1', '--temp-dir', tempDir])
  t.teardown(() => served.stop())
  const row = [Array(30).fill(1)]
  const before = await served.json(row)
  for (const name of readdirSync(tempDir)) rmSync(`${tempDir}/${name}`, { recursive: true })
  for (let round = 0; round < 2; round += 1) {
    const [worker = 0] = served.workers()
    process.kill(worker, 'SIGKILL')
    await until(() => served.workers().some((pid) => pid !== worker))
    t.strictSame(await served.json(row), before)
  }
  t.equal(served.output().match(/the optimised copy could not be loaded/g)?.length, 1, 'said once')
})
