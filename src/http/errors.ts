/** The one place where an error becomes an answer: `{code, message, requestId}`, below 1 KB and without a stack. */

import { randomUUID } from 'node:crypto'
import { maxHeaderSize, STATUS_CODES } from 'node:http'
import type { Socket } from 'node:net'
import type { FastifyBaseLogger, FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { ERRORS, type ErrorCode } from '../errors.ts'
import type { Metrics } from '../metrics.ts'
import { requestId } from './request-id.ts'

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

/** Counts a failure and logs it: a fault of ours with its details, the client's at debug. */
const record = (failure: Failure, requestId: string, log: FastifyBaseLogger, metrics: Metrics): void => {
  const { status } = ERRORS[failure.code]
  metrics.errors.inc({ code: failure.code })
  const line = { requestId, code: failure.code, status, detail: failure.detail }
  if (status === 500) log.error(line, failure.message)
  else log.debug(line, failure.message)
}

const answerBody = ({ code, message }: Failure, requestId: string) => ({
  code,
  message: shorten(message, MAX_MESSAGE_BYTES),
  requestId,
})

export const sendFailure = (
  request: FastifyRequest,
  reply: FastifyReply,
  failure: Failure,
  metrics: Metrics,
): FastifyReply => {
  const id = requestId(request.headers)
  record(failure, id, request.log, metrics)
  if (failure.retryAfterSeconds !== undefined) reply.header('retry-after', failure.retryAfterSeconds)
  return reply.code(ERRORS[failure.code].status).type('application/json').send(answerBody(failure, id))
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

/** What has no route, and so no hook that counts answers. */
const countAnswer = (code: ErrorCode, metrics: Metrics): void =>
  metrics.requests.inc({ route: 'unknown', status: String(ERRORS[code].status) })

/** For Fastify's `frameworkErrors`: a URL that it cannot read. Its own message would repeat the URL. */
export const onFrameworkError =
  (metrics: Metrics) =>
  (_error: FastifyError, request: FastifyRequest, reply: FastifyReply): void => {
    const failure: Failure = { code: 'ERR_BAD_REQUEST', message: 'the URL is malformed' }
    countAnswer(failure.code, metrics)
    sendFailure(request, reply, failure, metrics)
  }

/** Node's names for what is wrong before there is a request; everything else is a malformed one. */
const UNREADABLE: Record<string, string> = {
  HPE_HEADER_OVERFLOW: `the headers are larger than ${maxHeaderSize} bytes`,
  ERR_HTTP_REQUEST_TIMEOUT: 'the request took too long to arrive',
}

/** For Fastify's `clientErrorHandler`: bytes that are no request, so that there is only a socket to answer on. */
export const onClientError =
  (log: FastifyBaseLogger, metrics: Metrics) =>
  (error: NodeJS.ErrnoException, socket: Socket): void => {
    // A connection that was reset is not writable either.
    if (socket.writable) {
      const message = UNREADABLE[error.code ?? ''] ?? 'the HTTP request is malformed'
      const failure: Failure = { code: 'ERR_BAD_REQUEST', message, detail: error.message }
      const { status } = ERRORS[failure.code]
      const requestId = randomUUID()
      const body = JSON.stringify(answerBody(failure, requestId))
      record(failure, requestId, log, metrics)
      countAnswer(failure.code, metrics)
      socket.write(
        `HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\nContent-Type: application/json; charset=utf-8\r\n` +
          `Content-Length: ${Buffer.byteLength(body)}\r\nConnection: close\r\n\r\n${body}`,
      )
    }
    socket.destroySoon()
  }
