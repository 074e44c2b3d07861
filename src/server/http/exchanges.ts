/** What is open between clients and the server: requests whose headers have come and whose reply has not gone. */

import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import type { Socket } from 'node:net'

type Exchange = {
  request: IncomingMessage
  /** Bytes that had gone over the connection when they were last seen to grow, and when that was. */
  bytes: number
  movedAt: number
}

export class Exchanges {
  readonly #open = new Map<ServerResponse, Exchange>()

  watch(server: Server): void {
    // Before the listener that answers, which may be done at once.
    server.prependListener('request', (request, response) => {
      this.#open.set(response, { request, bytes: -1, movedAt: 0 })
      response.on('close', () => this.#open.delete(response))
    })
  }

  get size(): number {
    return this.#open.size
  }

  /** Those whose request has come whole. */
  get answering(): number {
    return [...this.#open.values()].filter(({ request }) => request.complete).length
  }

  /** Those on one connection, in the order in which they are answered. */
  on(socket: Socket): { request: IncomingMessage; response: ServerResponse }[] {
    return [...this.#open]
      .filter(([, { request }]) => request.socket === socket)
      .map(([response, { request }]) => ({ request, response }))
  }

  /**
   * Closes the connections that wait for their client and on which nothing has moved for so long: half a body, or a reply
   * that is not read. To be called again and again; returns how many requests were lost by it.
   */
  closeStalled(milliseconds: number, now = performance.now()): number {
    const computing = new Set<Socket>()
    for (const [response, { request }] of this.#open)
      if (request.complete && !response.headersSent) computing.add(request.socket)
    let closed = 0
    for (const [response, exchange] of this.#open) {
      const { socket } = exchange.request
      const bytes = socket.bytesRead + socket.bytesWritten
      if (computing.has(socket) || bytes !== exchange.bytes) {
        exchange.bytes = bytes
        exchange.movedAt = now
      } else if (now - exchange.movedAt >= milliseconds) {
        socket.destroy()
        this.#open.delete(response)
        closed += 1
      }
    }
    return closed
  }
}
