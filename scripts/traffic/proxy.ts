/** The switch as an HTTP server. */

import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { type Room, readBody } from './read-body.ts'
import { createSwitch, INVOKE, type Reply, type SwitchOptions } from './switch.ts'
import type { Headers } from './user.ts'

/** For a whole request, and for its headers: SageMaker gives a model 60 s. */
const REQUEST_MS = 60_000
const HEADERS_MS = 10_000

/** Longer than a load balancer keeps a connection (60 s): who ends it first must be the one that sends, or a request gets lost. */
const KEEP_ALIVE_MS = 75_000

/** Node reads headers as Latin-1; callers that compute the variant themselves hash UTF-8. */
const headersOf = (request: IncomingMessage): Headers =>
  Object.fromEntries(
    Object.entries(request.headers).map(([name, value]) => [
      name,
      Buffer.from(Array.isArray(value) ? value.join(', ') : (value ?? ''), 'latin1').toString('utf8'),
    ]),
  )

/** A server that does not listen yet. Once closed, it finishes what it has begun. */
export const createProxy = (options: SwitchOptions): Server => {
  const { answer, invoke } = createSwitch(options)
  const room: Room = { bytes: 0 }

  const send = (response: ServerResponse, { status, headers, body }: Reply): void => {
    response.statusCode = status
    for (const [name, value] of Object.entries(headers)) response.setHeader(name, value)
    if (!server.listening) response.setHeader('connection', 'close')
    response.end(body)
  }

  const invocation = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const gone = new AbortController()
    const reading = readBody(request, room)
    response.once('close', () => {
      gone.abort()
      reading.done()
    })
    const body = await reading.body
    if (!Buffer.isBuffer(body)) return send(response, body)
    const reply = await invoke({ headers: headersOf(request), body }, gone.signal)
    if (reply !== undefined) send(response, reply)
  }

  const server = createServer(
    { requestTimeout: REQUEST_MS, headersTimeout: HEADERS_MS, keepAliveTimeout: KEEP_ALIVE_MS },
    (request, response) => {
      const route = `${request.method} ${request.url?.split('?')[0]}`
      if (route !== INVOKE) send(response, answer(route))
      // A caller that leaves before it has sent all, or an answer that cannot be written.
      else invocation(request, response).catch(() => response.destroy())
    },
  )
  return server
}

export type { SwitchOptions as ProxyOptions }
