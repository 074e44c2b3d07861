/** Requests that hang, wait in vain or are given up cost those beside them nothing, nor does the end; those that fail: test/in-process. */

import { readdirSync } from 'node:fs'
import { setTimeout as delay } from 'node:timers/promises'
import t from 'tap'
import { fixture } from '../fixtures/index.ts'
import { cpuTicks, dispatched, metric, type Served, serve, until, waiting } from './serve.ts'

const JSON_TYPE = { 'content-type': 'application/json' }

/**
 * Keeps the only worker busy until `end` kills it, and the next one, on which the request is tried again. No two may send the
 * same: what has cost two workers is not tried a third time.
 */
const hang = async (served: Served, value: number) => {
  const before = await dispatched(served)
  const answer = served.json([[value]])
  const running = (times: number) => until(async () => (await dispatched(served)) === before + times)
  await running(1)
  return {
    end: async () => {
      for (const times of [1, 2]) {
        await running(times)
        const [pid = 0] = served.workers()
        const ticks = cpuTicks(pid)
        // What it has not read yet it would not be blamed for.
        await until(() => cpuTicks(pid) > ticks + 10)
        process.kill(pid, 'SIGKILL')
      }
      return answer
    },
  }
}

t.test('behind a request that hangs, costs two workers, and is not tried a third time', async (t) => {
  const tempDir = t.testdir()
  const settings = ['--workers', '1', '--max-queue-size', '5', '--temp-dir', tempDir]
  const served = await serve(['--model', fixture('hangs'), ...settings])
  t.teardown(() => served.stop())

  await t.test(
    'a client that hangs up is not computed, and not counted as one that was sent an error',
    async (t) => {
      const { end } = await hang(served, -1)
      const controllers = Array.from({ length: 5 }, () => new AbortController())
      const answers = controllers.map(({ signal }) =>
        fetch(`${served.url}/invocations`, {
          method: 'POST',
          body: '[[2]]',
          headers: JSON_TYPE,
          signal,
        }).catch(() => 'gone'),
      )
      await until(async () => (await waiting(served)) === 5)
      for (const controller of controllers) controller.abort()
      t.strictSame(await Promise.all(answers), Array(5).fill('gone'))
      await until(
        async () => (await metric(served, /dropped_requests_total\{reason="cancelled"\} (\d+)/)) === 5,
      )
      const metrics = await (await fetch(`${served.url}/metrics`)).text()
      t.notMatch(metrics, /serving_errors_total\{/)
      t.notMatch(metrics, /serving_requests_total\{route="\/invocations"/)
      t.match(await end(), { status: 500, body: { code: 'ERR_WORKER_CRASHED' } })
      t.match(await served.json([[3]]), { status: 200 })
      t.equal(
        await metric(served, /serving_run_rows_sum (\d+)/),
        1,
        'only the last one has been run to its end',
      )
    },
  )

  await t.test(
    'a full queue refuses with 503 and Retry-After, and what was accepted is answered',
    async (t) => {
      const { end } = await hang(served, -2)
      const accepted = Array.from({ length: 5 }, () => served.json([[1]]))
      await until(async () => (await waiting(served)) === 5)
      const refused = await served.post('[[1]]', JSON_TYPE)
      t.equal(refused.status, 503)
      t.match(refused.headers.get('retry-after'), /^\d+$/)
      t.match(await refused.json(), { code: 'ERR_OVERLOADED' })
      t.match(await end(), { status: 500 })
      for (const { status } of await Promise.all(accepted)) t.equal(status, 200)
    },
  )

  await t.test('a second signal, later, makes it exit at once and leaves no file behind', async (t) => {
    const before = await dispatched(served)
    const request = served.json([[-3]]).catch(() => 'cut')
    await until(async () => (await dispatched(served)) === before + 1)
    t.equal(readdirSync(tempDir).length, 1)
    served.process.kill('SIGTERM')
    await until(() => served.output().includes('draining'))
    await delay(1100)
    served.process.kill('SIGTERM')
    t.equal(await served.exited, 1)
    t.equal(await request, 'cut')
    t.strictSame(readdirSync(tempDir), [])
  })
})
