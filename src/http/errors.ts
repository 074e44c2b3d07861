/** The one place where an error becomes an answer: `{code, message, requestId}`, below 1 KB and without a stack. */

import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { ERRORS, type ErrorCode } from '../errors.ts'
import type { Metrics } from '../metrics.ts'

/** Leaves room for code, id and JSON's escapes below 1,024 bytes. */
const MAX_MESSAGE_BYTES = 700

/** Shortens a text so that its JSON form takes at most `limit` bytes. */
export const shorten = (text: string, limit: number): string => {
  const size = (part: string) => Buffer.byteLength(JSON.stringify(part)) - 2
  if (size(text) <= limit) return text
  let length = Math.min(text.length, limit)
  while (size(text.slice(0, length)) > limit - 3) length = Math.floor(length * 0.9)
  // A cut must not leave half of a surrogate pair.
  return `${text.slice(0, length).replace(/[\uD800-\uDBFF]$/, '')}…`
}

export type Failure = { code: ErrorCode; message: string; detail?: string; retryAfterSeconds?: number }

/** Sends a failure and counts it. A fault of ours is logged with its details; the client's are at debug. */
export const sendFailure = (
  request: FastifyRequest,
  reply: FastifyReply,
  failure: Failure,
  metrics: Metrics,
): FastifyReply => {
  const { status } = ERRORS[failure.code]
  metrics.errors.inc({ code: failure.code })
  const line = { requestId: request.id, code: failure.code, status, detail: failure.detail }
  if (status === 500) request.log.error(line, failure.message)
  else request.log.debug(line, failure.message)
  if (failure.retryAfterSeconds !== undefined) reply.header('retry-after', failure.retryAfterSeconds)
  return reply
    .code(status)
    .type('application/json')
    .send({ code: failure.code, message: shorten(failure.message, MAX_MESSAGE_BYTES), requestId: request.id })
}

/** Fastify's own errors that come before a handler, by status. */
const CODE_BY_STATUS: Record<number, ErrorCode> = {
  413: 'ERR_BODY_TOO_LARGE',
  415: 'ERR_UNSUPPORTED_MEDIA_TYPE',
}

const fromFastify = (error: FastifyError, maxBodyBytes: number): Failure => {
  const status = error.statusCode ?? 500
  if (status >= 500)
    return { code: 'ERR_INTERNAL', message: 'internal error', detail: error.stack ?? error.message }
  const code = CODE_BY_STATUS[status] ?? 'ERR_BAD_REQUEST'
  const message =
    code === 'ERR_BODY_TOO_LARGE' ? `the body is larger than ${maxBodyBytes} bytes` : error.message
  return { code, message }
}

export const registerErrorHandlers = (
  app: FastifyInstance,
  { metrics, maxBodyBytes }: { metrics: Metrics; maxBodyBytes: number },
): void => {
  app.setErrorHandler<FastifyError>((error, request, reply) => {
    const failure = fromFastify(error, maxBodyBytes)
    // A connection that is closed while the client still sends loses the answer; so the rest of the body is read and dropped.
    if (failure.code === 'ERR_BODY_TOO_LARGE') reply.removeHeader('connection')
    return sendFailure(request, reply, failure, metrics)
  })
  app.setNotFoundHandler((request, reply) =>
    sendFailure(
      request,
      reply,
      { code: 'ERR_NOT_FOUND', message: `no route ${request.method} ${request.url.split('?')[0]}` },
      metrics,
    ),
  )
}
