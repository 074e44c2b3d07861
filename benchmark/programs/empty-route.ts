/** The ceiling: Fastify with the same route, which takes the body as bytes and answers with a fixed text. */

import { fastify } from 'fastify'

const answer = '{"predictions":[[0.4817845821380615,0.5182154178619385]]}'
const app = fastify({ bodyLimit: 2 ** 30 })
app.removeAllContentTypeParsers()
app.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body))
app.get('/ping', (_request, reply) => reply.send())
app.post('/invocations', (_request, reply) => reply.header('content-type', 'application/json').send(answer))
await app.listen({ host: '127.0.0.1', port: Number(process.env.SERVING_PORT) })
process.once('SIGTERM', () => process.exit(0))
