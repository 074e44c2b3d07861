/** Two workers, which share large bodies, and are killed, stopped, or hang. */

import { readdirSync, rmSync } from 'node:fs'
import { setTimeout as delay } from 'node:timers/promises'
import t from 'tap'
import { fixture } from '../fixtures/index.ts'
import { dispatched, metric, type Served, serve, until } from './serve.ts'

/** Values that no request has had: what has cost two workers is not tried again, in the next test either. */
let next = 0

/** Sends `count` requests with as many under way at once as `concurrency`; calls back after each answer. */
const load = async (
  served: Served,
  count: number,
  concurrency: number,
  onAnswer: (done: number) => void = () => {},
): Promise<{ value: number; status: number; body: unknown }[]> => {
  const answers: { value: number; status: number; body: unknown }[] = []
  const end = next + count
  const client = async () => {
    while (next < end) {
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

const JSON_TYPE = { 'content-type': 'application/json' }

/** A valid body of one row that is 5 MB long. */
const large = (value: number): string => `[[${value},${value},${value}]]`.padEnd(5e6)

const killAll = (served: Served): void => {
  for (const pid of served.workers()) process.kill(pid, 'SIGKILL')
}

t.test('two workers', async (t) => {
  const tempDir = t.testdir()
  const served = await serve(['--model', fixture('add-one'), '--workers', '2', '--temp-dir', tempDir])
  t.teardown(() => served.stop())
  const ping = async () => await fetch(`${served.url}/ping`)
  /** None of those is left, and as many others are ready. */
  const replaced = (gone: readonly number[]) =>
    until(
      async () =>
        !served.workers().some((pid) => gone.includes(pid)) &&
        (await ping()).headers.get('x-serving-state') === 'ready',
    )

  await t.test(
    'many large bodies at once are spread over the workers, and a small neighbour is answered',
    async (t) => {
      const sent = Array.from({ length: 16 }, (_, index) => served.post(large(index), JSON_TYPE))
      const small = served.json([[7, 7, 7]])
      const answers = await Promise.all(
        (await Promise.all(sent)).map(async (response) => [response.status, await response.json()]),
      )
      t.strictSame(
        answers,
        sent.map((_, index) => [200, { predictions: [Array(3).fill(index + 1)] }]),
      )
      t.match(await small, { status: 200, body: { predictions: [[8, 8, 8]] } })
      const batchesUpTo = (size: number) =>
        metric(served, new RegExp(`serving_batch_requests_bucket\\{le="${size}"\\} (\\d+)`))
      t.equal(await metric(served, /serving_batch_requests_sum (\d+)/), 17)
      t.equal(await batchesUpTo(8), await batchesUpTo(1024), 'eight times 5 MB is what a batch may have')
    },
  )

  await t.test('/execution-parameters comes from the live pool', async (t) => {
    const response = await fetch(`${served.url}/execution-parameters`)
    t.equal(response.status, 200)
    t.strictSame(await response.json(), {
      MaxConcurrentTransforms: Math.min(16, 2 * served.workers().length),
      BatchStrategy: 'MULTI_RECORD',
      MaxPayloadInMB: 6,
    })
  })

  await t.test('no request fails when workers are killed while requests run', async (t) => {
    const killed: number[] = []
    const answers = await load(served, 600, 8, (done) => {
      const [worker] = served.workers()
      if (done % 200 !== 0 || worker === undefined) return
      process.kill(worker, 'SIGKILL')
      killed.push(worker)
    })
    t.ok(new Set(killed).size >= 2, `${killed} were killed`)
    t.strictSame(wrong(answers), [])
    await replaced(killed)
    t.equal(served.workers().length, 2, 'they were replaced')
  })

  await t.test('with all its workers killed the server answers once the next are up', async (t) => {
    const before = served.workers()
    killAll(served)
    t.strictSame(wrong(await load(served, 20, 4)), [])
    await replaced(before)
  })

  await t.test('a stopped worker is replaced', async (t) => {
    const [stopped = 0] = served.workers()
    process.kill(stopped, 'SIGSTOP')
    await replaced([stopped])
    t.strictSame(wrong(await load(served, 5, 1)), [])
  })

  await t.test('/ping says 503 while no worker can serve, and 200 again afterwards', async (t) => {
    let killing = true
    const killer = (async () => {
      while (killing) {
        killAll(served)
        await delay(20)
      }
    })()
    await until(async () => (await ping()).status === 503)
    const { status } = await served.json([[1, 2, 3]])
    t.equal(status, 503)
    killing = false
    await killer
    await until(async () => (await ping()).status === 200)
    t.strictSame(wrong(await load(served, 1, 1)), [])
    await replaced([])
  })

  await t.test(
    'a temporary folder that is emptied while it serves costs nothing but shared weights',
    async (t) => {
      for (const name of readdirSync(tempDir)) rmSync(`${tempDir}/${name}`, { recursive: true })
      const before = served.workers()
      killAll(served)
      await replaced(before)
      t.strictSame(wrong(await load(served, 1, 1)), [])
      t.equal(
        served.output().match(/the optimised copy could not be loaded/g)?.length,
        1,
        'said once, by the first of two',
      )
    },
  )
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
