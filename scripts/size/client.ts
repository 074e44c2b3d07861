/** The HTTP client of a load test: one request again and again, at little cost of its own. */

import { Pool } from 'undici'
import type { Send } from './open-loop.ts'

/** A request as it goes over the wire. */
export type Wire = { origin: string; path: string; headers: Record<string, string>; body: Uint8Array }

/** More than this at once no target holds; each is an open file. */
const CONNECTIONS = 1000

/** Of a reply that is no answer so much is kept, to be shown. */
const KEPT_BYTES = 400

export type Client = {
  send: Send
  /** The last reply that was not 2xx, or why there was none. */
  problem: () => string | undefined
  close: () => Promise<void>
}

/**
 * @param next the request of this number; it may be another each time, at the same origin
 * @param patienceMs how long a reply is waited for
 */
export const createClient = (
  origin: string,
  next: (index: number) => Promise<Wire> | Wire,
  patienceMs: number,
): Client => {
  const pool = new Pool(origin, {
    connections: CONNECTIONS,
    pipelining: 1,
    connect: { timeout: patienceMs },
    headersTimeout: patienceMs,
    bodyTimeout: patienceMs,
  })
  let problem: string | undefined

  const dispatch = ({ path, headers, body }: Wire): Promise<number> =>
    new Promise((resolve) => {
      let status = 0
      let text = ''
      pool.dispatch(
        { path, method: 'POST', headers, body },
        {
          onConnect() {},
          onHeaders(statusCode) {
            status = statusCode
            return true
          },
          onData(chunk) {
            if (status >= 300 && text.length < KEPT_BYTES) text += chunk.toString('utf8', 0, KEPT_BYTES)
            return true
          },
          onComplete() {
            if (status >= 300) problem = `${status} ${text}`
            resolve(status)
          },
          onError(error) {
            problem = error.message
            resolve(0)
          },
        },
      )
    })

  return {
    send: async (index) => {
      try {
        return await dispatch(await next(index))
      } catch (error) {
        problem = (error as Error).message
        return 0
      }
    },
    problem: () => problem,
    close: () => pool.destroy(),
  }
}
