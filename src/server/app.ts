/** The HTTP application: Fastify with its routes. It never listens and never reads the environment. */

import { type FastifyBaseLogger, type FastifyInstance, fastify, LogController } from 'fastify'
import type { ModelInfo } from '../protocol/model-info.ts'
import type { Health } from './health.ts'
import { afterBody } from './http/after-body.ts'
import {
  onClientError,
  onConnect,
  onFrameworkError,
  registerErrorHandlers,
  registerHeadChecks,
} from './http/errors.ts'
import type { Exchanges } from './http/exchanges.ts'
import { registerExecutionParameters } from './http/execution-parameters.ts'
import { registerInvocations } from './http/invocations.ts'
import { registerPing } from './http/ping.ts'
import { registerMetrics } from './http/scrape.ts'
import type { Metrics } from './observe/metrics.ts'
import type { Scheduler } from './scheduling/scheduler.ts'

export type AppDependencies = {
  log: FastifyBaseLogger
  scheduler: Scheduler
  health: Health
  metrics: Metrics
  exchanges: Exchanges
  /** What stands between the clients and the server. */
  front: 'none' | 'nginx'
  maxBodyBytes: number
  maxQueueBytes: number
  requestTimeoutMs: number
  /** Of the one model; undefined until a worker has loaded it. */
  info(): ModelInfo | undefined
}

/** Idle connections outlive nginx's and the usual load balancer's, so that they close them first and not we. */
const KEEP_ALIVE_MS = 75_000

const LATE_CHECK_MS = 2000

/** No route has a schema; what would compile them takes a tenth of the server's start to load. */
const noSchemas = () => {
  throw new Error('a route has a schema, and nothing compiles it. This is a bug.')
}

/** From the connection's first moment, or the end of the request before, to the end of the headers; as in nginx.conf. */
const HEADERS_TIMEOUT_MS = 5000

export const buildApp = (dependencies: AppDependencies): FastifyInstance => {
  const { log, health, metrics, exchanges, maxBodyBytes } = dependencies
  const app: FastifyInstance = fastify({
    loggerInstance: log,
    // A line for each request costs more than a small model's run; failures are logged in http/errors.ts.
    logController: new LogController({ disableRequestLogging: true }),
    keepAliveTimeout: KEEP_ALIVE_MS,
    // The time for a request to arrive, headers and body; a slower one gets an error, and its connection is closed.
    requestTimeout: dependencies.requestTimeoutMs,
    // A missing Host is answered in http/errors.ts; late requests are looked for more often than every 30 s.
    http: { requireHostHeader: false, connectionsCheckingInterval: LATE_CHECK_MS },
    // Requests on connections that are already open are served while the server drains.
    return503OnClosing: false,
    exposeHeadRoutes: false,
    schemaController: { compilersFactory: { buildValidator: noSchemas, buildSerializer: noSchemas } },
    requestIdHeader: false,
    // A line that belongs to a request names its id itself (http/errors.ts); a logger for each costs too much.
    childLoggerFactory: (logger) => logger,
    // Only errors bear an id, and make it themselves.
    genReqId: () => '',
    frameworkErrors: onFrameworkError(metrics),
    clientErrorHandler: onClientError(exchanges, log, metrics),
  })
  app.server.headersTimeout = Math.min(HEADERS_TIMEOUT_MS, dependencies.requestTimeoutMs)
  app.removeAllContentTypeParsers()
  // Bodies are read where they are wanted, in http/invocations.ts; Node drops the others as they come.
  app.addContentTypeParser('*', (_request, _payload, done) => done(null))
  app.addHook('onSend', (request, reply, payload, done) => {
    // A body that was not invited may come all the same, or not: what follows could not be told from it.
    const uninvited = request.headers.expect !== undefined && !request.raw.complete
    if (health.draining || uninvited) reply.header('connection', 'close')
    if (dependencies.front === 'nginx') afterBody(request.raw, () => done(null, payload))
    else done(null, payload)
  })
  exchanges.watch(app.server)
  app.server.on('connect', onConnect(exchanges, log, metrics))
  registerHeadChecks(app, metrics)
  registerErrorHandlers(app, metrics)
  registerMetrics(app, metrics)
  registerPing(app, health)
  registerInvocations(app, dependencies)
  registerExecutionParameters(app, health, maxBodyBytes, dependencies.info)
  return app
}
