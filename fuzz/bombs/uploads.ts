/** Connections that each send nearly all of a body, and then nothing. */

import { once, setMaxListeners } from 'node:events'
import { connect } from 'node:net'
import { performance } from 'node:perf_hooks'
import type { Answered } from '../lib/post.ts'

/** How long they are held open once they have sent what they send. */
const HELD_MS = 10_000

const headOf = (bytes: number, framing: 'length' | 'chunked'): string => {
  const framed =
    framing === 'length'
      ? `Content-Length: ${bytes + 1}\r\n\r\n`
      : `Transfer-Encoding: chunked\r\n\r\n${(bytes + 1).toString(16)}\r\n`
  return `POST /invocations HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n${framed}`
}

/** Resolves with a status, or with `held` where the server said nothing. */
export const holdUploads = async (
  url: string,
  count: number,
  bytes: number,
  framing: 'length' | 'chunked' = 'length',
): Promise<Answered[]> => {
  const body = Buffer.alloc(bytes, ' ')
  const enough = AbortSignal.timeout(HELD_MS)
  setMaxListeners(0, enough)
  const hold = async (): Promise<Answered> => {
    const startedAt = performance.now()
    const socket = connect(Number(new URL(url).port), '127.0.0.1')
    let text = ''
    let error = ''
    socket.on('data', (part) => {
      text += part.toString('latin1')
    })
    socket.on('error', ({ code }: NodeJS.ErrnoException) => {
      error = code ?? 'error'
    })
    socket.write(headOf(bytes, framing))
    socket.write(body)
    await once(socket, 'close', { signal: enough }).catch(() => undefined)
    socket.destroy()
    const status = Number(/^HTTP\/1\.1 (\d{3})/.exec(text)?.[1] ?? 0)
    return {
      status: status || error || (enough.aborted ? 'held' : 'closed'),
      code: /"code":"(\w+)"/.exec(text)?.[1] ?? '',
      // What was held is not slow: it was not finished.
      milliseconds: status ? performance.now() - startedAt : 0,
      bytes: text.length,
    }
  }
  return Promise.all(Array.from({ length: count }, hold))
}
