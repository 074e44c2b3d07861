import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { type AddressInfo, connect, type Socket } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'
import t, { type Test } from 'tap'
import { Exchanges } from '../../../src/server/http/exchanges.ts'

/** A server that answers nothing by itself, and a connection on which `text` was sent. */
const arrange = async (t: Test) => {
  const server = createServer()
  const exchanges = new Exchanges()
  exchanges.watch(server)
  server.on('request', (request) => request.resume())
  await once(server.listen(0, '127.0.0.1'), 'listening')
  t.teardown(() => server.close())
  const { port } = server.address() as AddressInfo
  const send = async (
    text: string,
  ): Promise<{ socket: Socket; response: ServerResponse; request: IncomingMessage }> => {
    const socket = connect(port, '127.0.0.1')
    socket.on('error', () => {})
    t.teardown(() => socket.destroy())
    socket.write(text)
    const [request, response] = await once(server, 'request')
    return { socket, request, response }
  }
  return { exchanges, send }
}

const HALF = 'POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\nhalf'
const WHOLE = 'GET / HTTP/1.1\r\nHost: x\r\n\r\n'

t.test('A request is open until its reply has gone', async (t) => {
  const { exchanges, send } = await arrange(t)
  const { request, response } = await send(WHOLE)
  t.equal(exchanges.size, 1)
  t.match(exchanges.on(request.socket), [{ response }])
  response.end()
  await once(response, 'close')
  t.equal(exchanges.size, 0)
})

t.test('Half a body is given up when nothing came for long enough, and not before', async (t) => {
  const { exchanges, send } = await arrange(t)
  const { socket, request } = await send(HALF)
  t.equal(exchanges.answering, 0)
  t.equal(exchanges.closeStalled(1000, 0), 0)
  t.equal(exchanges.closeStalled(1000, 999), 0)
  socket.write('x')
  await once(request, 'data')
  t.equal(exchanges.closeStalled(1000, 1500), 0, 'a byte came')
  t.equal(exchanges.closeStalled(1000, 2499), 0)
  t.equal(exchanges.closeStalled(1000, 2500), 1)
  t.equal(exchanges.size, 0)
  await once(socket.resume(), 'close')
})

t.test(
  'What is being computed is never given up, nor what waits behind it on the same connection',
  async (t) => {
    const { exchanges, send } = await arrange(t)
    const { request, response } = await send(WHOLE + HALF)
    t.equal(exchanges.on(request.socket).length, 2)
    t.equal(exchanges.answering, 1)
    for (const now of [0, 5000, 10_000]) t.equal(exchanges.closeStalled(1000, now), 0)
    response.end()
    await once(response, 'close')
    t.equal(exchanges.closeStalled(1000, 10_001), 0)
    t.equal(exchanges.closeStalled(1000, 11_001), 1)
  },
)

t.test('A reply that is not read is given up', async (t) => {
  const { exchanges, send } = await arrange(t)
  const { socket, response } = await send(WHOLE)
  socket.pause()
  response.write(Buffer.alloc(30_000_000))
  t.equal(exchanges.closeStalled(1000, 0), 0)
  t.equal(exchanges.closeStalled(1000, 1000), 1)
})

t.test('A reply that waits for another on its connection ends with the connection', async (t) => {
  const { exchanges, send } = await arrange(t)
  const { socket, request } = await send(WHOLE)
  socket.write(WHOLE)
  while (exchanges.size < 2) await delay(5)
  const second = exchanges.on(request.socket)[1]?.response as ServerResponse
  const closed = once(second, 'close')
  socket.destroy()
  await closed
  t.equal(second.destroyed, true)
  t.equal(exchanges.size, 0)
})
