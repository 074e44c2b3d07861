/** The HTTP application: Fastify with its routes. It never listens and never reads the environment. */

import { type FastifyBaseLogger, type FastifyInstance, fastify, LogController } from 'fastify'
import { onClientError, onFrameworkError, registerErrorHandlers } from './http/errors.ts'
import { registerExecutionParameters } from './http/execution-parameters.ts'
import { registerPing } from './http/health.ts'
import { registerInvocations } from './http/invocations.ts'
import { registerMetrics } from './http/metrics.ts'
import type { Metrics } from './metrics.ts'
import type { Scheduler } from './scheduling/scheduler.ts'
import type { Health } from './workers/health.ts'

export type AppDependencies = {
  log: FastifyBaseLogger
  scheduler: Scheduler
  health: Health
  metrics: Metrics
  maxBodyBytes: number
  requestTimeoutMs: number
}

/** Idle connections outlive nginx's and the usual load balancer's, so that they close them first and not we. */
const KEEP_ALIVE_MS = 75_000

/** From the connection's first moment, or the end of the request before, to the end of the headers; as in nginx.conf. */
const HEADERS_TIMEOUT_MS = 5000

export const buildApp = (dependencies: AppDependencies): FastifyInstance => {
  const { log, health, metrics, maxBodyBytes } = dependencies
  const app: FastifyInstance = fastify({
    loggerInstance: log,
    // A line for each request costs more than a small model's run; failures are logged in http/errors.ts.
    logController: new LogController({ disableRequestLogging: true }),
    bodyLimit: maxBodyBytes,
    keepAliveTimeout: KEEP_ALIVE_MS,
    // The time for a request to arrive, headers and body; a slower one is answered and ended.
    requestTimeout: dependencies.requestTimeoutMs,
    // Requests on connections that are already open are served while the server drains.
    return503OnClosing: false,
    exposeHeadRoutes: false,
    requestIdHeader: false,
    // A line that belongs to a request names its id itself (http/errors.ts); a logger for each costs too much.
    childLoggerFactory: (logger) => logger,
    // Only errors bear an id, and make it themselves.
    genReqId: () => '',
    frameworkErrors: onFrameworkError(metrics),
    clientErrorHandler: onClientError(log, metrics),
  })
  app.server.headersTimeout = Math.min(HEADERS_TIMEOUT_MS, dependencies.requestTimeoutMs)
  app.removeAllContentTypeParsers()
  app.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body))
  app.addHook('onSend', (_request, reply, payload, done) => {
    if (health.draining) reply.header('connection', 'close')
    done(null, payload)
  })
  registerErrorHandlers(app, dependencies)
  registerMetrics(app, metrics)
  registerPing(app, health)
  registerInvocations(app, dependencies)
  registerExecutionParameters(app, health, maxBodyBytes)
  return app
}
