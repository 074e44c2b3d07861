/** The replies that the scheduler gives itself. */

import type { Reply } from '../../protocol/request.ts'

/** Workers that die with a request, and with nothing else, before it is answered with an error. */
export const MAX_CRASHES = 2

export const OVERLOADED = {
  ok: false,
  code: 'ERR_OVERLOADED',
  message: 'too many requests are waiting; try again later',
} as const satisfies Reply

/** @param file code of the model's own, which may be the reason */
export const poisonous = (file?: string): Reply => ({
  ok: false,
  code: 'ERR_WORKER_CRASHED',
  message: `${MAX_CRASHES} workers died while they worked on this request${suspected(file)}`,
})

const suspected = (file: string | undefined): string =>
  file === undefined ? '' : `, perhaps of what ${file} does with it; see the log`

export const STOPPED = {
  ok: false,
  code: 'ERR_UNAVAILABLE',
  message: 'the server is shutting down',
} as const satisfies Reply

/** @param file code of the model's own, which may be the reason */
export const deadlineExceeded = (limitMs: number, file?: string): Reply => ({
  ok: false,
  code: 'ERR_DEADLINE_EXCEEDED',
  message: `not answered within ${limitMs} ms${suspected(file)}`,
})
