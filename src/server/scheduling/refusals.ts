/** The replies that the scheduler gives itself. */

import type { Reply } from '../../protocol/request.ts'

/** Workers that die with a request, and with nothing else, before it is answered with an error. */
export const MAX_CRASHES = 2

export const OVERLOADED = {
  ok: false,
  code: 'ERR_OVERLOADED',
  message: 'too many requests are waiting; try again later',
} as const satisfies Reply

export const POISONOUS = {
  ok: false,
  code: 'ERR_WORKER_CRASHED',
  message: `${MAX_CRASHES} workers died while they worked on this request`,
} as const satisfies Reply

export const STOPPED = {
  ok: false,
  code: 'ERR_UNAVAILABLE',
  message: 'the server is shutting down',
} as const satisfies Reply

export const deadlineExceeded = (limitMs: number): Reply => ({
  ok: false,
  code: 'ERR_DEADLINE_EXCEEDED',
  message: `not answered within ${limitMs} ms`,
})
