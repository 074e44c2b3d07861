/** Requests to a server in this process without a socket, which costs more than most answers do. */

import type { IncomingMessage, OutgoingHttpHeaders, ServerResponse } from 'node:http'
import { Readable, Writable } from 'node:stream'

export type PlainRequest = {
  method: string
  url: string
  headers: Record<string, string>
  /** A stream is read as it is. */
  body?: unknown
}

/** A stream that has all of its chunks. */
export const readable = (chunks: readonly unknown[]): Readable => {
  const stream = new Readable({ read() {} })
  for (const chunk of chunks) if ((chunk as Uint8Array).length > 0) stream.push(chunk)
  stream.push(null)
  return stream
}

/** What a server reads. */
const incoming = ({ method, url, headers, body }: PlainRequest): IncomingMessage => {
  const stream = body instanceof Readable ? body : readable(body === undefined ? [] : [body])
  const lower = Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value])
  return Object.assign(stream, {
    method,
    url,
    headers: Object.fromEntries(lower),
  }) as unknown as IncomingMessage
}

/** As much of node:http's as the servers use. */
export class Answer extends Writable {
  statusCode = 200
  headersSent = false
  readonly headers: Record<string, string> = {}
  readonly chunks: Buffer[] = []

  setHeader(name: string, value: unknown): void {
    this.headers[name.toLowerCase()] = String(value)
  }

  writeHead(status: number, headers: OutgoingHttpHeaders): void {
    this.statusCode = status
    for (const [name, value] of Object.entries(headers)) this.setHeader(name, value)
    this.headersSent = true
  }

  writeContinue(): void {}

  override _write(chunk: Buffer, _: string, written: () => void): void {
    this.chunks.push(chunk)
    written()
  }
}

/** As over a socket there is an answer, or the connection is cut, or the caller does not wait any longer. */
export const ask = (
  serve: (request: IncomingMessage, response: ServerResponse) => void,
  request: PlainRequest,
  signal?: AbortSignal,
): Promise<Answer> =>
  new Promise((resolve, reject) => {
    const abort = () => reject(Object.assign(new Error('Request aborted'), { name: 'AbortError' }))
    if (signal?.aborted) return abort()
    signal?.addEventListener('abort', abort, { once: true })
    const answer = new Answer()
    answer.on('finish', () => resolve(answer))
    answer.on('close', () => {
      signal?.removeEventListener('abort', abort)
      reject(Object.assign(new Error('socket hang up'), { code: 'ECONNRESET' }))
    })
    serve(incoming(request), answer as unknown as ServerResponse)
  })
