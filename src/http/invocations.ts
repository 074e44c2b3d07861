/** POST /invocations: bytes in, bytes out. What they mean is the worker's affair. */

import type { FastifyInstance, FastifyRequest } from 'fastify'
import { ERRORS } from '../errors.ts'
import type { Metrics } from '../metrics.ts'
import { OVERLOADED, type Scheduler } from '../scheduling/scheduler.ts'
import type { Health } from '../workers/health.ts'
import { type Failure, sendFailure } from './errors.ts'

const asItIs = (text: unknown): string => text as string

export type InvocationDependencies = { scheduler: Scheduler; health: Health; metrics: Metrics }

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
    onRequest: async (request, reply) => {
      const failure = refusal(Number(request.headers['content-length'] ?? 0))
      if (failure === undefined) return
      metrics.dropped.inc({ reason: 'refused' })
      return sendFailure(request, reply, failure, metrics)
    },
    handler: async (request: FastifyRequest, reply) => {
      const body = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0)
      const { 'content-type': contentType, accept } = request.headers
      const { outcome: answered, cancel } = scheduler.submit({ body, contentType, accept })
      // The connection's end before the answer's: nobody waits for it any more.
      reply.raw.once('close', cancel)
      const outcome = await answered
      if (outcome.ok) {
        reply.header('content-type', outcome.contentType)
        // With a serializer of its own a text keeps its media type as it is; otherwise Fastify adds a charset.
        if (typeof outcome.body === 'string') return reply.serializer(asItIs).send(outcome.body)
        const { buffer, byteOffset, byteLength } = outcome.body
        return reply.send(Buffer.from(buffer, byteOffset, byteLength))
      }
      const busy = ERRORS[outcome.code].status === 503
      return sendFailure(
        request,
        reply,
        { ...outcome, ...(busy && { retryAfterSeconds: retryAfterSeconds() }) },
        metrics,
      )
    },
  })
}
