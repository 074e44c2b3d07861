/**
 * A process that opens many connections to a server and sends a byte a second on each; what the server closes is opened
 * again. Tells its parent, once a second, how many are open. Arguments: port, connections, `headers` or `body`.
 */

import { connect, type Socket } from 'node:net'

const [port, connections, what] = [Number(process.argv[2]), Number(process.argv[3]), process.argv[4]]

/** So many are opened at once, so that none is lost to a full queue of connections. */
const AT_ONCE = 1000

const HEADS: Record<string, string> = {
  headers: 'POST /invocations HTTP/1.1\r\nHost: a\r\nX-Slow: ',
  body: 'POST /invocations HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: 10000\r\n\r\n',
}

const started = new Set<Socket>()
const open = new Set<Socket>()

const openOne = (): void => {
  const socket = connect(Number(port), '127.0.0.1', () => {
    open.add(socket)
    socket.write(HEADS[what ?? ''] ?? '')
  })
  started.add(socket)
  // A server that has answered waits for the rest only to be polite.
  socket.once('data', () => socket.destroy())
  socket.on('error', () => undefined)
  socket.once('close', () => {
    started.delete(socket)
    open.delete(socket)
  })
}

setInterval(() => {
  for (let n = 0; n < AT_ONCE && started.size < connections; n += 1) openOne()
}, 100)

setInterval(() => {
  for (const socket of open) socket.write('1')
  process.send?.(open.size)
}, 1000)

process.once('disconnect', () => process.exit())
