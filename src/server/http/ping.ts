/**
 * GET and POST /ping: 200 with an empty body while at least one worker can serve, else 503 (SageMaker developer guide,
 * "Custom inference code with hosting services": within 2 s, and POST must be accepted too). Answered from memory.
 */

import type { FastifyInstance } from 'fastify'
import type { Health } from '../health.ts'

export const registerPing = (app: FastifyInstance, health: Health): void => {
  app.route({
    method: ['GET', 'POST'],
    url: '/ping',
    handler: (_request, reply) =>
      reply
        .code(health.serving ? 200 : 503)
        .header('x-serving-state', health.state)
        .send(),
  })
}
