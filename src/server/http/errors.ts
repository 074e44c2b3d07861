/** The one place where an error becomes a reply: `{code, message, requestId}`, below 1 KB and without a stack. */

import { randomUUID } from 'node:crypto'
import { type IncomingMessage, maxHeaderSize, type ServerResponse, STATUS_CODES } from 'node:http'
import type { Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import type { FastifyBaseLogger, FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { ERRORS, type ErrorCode } from '../../errors.ts'
import { ROUTES, type Route } from '../../protocol/routes.ts'
import type { Metrics } from '../observe/metrics.ts'
import type { Exchanges } from './exchanges.ts'
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

export type Failure = {
  code: ErrorCode
  message: string
  /** In place of the code's own. */
  status?: number
  detail?: string
  retryAfterSeconds?: number
}

const statusOf = ({ code, status }: Failure): number => status ?? ERRORS[code].status

/** Counts a failure and logs it: a fault of ours with its details, the client's at debug. */
const record = (failure: Failure, requestId: string, log: FastifyBaseLogger, metrics: Metrics): void => {
  const status = statusOf(failure)
  metrics.errors.inc({ code: failure.code })
  const line = { requestId, code: failure.code, status, detail: failure.detail }
  if (status === 500) log.error(line, failure.message)
  else log.debug(line, failure.message)
}

const errorBody = ({ code, message }: Failure, requestId: string) => ({
  code,
  message: shorten(message, MAX_MESSAGE_BYTES),
  requestId,
})

type ErrorBody = (failure: Failure, requestId: string) => object

/** What clients look for, and show nothing of a body without it. */
const FOREIGN: Readonly<Record<(typeof ROUTES)[Route]['errors'], ErrorBody>> = {
  openai: (failure, id) => {
    const { code, message, requestId } = errorBody(failure, id)
    const type = statusOf(failure) < 500 ? 'invalid_request_error' : 'server_error'
    return { error: { message, type, param: null, code }, requestId }
  },
  hub: (failure, id) => {
    const { message, ...others } = errorBody(failure, id)
    return { error: message, ...others }
  },
}

const bodyFor = ({ routeOptions: { url = '' } }: FastifyRequest): ErrorBody =>
  Object.hasOwn(ROUTES, url) ? FOREIGN[ROUTES[url as Route].errors] : errorBody

export const sendFailure = (
  request: FastifyRequest,
  reply: FastifyReply,
  failure: Failure,
  metrics: Metrics,
): FastifyReply => {
  const id = requestId(request.headers)
  record(failure, id, request.log, metrics)
  if (failure.retryAfterSeconds !== undefined) reply.header('retry-after', failure.retryAfterSeconds)
  return reply.code(statusOf(failure)).type('application/json').send(bodyFor(request)(failure, id))
}

export const tooLarge = (maxBodyBytes: number): Failure => ({
  code: 'ERR_BODY_TOO_LARGE',
  message: `the body is larger than ${maxBodyBytes} bytes`,
})

const fromFastify = (error: FastifyError): Failure => {
  const status = error.statusCode ?? 500
  if (status >= 500)
    return { code: 'ERR_INTERNAL', message: 'internal error', detail: error.stack ?? error.message }
  // The one error of its own that comes before a handler and has a code of its own here.
  const code: ErrorCode = status === 415 ? 'ERR_UNSUPPORTED_MEDIA_TYPE' : 'ERR_BAD_REQUEST'
  return { code, message: error.message }
}

export const registerErrorHandlers = (app: FastifyInstance, metrics: Metrics): void => {
  app.setErrorHandler<FastifyError>((error, request, reply) =>
    sendFailure(request, reply, fromFastify(error), metrics),
  )
  app.setNotFoundHandler((request, reply) =>
    sendFailure(
      request,
      reply,
      { code: 'ERR_NOT_FOUND', message: `no route ${request.method} ${request.url.split('?')[0]}` },
      metrics,
    ),
  )
}

/** What has no route, and so no hook that counts replies. */
const countError = (code: ErrorCode, metrics: Metrics): void =>
  metrics.requests.inc({ route: 'unknown', status: String(ERRORS[code].status) })

/** For Fastify's `frameworkErrors`: a URL that it cannot read. Its own message would repeat the URL. */
export const onFrameworkError =
  (metrics: Metrics) =>
  (_error: FastifyError, request: FastifyRequest, reply: FastifyReply): void => {
    const failure: Failure = { code: 'ERR_BAD_REQUEST', message: 'the URL is malformed' }
    countError(failure.code, metrics)
    sendFailure(request, reply, failure, metrics)
  }

/** Node's names for what is wrong before there is a request; everything else is a malformed one. */
const UNREADABLE: Record<string, string> = {
  HPE_HEADER_OVERFLOW: `the headers are larger than ${maxHeaderSize} bytes`,
  ERR_HTTP_REQUEST_TIMEOUT: 'the request took too long to arrive',
}

/** Replies with 400 on a socket that has no response of Node's: what came on it is malformed, or a CONNECT. */
export const sendBadRequest = (
  socket: Duplex,
  message: string,
  detail: string | undefined,
  log: FastifyBaseLogger,
  metrics: Metrics,
): void => {
  // A connection that was reset is not writable either.
  if (socket.writable) {
    const failure: Failure = { code: 'ERR_BAD_REQUEST', message, ...(detail !== undefined && { detail }) }
    const { status } = ERRORS[failure.code]
    const requestId = randomUUID()
    const body = JSON.stringify(errorBody(failure, requestId))
    record(failure, requestId, log, metrics)
    countError(failure.code, metrics)
    socket.end(
      `HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\nContent-Type: application/json; charset=utf-8\r\n` +
        `Content-Length: ${Buffer.byteLength(body)}\r\nConnection: close\r\n\r\n${body}`,
      () => socket.destroy(),
    )
  } else socket.destroy()
}

/**
 * Answers what is no request, after all that was asked on the connection before it (RFC 9112, section 9.3.2: responses go
 * in the order in which requests were received).
 */
const sendInTurn = (socket: Socket, exchanges: Exchanges, send: () => void): void => {
  const open = exchanges.on(socket)
  const whole = open.find(({ request }) => request.complete)
  if (whole !== undefined && socket.writable) {
    whole.response.once('close', () => sendInTurn(socket, exchanges, send))
    return
  }
  // A reply that has begun before its request was read is the last that can be sent.
  if (open.some(({ response }) => response.headersSent)) socket.destroySoon()
  else send()
}

/** For Fastify's `clientErrorHandler`: bytes that are no request, or a request that does not arrive in time. */
export const onClientError = (
  exchanges: Exchanges,
  log: FastifyBaseLogger,
  metrics: Metrics,
): ((error: NodeJS.ErrnoException, socket: Socket) => void) => {
  /** Node reports again with each further packet. */
  const failed = new WeakSet<Socket>()
  return (error, socket) => {
    if (failed.has(socket)) return
    failed.add(socket)
    const message = UNREADABLE[error.code ?? ''] ?? 'the HTTP request is malformed'
    sendInTurn(socket, exchanges, () => sendBadRequest(socket, message, error.message, log, metrics))
  }
}

/** For the server's `connect` event: a client that takes this for a proxy; without a listener Node just hangs up. */
export const onConnect = (
  exchanges: Exchanges,
  log: FastifyBaseLogger,
  metrics: Metrics,
): ((request: IncomingMessage, socket: Duplex) => void) => {
  return (_request, socket) => {
    socket.on('error', () => {})
    const message = 'CONNECT is not supported'
    sendInTurn(socket as Socket, exchanges, () => sendBadRequest(socket, message, undefined, log, metrics))
  }
}

const countHosts = (rawHeaders: readonly string[]): number => {
  let count = 0
  for (let index = 0; index < rawHeaders.length; index += 2)
    if (rawHeaders[index]?.length === 4 && rawHeaders[index]?.toLowerCase() === 'host') count += 1
  return count
}

/**
 * What Node answers by itself with an empty body, or lets pass: no Host or several (RFC 9112, section 3.2), a transfer
 * coding that nobody decodes (section 6.1), an Expect that cannot be met (RFC 9110, section 10.1.1).
 */
const headProblem = ({ headers, rawHeaders, httpVersion }: IncomingMessage): string | undefined => {
  const coding = headers['transfer-encoding']
  if (coding !== undefined && coding.toLowerCase() !== 'chunked')
    return 'the only Transfer-Encoding that is supported is chunked'
  // HTTP/1.0 knows neither of the others.
  if (httpVersion !== '1.1') return undefined
  if (countHosts(rawHeaders) !== 1) return 'a request needs one Host header'
  if (headers.expect !== undefined && headers.expect.toLowerCase() !== '100-continue')
    return 'the only Expect that is supported is 100-continue'
  return undefined
}

export const registerHeadChecks = (app: FastifyInstance, metrics: Metrics): void => {
  const asRequest = (request: IncomingMessage, response: ServerResponse) =>
    app.server.emit('request', request, response)
  app.server.on('checkExpectation', asRequest)
  // Node would invite the body before anyone could refuse it; it is invited where it is read (http/invocations.ts).
  app.server.on('checkContinue', asRequest)
  app.addHook('onRequest', (request, reply, done) => {
    const message = headProblem(request.raw)
    if (message === undefined) return done()
    sendFailure(request, reply.header('connection', 'close'), { code: 'ERR_BAD_REQUEST', message }, metrics)
  })
}
