import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer, request } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import t from 'tap'
import { keepSocket } from '../../../src/server/front/keep-socket.ts'

t.test('a socket that is removed with its folder is made again, as often as it happens', async (t) => {
  // A socket's path may have 107 bytes, which a test's own folder would exceed.
  const folder = mkdtempSync(join(tmpdir(), 'socket-'))
  const path = join(folder, 'server.sock')
  const server = createServer((_request, response) => response.end('here')).listen(path)
  await once(server, 'listening')
  let made = () => {}
  const end = keepSocket(path, 16, server, () => made(), 10)
  t.teardown(() => {
    end()
    server.close()
    rmSync(folder, { recursive: true, force: true })
  })
  const keepAlive = setInterval(() => {}, 1000)
  t.teardown(() => clearInterval(keepAlive))
  for (let round = 0; round < 3; round += 1) {
    const again = new Promise<void>((resolve) => {
      made = resolve
    })
    rmSync(folder, { recursive: true })
    await again
    const status = await new Promise((resolve, reject) => {
      request({ socketPath: path, agent: false }, (response) => {
        response.resume().on('end', () => resolve(response.statusCode))
      })
        .on('error', reject)
        .end()
    })
    t.equal(status, 200)
  }
})
