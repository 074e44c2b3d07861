/** The floor of a large body: a bare route of Node's that reads it and drops it. */

import { createServer } from 'node:http'

createServer((request, response) => {
  request.on('data', () => {})
  request.on('end', () => response.end('{}'))
}).listen(Number(process.env.SERVING_PORT), '127.0.0.1')
process.once('SIGTERM', () => process.exit(0))
