/**
 * GET /metrics in Prometheus' text format, and the counting of every response. SageMaker's collector scrapes this path on
 * the container's port by default (SageMaker API reference, ContainerMetricsConfig).
 */

import type { FastifyInstance } from 'fastify'
import type { Metrics } from '../observe/metrics.ts'

export const registerMetrics = (app: FastifyInstance, metrics: Metrics): void => {
  app.addHook('onResponse', (request, reply, done) => {
    const route = request.routeOptions.url ?? 'unknown'
    metrics.requests.inc({ route, status: String(reply.statusCode) })
    metrics.requestSeconds.observe({ route }, reply.elapsedTime / 1000)
    done()
  })
  app.get('/metrics', async (_request, reply) =>
    reply.header('content-type', metrics.contentType).send(await metrics.text()),
  )
}
