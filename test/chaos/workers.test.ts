import { setTimeout as delay } from 'node:timers/promises'
import t from 'tap'
import { metric, serve, until } from '../contract/serve.ts'
import { fixture } from '../fixtures/index.ts'
import { allRight, post, sameNumber, startLoad } from './load.ts'
import {
  AT_ONCE,
  anyWorker,
  every,
  limitMemory,
  PATIENT,
  ROUNDS,
  replaced,
  SHORT,
  stateOf,
} from './server.ts'

t.jobs = AT_ONCE

t.test('a worker is killed every 2 s: no request fails, and all workers are back each time', async (t) => {
  const served = await serve(['--model', fixture('add-one'), '--workers', '2'])
  t.teardown(() => served.stop())
  const load = await startLoad(t, served.url)
  const recoveries: number[] = []
  await every(2000, ROUNDS, async () => {
    const worker = anyWorker(served)
    process.kill(worker, 'SIGKILL')
    recoveries.push(await replaced(served, worker))
  })
  const tally = await load.stop()
  t.comment(`${Math.round(load.capacity)}/s; from kill to ready: ${recoveries.join(', ')} ms`)
  t.strictSame(tally, allRight(tally))
  t.equal(await metric(served, /serving_worker_exits_total (\d+)/), ROUNDS, 'as many ended as were killed')
})

for (const [model, when] of [
  ['add-one', 'at any moment'],
  ['slow', 'in a run'],
] as const) {
  t.test(`a worker is stopped ${when}: no request fails, and it is replaced`, async (t) => {
    const served = await serve(['--model', fixture(model), '--workers', '2', ...PATIENT])
    t.teardown(() => served.stop())
    const load = await startLoad(t, served.url, model === 'slow' ? sameNumber : undefined)
    const recoveries: number[] = []
    await every(2000, SHORT ? 2 : 20, async () => {
      const worker = anyWorker(served)
      process.kill(worker, 'SIGSTOP')
      recoveries.push(await replaced(served, worker))
    })
    const tally = await load.stop()
    t.comment(`${Math.round(load.capacity)}/s; from stop to ready: ${recoveries.join(', ')} ms`)
    t.strictSame(tally, allRight(tally))
  })
}

t.test('an idle worker is stopped: it is replaced, and no request fails', async (t) => {
  const served = await serve(['--model', fixture('add-one'), '--workers', '2'])
  t.teardown(() => served.stop())
  const worker = anyWorker(served)
  process.kill(worker, 'SIGSTOP')
  const load = await startLoad(t, served.url)
  await replaced(served, worker)
  const tally = await load.stop()
  t.strictSame(tally, allRight(tally))
})

t.test('a run that never returns costs its own request alone: 504', async (t) => {
  const settings = ['--model', fixture('hangs'), '--workers', '2', '--request-timeout-ms', '5000']
  const served = await serve(settings)
  t.teardown(() => served.stop())
  const load = await startLoad(t, served.url, sameNumber)
  await every(2000, SHORT ? 2 : 20, async (round) => {
    const { status, text } = await post(served.url, `[[${-1 - round}]]`)
    t.equal(status, 504)
    t.match(text, /ERR_DEADLINE_EXCEEDED/)
    await until(async () => (await stateOf(served)) === 'ready')
  })
  const tally = await load.stop()
  t.strictSame(tally, allRight(tally))
})

const manyRows = (count: number): { body: string; expected: string } => {
  const rows = Array.from({ length: count }, (_, index) => [index, index, index])
  return {
    body: JSON.stringify(rows),
    expected: JSON.stringify({ predictions: rows.map((row) => row.map((x) => x + 1)) }),
  }
}

t.test('workers run out of memory: the server lives, every request is answered right', async (t) => {
  const settings = ['--model', fixture('add-one'), '--workers', '2', '--max-body-bytes', '200000000']
  const served = await serve(settings)
  t.teardown(() => served.stop())
  const load = await startLoad(t, served.url)
  let rows = 150_000
  await every(2000, SHORT ? 2 : 10, async () => {
    const worker = anyWorker(served)
    limitMemory(worker)
    for (let attempt = 0; attempt < 20 && served.workers().includes(worker); attempt++) {
      // Whatever a worker has taken so far, it needs more for this. Both may go to the other worker.
      rows += 50_000
      const { body, expected } = manyRows(rows)
      const answers = await Promise.all([1, 2].map(() => post(served.url, body)))
      for (const { status, text } of answers) t.ok(status === 200 && text === expected, `${status}`)
    }
    await replaced(served, worker)
  })
  const tally = await load.stop()
  t.strictSame(tally, allRight(tally))
  t.equal(served.process.exitCode, null)
})

t.test('a batch with a bad row: the others are answered, with the numbers they have alone', async (t) => {
  const served = await serve(['--model', fixture('fails-on-negative'), '--workers', '1'])
  t.teardown(() => served.stop())
  const values = Array.from({ length: 50 }, (_, index) => Math.fround(index / 7))
  const alone = new Map<number, string>()
  for (const value of values) alone.set(value, (await post(served.url, JSON.stringify([[value]]))).text)
  const load = await startLoad(t, served.url, (n) => {
    const value = values[n % values.length] ?? 0
    if (n % 10 !== 3)
      return {
        body: JSON.stringify([[value]]),
        isRight: (status, text) => status === 200 && text === alone.get(value),
      }
    return {
      body: JSON.stringify([[-1 - n]]),
      isRight: (status, text) => status === 400 && text.includes('"ERR_REJECTED_BY_MODEL"'),
    }
  })
  await delay(SHORT ? 3000 : 60_000)
  const tally = await load.stop()
  t.strictSame(tally, allRight(tally))
  const runs = await metric(served, /serving_run_rows_count (\d+)/)
  t.ok((await metric(served, /serving_run_rows_sum (\d+)/)) > runs, 'rows ran together')
})
