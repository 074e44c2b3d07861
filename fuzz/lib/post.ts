/** Posts a body and says what became of it; a failed connection is an answer too. */

import { request } from 'node:http'
import { performance } from 'node:perf_hooks'

/** `status` is a number, or what became of the connection: `timeout`, `ECONNRESET`. */
export type Answered = { status: number | string; code: string; milliseconds: number; bytes: number }

export type Headers = Readonly<Record<string, string>>

/** Enough of an answer to find an error's code in it. */
const KEPT_BYTES = 1024

export const post = (url: string, body: Uint8Array, headers: Headers, timeoutMs: number): Promise<Answered> =>
  new Promise((resolve) => {
    const startedAt = performance.now()
    let kept = ''
    let bytes = 0
    const end = (status: number | string) =>
      resolve({
        status,
        code: /"code":"(\w+)"/.exec(kept)?.[1] ?? '',
        milliseconds: performance.now() - startedAt,
        bytes,
      })
    const sent = request(`${url}/invocations`, {
      method: 'POST',
      agent: false,
      headers: { 'content-length': body.length, ...headers },
      signal: AbortSignal.timeout(timeoutMs),
    })
    sent.on('error', (error: NodeJS.ErrnoException) =>
      end(
        error.name === 'AbortError' || error.name === 'TimeoutError'
          ? 'timeout'
          : (error.code ?? error.message),
      ),
    )
    sent.on('response', (response) => {
      response.on('data', (part: Buffer) => {
        bytes += part.length
        if (kept.length < KEPT_BYTES) kept += part.toString('latin1')
      })
      response.on('error', () => end('cut'))
      response.on('end', () => end(response.statusCode ?? 0))
    })
    sent.end(body)
  })
