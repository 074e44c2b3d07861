import { once } from 'node:events'
import { readdirSync, rmSync } from 'node:fs'
import { connect } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'
import t from 'tap'
import { fixture } from '../fixtures/index.ts'
import { metric, type Served, serve, until } from './serve.ts'

const JSON_TYPE = { 'content-type': 'application/json' }

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

const waiting = (served: Served) => metric(served, /serving_queue_requests (\d+)/)

/** Requests that workers were given so far; one that was given again counts again. */
const handedOver = (served: Served) => metric(served, /serving_queue_wait_seconds_count (\d+)/)

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
    await until(async () => (await handedOver(served)) === times)
    for (const pid of served.workers()) process.kill(pid, 'SIGKILL')
  }
  t.match(await answer, { status: 500, body: { code: 'ERR_WORKER_CRASHED' } })
  t.match(await served.json([[1]]), { status: 200 }, 'the next request is served')
})

t.test('a run that never returns is ended at the deadline, and only its request fails', async (t) => {
  const served = await serve(['--model', fixture('hangs'), '--workers', '2', '--request-timeout-ms', '5000'])
  t.teardown(() => served.stop())
  const before = served.workers()
  const hung = served.json([[-1]])
  await until(async () => (await handedOver(served)) === 1)
  for (const { status } of await Promise.all([served.json([[1]]), served.json([[2]])])) t.equal(status, 200)
  t.match(await hung, { status: 504, body: { code: 'ERR_DEADLINE_EXCEEDED' } })
  await until(() => served.workers().length === 2 && served.workers().some((pid) => !before.includes(pid)))
  t.match(await served.json([[3]]), { status: 200, body: { predictions: [[3]] } })
})

t.test('a stopped worker is replaced', async (t) => {
  const served = await serve(['--model', fixture('add-one'), '--workers', '1'])
  t.teardown(() => served.stop())
  const [stopped = 0] = served.workers()
  process.kill(stopped, 'SIGSTOP')
  await until(() => !served.workers().includes(stopped))
  t.strictSame(wrong(await load(served, 5, 1)), [])
})

t.test('one failing row fails alone', async (t) => {
  const served = await serve(['--model', fixture('fails-on-negative'), '--workers', '1'])
  t.teardown(() => served.stop())
  const alone = await served.json([[2]])
  const values = Array.from({ length: 40 }, (_, index) => (index % 10 === 7 ? -1e6 : 2))
  const answers = await Promise.all(values.map((value) => served.json([[value]])))
  for (const [index, answer] of answers.entries()) {
    if (values[index] === 2) t.strictSame(answer, alone)
    else t.match(answer, { status: 400, body: { code: 'ERR_REJECTED_BY_MODEL' } })
  }
})

t.test('rows that are not the rows sent are never mixed up', async (t) => {
  const served = await serve(['--model', fixture('rows-changed'), '--workers', '1'])
  t.teardown(() => served.stop())
  const answers = await Promise.all([1, 2, 3, 4].map((value) => served.json({ inputs: [[value, value]] })))
  for (const [index, { body }] of answers.entries()) {
    const value = index + 1
    t.strictSame(body, {
      outputs: [
        [value, value],
        [value, value],
      ],
    })
  }
})

t.test('a client that hangs up is not computed', async (t) => {
  const served = await serve(['--model', fixture('slow'), '--workers', '1'])
  t.teardown(() => served.stop())
  const running = served.json([[1]])
  // What arrives together would be handed over together.
  await until(async () => (await handedOver(served)) > 0)
  const controllers = Array.from({ length: 5 }, () => new AbortController())
  const answers = controllers.map(({ signal }) =>
    fetch(`${served.url}/invocations`, { method: 'POST', body: '[[2]]', headers: JSON_TYPE, signal }).catch(
      () => 'gone',
    ),
  )
  await until(async () => (await waiting(served)) > 0)
  for (const controller of controllers) controller.abort()
  t.strictSame(await Promise.all(answers), Array(5).fill('gone'))
  await running
  await until(async () => (await metric(served, /dropped_requests_total\{reason="cancelled"\} (\d+)/)) > 0)
  t.match(await served.json([[3]]), { status: 200 })
  t.ok((await metric(served, /serving_run_rows_sum (\d+)/)) < 7, 'fewer rows were run than were sent')
})

t.test('a full queue refuses with 503 and Retry-After, and what was accepted is answered', async (t) => {
  const served = await serve(['--model', fixture('slow'), '--workers', '1', '--max-queue-size', '2'])
  t.teardown(() => served.stop())
  const responses = await Promise.all(Array.from({ length: 12 }, () => served.post('[[1]]', JSON_TYPE)))
  const refused = responses.filter(({ status }) => status === 503)
  t.ok(refused.length > 0 && refused.length < 12, `${refused.length} refused`)
  t.equal(responses.length - refused.length, responses.filter(({ status }) => status === 200).length)
  for (const response of refused) {
    t.match(response.headers.get('retry-after'), /^\d+$/)
    t.match(await response.json(), { code: 'ERR_OVERLOADED' })
  }
})

for (const signal of ['SIGTERM', 'SIGINT'] as const) {
  t.test(`${signal} while requests run: all are answered, and the exit code is 0`, async (t) => {
    const served = await serve(['--model', fixture('slow'), '--workers', '2'])
    const requests = Array.from({ length: 6 }, () => served.json([[1]]))
    await until(async () => (await waiting(served)) > 0)
    served.process.kill(signal)
    // As npm does, which passes on what the terminal has already sent.
    served.process.kill(signal)
    for (const { status } of await Promise.all(requests)) t.equal(status, 200)
    t.equal(await served.exited, 0)
    t.match(served.output(), /nothing was lost/)
  })
}

for (const [name, sent] of [
  ['nothing', ''],
  ['half a request', 'POST /invocations HTTP/1.1\r\nHost:'],
] as const) {
  t.test(`a connection on which ${name} was sent does not hold up the end`, async (t) => {
    const drainTimeoutMs = 20_000
    const settings = ['--model', fixture('add-one'), '--drain-timeout-ms', String(drainTimeoutMs)]
    const served = await serve(settings)
    const silent = connect(Number(new URL(served.url).port), '127.0.0.1')
    t.teardown(() => silent.destroy())
    await once(silent, 'connect')
    silent.write(sent)
    t.match(await served.json([[1, 2, 3]]), { status: 200 })
    const since = performance.now()
    t.equal(await served.stop(), 0)
    t.ok(performance.now() - since < drainTimeoutMs / 2, 'well before the deadline')
  })
}

t.test('a second signal, later, ends it at once and leaves no file behind', async (t) => {
  const tempDir = t.testdir()
  const served = await serve(['--model', fixture('hangs'), '--workers', '1', '--temp-dir', tempDir])
  const request = served.json([[-1]]).catch(() => 'cut')
  await until(async () => (await handedOver(served)) === 1)
  t.equal(readdirSync(tempDir).length, 1)
  served.process.kill('SIGTERM')
  await until(() => served.output().includes('finishing what was accepted'))
  await delay(1100)
  served.process.kill('SIGTERM')
  t.equal(await served.exited, 1)
  t.equal(await request, 'cut')
  t.strictSame(readdirSync(tempDir), [])
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
