import { once } from 'node:events'
import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'
import t, { type Test } from 'tap'
import { arrivals } from '../../../scripts/size/arrivals.ts'
import { createClient } from '../../../scripts/size/client.ts'
import { openLoop } from '../../../scripts/size/open-loop.ts'
import { randomNumbers } from '../../../src/worker/engine/fill.ts'

const never = new AbortController().signal
const PATIENT = { limitMs: 10_000, mostLate: 10_000, countFrom: 0, signal: never }

t.test('arrivals are a Poisson process', async (t) => {
  const due = arrivals(1000, 100, randomNumbers(1))
  t.ok(Math.abs(due.length / 100_000 - 1) < 0.02, `${due.length}`)
  t.ok(due.every((at, index) => at >= (due[index - 1] ?? 0)))
  const gaps = due.map((at, index) => at - (due[index - 1] ?? 0))
  const isLong = gaps.filter((gap) => gap > 2).length / gaps.length
  t.ok(Math.abs(isLong - Math.exp(-2)) < 0.01, `${isLong} are longer than twice the mean`)
})

t.test('requests are sent when they are due although none is answered, and wait from then on', async (t) => {
  const due = Array.from({ length: 50 }, (_, at) => at)
  let release = () => {}
  const stalled = new Promise<void>((resolve) => {
    release = resolve
  })
  let sent = 0
  const { samples, cutShort } = await openLoop(
    async () => {
      sent += 1
      // All have been sent before any is answered.
      if (sent === due.length) release()
      await stalled
      return 200
    },
    { ...PATIENT, due },
  )
  t.equal(cutShort, false)
  t.strictSame(
    samples.map((sample) => sample.due),
    due,
  )
  t.ok(samples.every(({ due, sent, done }) => sent >= due && done >= 49))
  t.ok((samples[0]?.done ?? 0) - (samples[0]?.due ?? 0) >= 49, 'the first has waited for all others')
})

t.test('it stops once so many are late, answered or not, and counts none of the beginning', async (t) => {
  const due = Array.from({ length: 400 }, (_, at) => at * 5)
  const { samples, cutShort } = await openLoop(
    async () => {
      await delay(60)
      return 200
    },
    { ...PATIENT, due, limitMs: 20, mostLate: 5, countFrom: 100 },
  )
  t.equal(cutShort, true)
  t.ok(samples.length >= 25 && samples.length < 400, `${samples.length}`)
  t.ok(
    samples.every(({ status }) => status === 200),
    'what was sent is waited for',
  )
})

t.test('it stops when it is interrupted', async (t) => {
  const stop = new AbortController()
  const due = Array.from({ length: 400 }, (_, at) => at * 50)
  const { samples, cutShort } = await openLoop(
    async (index) => {
      if (index === 2) stop.abort()
      return 200
    },
    { ...PATIENT, due, signal: stop.signal },
  )
  t.ok(samples.length >= 3 && samples.length < 200, `${samples.length}`)
  t.equal(cutShort, false)
})

const listen = async (t: Test, listener: RequestListener): Promise<string> => {
  const server = createServer(listener).listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.teardown(() => {
    server.closeAllConnections()
    server.close()
  })
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

t.test('the client gives the status of each reply, and 0 where there is none', async (t) => {
  const seen: unknown[] = []
  const origin = await listen(t, async (request, response) => {
    let text = ''
    for await (const chunk of request) text += chunk
    seen.push([request.method, request.url, request.headers['content-type'], text])
    if (text === 'hang') return
    if (text === 'die') request.socket.destroy()
    else
      response
        .writeHead(text === 'bad' ? 400 : 200)
        .end(text === 'bad' ? 'no such model' : 'x'.repeat(200_000))
  })
  const texts = ['good', 'bad', 'die', 'hang', 'good']
  const client = createClient(
    origin,
    (index) => ({
      origin,
      path: '/invocations?a=1',
      headers: { 'content-type': 'text/csv' },
      body: Buffer.from(texts[index] as string),
    }),
    1500,
  )
  t.teardown(client.close)
  t.equal(await client.send(0), 200)
  t.equal(client.problem(), undefined)
  t.equal(await client.send(1), 400)
  t.equal(client.problem(), '400 no such model')
  t.equal(await client.send(2), 0)
  t.equal(await client.send(3), 0)
  t.match(client.problem(), /timeout/i)
  t.equal(await client.send(4), 200)
  t.strictSame(
    seen,
    texts.map((text) => ['POST', '/invocations?a=1', 'text/csv', text]),
  )
})

t.test('requests do not wait for each other', async (t) => {
  let waiting = 0
  let release = () => {}
  const all = new Promise<void>((resolve) => {
    release = resolve
  })
  const origin = await listen(t, async (request, response) => {
    request.resume()
    waiting += 1
    if (waiting === 100) release()
    await all
    response.end()
  })
  const client = createClient(
    origin,
    () => ({ origin, path: '/', headers: {}, body: new Uint8Array() }),
    20_000,
  )
  t.teardown(client.close)
  const statuses = await Promise.all(Array.from({ length: 100 }, (_, index) => client.send(index)))
  t.ok(statuses.every((status) => status === 200))
})

t.test('a request that cannot be made is none that was answered', async (t) => {
  const client = createClient('http://127.0.0.1:1', () => Promise.reject(new Error('no credentials')), 1000)
  t.teardown(client.close)
  t.equal(await client.send(0), 0)
  t.equal(client.problem(), 'no credentials')
})
