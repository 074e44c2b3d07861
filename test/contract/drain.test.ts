/** SIGTERM while bodies still arrive: those that get on are served, those that stall are aborted, and it is logged. */

import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'
import t, { type Test } from 'tap'
import { fixture } from '../fixtures/index.ts'
import { skip as withoutNginx } from '../server/front/with-nginx.ts'
import { type Served, serve, until } from './serve.ts'

const ROWS = Array.from({ length: 2000 }, () => [1, 2, 3])
const BODY = JSON.stringify(ROWS)
const HEAD = `POST /invocations HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: ${BODY.length}\r\n\r\n`

/** Sends the headers and the first bytes of a body; the server has them when this resolves. */
const begin = async (t: Test, served: Served): Promise<Socket> => {
  const socket = connect(Number(new URL(served.url).port), '127.0.0.1')
  t.teardown(() => socket.destroy())
  socket.on('error', () => {})
  await once(socket, 'connect')
  // Inviting the body says that the headers have been read.
  socket.write(HEAD.replace('Host', 'Expect: 100-continue\r\nHost'))
  await once(socket, 'data')
  socket.write(BODY.slice(0, 10))
  return socket
}

const draining = (served: Served) => until(() => served.output().includes(': draining'))

for (const front of ['none', 'nginx']) {
  const skip = front === 'nginx' && withoutNginx
  t.test(`SIGTERM during an upload, front ${front}: it is let finish and served`, { skip }, async (t) => {
    const served = await serve(['--model', fixture('add-one'), '--workers', '1', '--front', front])
    const socket = await begin(t, served)
    served.process.kill('SIGTERM')
    await draining(served)
    // Longer than all pauses of a drain in which nothing is under way.
    const part = Math.ceil((BODY.length - 10) / 20)
    for (let start = 10; start < BODY.length; start += part) {
      await delay(100)
      socket.write(BODY.slice(start, start + part))
    }
    const [reply] = await once(socket, 'data')
    t.match(String(reply), /^HTTP\/1\.1 200 /)
    socket.resume()
    await once(socket, 'end')
    t.equal(await served.exited, 0)
    t.match(served.output(), /no requests lost/)
  })
}

t.test('SIGTERM while bodies have stalled: they are aborted, counted and logged', async (t) => {
  const settings = ['--model', fixture('add-one'), '--workers', '1', '--drain-timeout-ms', '60000']
  const served = await serve(settings)
  const sockets = await Promise.all(Array.from({ length: 20 }, () => begin(t, served)))
  const since = performance.now()
  served.process.kill('SIGTERM')
  t.equal(await served.exited, 1)
  t.ok(performance.now() - since < 40_000, 'well before the deadline of the drain')
  t.match(served.output(), /requests aborted: 20/)
  t.match(served.output(), /drained, 20 requests lost/)
  t.notMatch(served.output(), /no requests lost/)
  for (const socket of sockets) t.ok(socket.destroyed || socket.readableEnded || socket.closed)
})

t.test('SIGTERM during an upload that outlasts the drain: it is counted and logged', async (t) => {
  const settings = ['--model', fixture('add-one'), '--workers', '1', '--drain-timeout-ms', '4000']
  const served = await serve(settings)
  const socket = await begin(t, served)
  const trickle = setInterval(() => socket.write('1'), 200)
  t.teardown(() => clearInterval(trickle))
  t.equal(await served.stop(), 1)
  t.match(served.output(), /drained, 1 requests lost/)
})
