/** POST /invocations, and the paths of other servers' clients: bytes in, bytes out. What they mean is the worker's affair. */

import { isAscii } from 'node:buffer'
import type { IncomingHttpHeaders } from 'node:http'
import { Readable } from 'node:stream'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { ERRORS } from '../../errors.ts'
import type { Body } from '../../protocol/body.ts'
import type { ModelInfo } from '../../protocol/model-info.ts'
import type { Reply, RequestHeaders } from '../../protocol/request.ts'
import { ROUTES, type Route } from '../../protocol/routes.ts'
import type { Health } from '../health.ts'
import type { Metrics } from '../observe/metrics.ts'
import { OVERLOADED } from '../scheduling/refusals.ts'
import type { Scheduler } from '../scheduling/scheduler.ts'
import { type BodyProblem, FIRST_BYTES, readBody } from './body.ts'
import { ByteBudget } from './byte-budget.ts'
import { type Failure, sendFailure, tooLarge } from './errors.ts'

/** A smaller reply fits into the connection's own buffers; a larger one is held until its client has read it. */
const HELD_REPLY_BYTES = 64 * 1024

/** Node writes the head and a body of text together, and a body of bytes as a second piece; for more it is not worth its while. */
const ONE_WRITE_BYTES = 4096

const asItIs = (text: unknown): string => text as string

export type InvocationDependencies = {
  scheduler: Scheduler
  health: Health
  metrics: Metrics
  maxBodyBytes: number
  maxQueueBytes: number
  requestTimeoutMs: number
  /** Of the one model; undefined until a worker has loaded it. */
  info(): ModelInfo | undefined
}

type Success = Reply & { ok: true }

const sizeOf = ({ body }: Success): number => {
  if (typeof body === 'string') return Buffer.byteLength(body)
  return Array.isArray(body) ? body.reduce((sum, part) => sum + part.byteLength, 0) : body.byteLength
}

const asBuffer = ({ buffer, byteOffset, byteLength }: Uint8Array): Buffer =>
  Buffer.from(buffer, byteOffset, byteLength)

const sendReply = (reply: FastifyReply, success: Success, bytes: number): FastifyReply => {
  const { body, contentType, headers } = success
  if (headers !== undefined) reply.headers(headers)
  reply.header('content-type', contentType)
  // With a serializer of its own a text keeps its media type as it is; otherwise Fastify adds a charset.
  if (typeof body === 'string') return reply.serializer(asItIs).send(body)
  if (!Array.isArray(body)) {
    if (body.byteLength > ONE_WRITE_BYTES || !isAscii(body)) return reply.send(asBuffer(body))
    return reply.serializer(asItIs).send(asBuffer(body).toString('latin1'))
  }
  reply.header('content-length', bytes)
  return reply.send(Readable.from(body.map(asBuffer), { objectMode: false, highWaterMark: 1 }))
}

/** What a worker may know of a request's headers. */
const HEADERS = ['content-type', 'content-encoding', 'accept'] as const satisfies (keyof RequestHeaders)[]

const headersFor = (headers: IncomingHttpHeaders, all: boolean): RequestHeaders => {
  // Only set-cookie comes as a list, and no request has one.
  if (all) return { ...headers } as RequestHeaders
  const chosen: RequestHeaders = {}
  for (const name of HEADERS) {
    const value = headers[name]
    if (value !== undefined) chosen[name] = value
  }
  return chosen
}

const notServed = (route: Route, info: ModelInfo | undefined): Failure => ({
  code: 'ERR_NOT_FOUND',
  message: `this model has no ${route}: ${
    info?.task === undefined ? 'it' : `its task is ${info.task}, and it`
  } is asked at ${['/invocations', ...(info?.routes ?? [])].join(', ')}`,
})

export const registerInvocations = (
  app: FastifyInstance,
  { scheduler, health, metrics, maxBodyBytes, maxQueueBytes, requestTimeoutMs, info }: InvocationDependencies,
): void => {
  /** Bodies until the scheduler has them, and replies until the client has them. */
  const budget = new ByteBudget(maxQueueBytes, () => scheduler.lane.bytes)

  const busy = (failure: Failure): Failure => ({
    ...failure,
    retryAfterSeconds: Math.max(1, Math.ceil(scheduler.predictedWaitMs / 1000)),
  })

  const refused = (): Failure => {
    metrics.dropped.inc({ reason: 'refused' })
    return busy(OVERLOADED)
  }

  /** Before the body is read: a refusal costs nothing but its headers. */
  const refusal = (bytes: number, route: Route | undefined): Failure | undefined => {
    const state = health.state
    if (state === 'starting' || state === 'broken') {
      metrics.dropped.inc({ reason: 'refused' })
      return { code: 'ERR_UNAVAILABLE', message: `no worker is available (${state})`, retryAfterSeconds: 1 }
    }
    if (route !== undefined && !info()?.routes?.includes(route)) return notServed(route, info())
    if (scheduler.isFull(0)) return refused()
    if (bytes > maxBodyBytes) return tooLarge(maxBodyBytes)
    return budget.fits(bytes) ? undefined : refused()
  }

  const handle = (request: FastifyRequest, reply: FastifyReply, route?: Route): void => {
    const length = request.headers['content-length']
    const chunked = request.headers['transfer-encoding'] !== undefined
    const announced = chunked ? undefined : Number(length ?? 0)
    const fail = (failure: Failure): void => {
      sendFailure(request, reply, failure, metrics)
    }
    const failure = refusal(announced ?? 0, route)
    if (failure !== undefined) {
      fail(failure)
      return
    }

    const held = budget.hold(Math.min(announced ?? 0, FIRST_BYTES))
    let cancel = () => {}
    let readInTime: NodeJS.Timeout | undefined
    // However it ends: answered, cut off, too late.
    reply.raw.on('close', () => {
      held.release()
      clearTimeout(readInTime)
      cancel()
    })

    const send = (answer: Reply | undefined) => {
      // The client has gone: nothing is sent, and nothing is counted as sent.
      if (answer === undefined || reply.raw.closed || reply.raw.destroyed) return
      if (!answer.ok) {
        fail(ERRORS[answer.code].status === 503 ? busy(answer) : answer)
        return
      }
      const bytes = sizeOf(answer)
      if (bytes > HELD_REPLY_BYTES) {
        if (!budget.fits(bytes)) {
          fail(
            busy({
              ...OVERLOADED,
              message: 'too many large replies wait for their clients; try again later',
            }),
          )
          return
        }
        held.resize(bytes)
        readInTime = setTimeout(() => request.raw.socket.destroy(), requestTimeoutMs)
      }
      sendReply(reply, answer, bytes)
    }

    const onBody = (body: Body | BodyProblem) => {
      // From here on the scheduler counts it.
      held.resize(0)
      switch (body) {
        case 'aborted':
          metrics.dropped.inc({ reason: 'cancelled' })
          return
        case 'tooLarge':
          fail(tooLarge(maxBodyBytes))
          return
        case 'refused':
          fail(refused())
          return
      }
      const submitted = scheduler.submit({
        model: info()?.name ?? '',
        headers: headersFor(request.headers, info()?.code !== undefined),
        body,
        ...(route && { route }),
      })
      cancel = submitted.cancel
      submitted.reply.then(send).catch((error: Error) => reply.send(error))
    }

    const grow = (bytes: number): boolean => {
      held.resize(0)
      if (!budget.fits(bytes)) return false
      held.resize(bytes)
      return true
    }
    if (request.headers.expect !== undefined && request.raw.httpVersion === '1.1') reply.raw.writeContinue()
    readBody(request.raw, { announced, limit: maxBodyBytes, grow }, (body) => {
      try {
        onBody(body)
      } catch (error) {
        reply.send(error)
      }
    })
  }

  app.post('/invocations', (request, reply) => handle(request, reply))
  for (const route of Object.keys(ROUTES) as Route[])
    app.post(route, (request, reply) => handle(request, reply, route))
}
