/** POST /invocations: bytes in, bytes out. What they mean is the worker's affair. */

import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { ERRORS } from '../errors.ts'
import type { Metrics } from '../metrics.ts'
import { OVERLOADED, type Scheduler } from '../scheduling/scheduler.ts'
import type { Health } from '../workers/health.ts'
import type { Outcome } from '../workers/protocol.ts'
import { type Failure, sendFailure } from './errors.ts'

const asItIs = (text: unknown): string => text as string

export type InvocationDependencies = { scheduler: Scheduler; health: Health; metrics: Metrics }

const sendAnswer = (reply: FastifyReply, { body, contentType }: Outcome & { ok: true }): FastifyReply => {
  reply.header('content-type', contentType)
  // With a serializer of its own a text keeps its media type as it is; otherwise Fastify adds a charset.
  if (typeof body === 'string') return reply.serializer(asItIs).send(body)
  return reply.send(Buffer.from(body.buffer, body.byteOffset, body.byteLength))
}

export const registerInvocations = (
  app: FastifyInstance,
  { scheduler, health, metrics }: InvocationDependencies,
): void => {
  const retryAfterSeconds = () => Math.max(1, Math.ceil(scheduler.predictedWaitMs / 1000))

  const refusal = (bytes: number): Failure | undefined => {
    const state = health.state
    if (state === 'starting' || state === 'broken') {
      return { code: 'ERR_UNAVAILABLE', message: `no worker can serve now (${state})`, retryAfterSeconds: 1 }
    }
    if (!scheduler.isFull(bytes)) return undefined
    return { ...OVERLOADED, retryAfterSeconds: retryAfterSeconds() }
  }

  app.post('/invocations', {
    // Before the body is read: a refusal costs nothing but its headers.
    onRequest: (request, reply, done) => {
      const failure = refusal(Number(request.headers['content-length'] ?? 0))
      if (failure === undefined) return done()
      metrics.dropped.inc({ reason: 'refused' })
      sendFailure(request, reply, failure, metrics)
    },
    handler: (request: FastifyRequest, reply) => {
      const body = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0)
      const { 'content-type': contentType, 'content-encoding': contentEncoding, accept } = request.headers
      const { outcome: answered, cancel } = scheduler.submit({ body, contentType, contentEncoding, accept })
      // The connection's end before the answer's: nobody waits for it any more.
      reply.raw.on('close', cancel)
      answered
        .then((outcome) => {
          if (outcome.ok) return sendAnswer(reply, outcome)
          const busy = ERRORS[outcome.code].status === 503
          const failure = { ...outcome, ...(busy && { retryAfterSeconds: retryAfterSeconds() }) }
          return sendFailure(request, reply, failure, metrics)
        })
        .catch((error: Error) => reply.send(error))
    },
  })
}
