/** One request to the server on its socket, as any client's. */

import type { HttpReply } from './answer.ts'
import type { HttpRequest } from './event.ts'
import { exchange } from './exchange.ts'

/**
 * Resolves with the reply, whatever its status; 'late' if there is none in time, and the server knows that nobody waits for it.
 *
 * @param withinMs in real time, in which the environment is not frozen
 */
export const ask = async (
  socketPath: string,
  { body, ...request }: HttpRequest,
  withinMs: number,
): Promise<HttpReply | 'late'> => {
  const patience = new AbortController()
  const timer = setTimeout(() => patience.abort(), withinMs)
  try {
    return await exchange({ socketPath, ...request, signal: patience.signal }, body)
  } catch (error) {
    if (patience.signal.aborted) return 'late'
    throw error
  } finally {
    clearTimeout(timer)
  }
}
