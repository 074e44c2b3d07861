/** What is open between clients and the server: requests whose headers have come and whose reply has not gone. */

import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import { Bag } from '../../bag.ts'

type Exchange = {
  request: IncomingMessage
  response: ServerResponse
  /** Counts up with each that begins. */
  order: number
  /** Bytes that had gone over the connection when they were last seen to grow, and when that was. */
  bytes: number
  movedAt: number
  place?: number
}

export class Exchanges {
  readonly #open = new Bag<Exchange>()
  /** Connections on which a request has come before the reply to another had gone. */
  readonly #pipelined = new WeakSet<Socket>()
  #begun = 0

  watch(server: Server): void {
    // Before the listener that answers, which may be done at once.
    server.prependListener('request', (request, response) => {
      const exchange: Exchange = { request, response, order: this.#begun, bytes: -1, movedAt: 0 }
      this.#begun += 1
      this.#open.add(exchange)
      response.on('close', () => this.#open.remove(exchange))
      if (response.socket === null) this.#endWith(request.socket)
    })
  }

  /** A reply whose turn on its connection has not come has no socket, and Node does not tell it that the client has gone. */
  #endWith(socket: Socket): void {
    if (this.#pipelined.has(socket)) return
    this.#pipelined.add(socket)
    socket.once('close', () => {
      for (const { response } of this.on(socket)) {
        if (response.socket !== null) continue
        response.destroyed = true
        response.emit('close')
      }
    })
  }

  get size(): number {
    return this.#open.size
  }

  /** Those whose request has come whole. */
  get answering(): number {
    return this.#open.all.filter(({ request }) => request.complete).length
  }

  /** Those on one connection, in the order in which they are answered. */
  on(socket: Socket): { request: IncomingMessage; response: ServerResponse }[] {
    return this.#open.all.filter(({ request }) => request.socket === socket).sort((a, b) => a.order - b.order)
  }

  /**
   * Closes the connections that wait for their client and on which nothing has moved for so long: half a body, or a reply
   * that is not read. To be called again and again; returns how many requests were lost by it.
   */
  closeStalled(milliseconds: number, now = performance.now()): number {
    const computing = new Set<Socket>()
    for (const { request, response } of this.#open.all)
      if (request.complete && !response.headersSent) computing.add(request.socket)
    let closed = 0
    for (const exchange of this.#open.all) {
      const { socket } = exchange.request
      const bytes = socket.bytesRead + socket.bytesWritten
      if (computing.has(socket) || bytes !== exchange.bytes) {
        exchange.bytes = bytes
        exchange.movedAt = now
      } else if (now - exchange.movedAt >= milliseconds) {
        socket.destroy()
        this.#open.remove(exchange)
        closed += 1
      }
    }
    return closed
  }
}
