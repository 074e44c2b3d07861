/** Calls the model's own code: it may throw, hang, or answer with a status of its own, and the error names it. */

import { ServingError } from '../../errors.ts'
import { quote } from '../../words.ts'

/** `statusCode` as in Fastify and http-errors; `status` is what clients of other services call those services' own. */
const statusOf = (error: unknown): number | undefined => {
  const given = (error as { statusCode?: unknown } | undefined)?.statusCode as number
  return Number.isInteger(given) && given >= 400 && given <= 599 ? given : undefined
}

/** Messages of errors that were not meant for the client may hold addresses and passwords: they are for the log. */
export const toServingError = (error: unknown, what: string): ServingError => {
  if (error instanceof ServingError) return error
  const detail =
    error instanceof Error ? (error.stack ?? error.message) : `${what} threw ${quote(String(error))}`
  const status = statusOf(error)
  if (status === undefined)
    return new ServingError('ERR_HANDLER_FAILED', `${what} failed; the log has the reason`, { detail })
  const message = error instanceof Error && error.message !== '' ? error.message : `refused by ${what}`
  return status < 500
    ? new ServingError('ERR_HANDLER_REFUSED', message, { status })
    : new ServingError('ERR_HANDLER_FAILED', message, { status, detail })
}

/** How long the code may still take with a request. */
export type Deadline = { at: number; limitMs: number }

export const deadlineIn = (limitMs: number): Deadline => ({ at: performance.now() + limitMs, limitMs })

/**
 * @param what the hook's name and file, for messages
 * @throws ServingError
 */
export const call = async <T>(what: string, deadline: Deadline, task: () => T | Promise<T>): Promise<T> => {
  let timer: NodeJS.Timeout | undefined
  try {
    const running = task()
    if (!(running instanceof Promise)) return running
    const late = new Promise<never>((_, reject) => {
      const error = new ServingError(
        'ERR_DEADLINE_EXCEEDED',
        `${what} did not end within ${deadline.limitMs} ms; raise requestTimeoutMs if it may take longer`,
      )
      timer = setTimeout(() => reject(error), Math.max(0, deadline.at - performance.now()))
    })
    return await Promise.race([running, late])
  } catch (error) {
    throw toServingError(error, what)
  } finally {
    clearTimeout(timer)
  }
}
