/**
 * nginx finds the server by the path of its unix socket. Where that is removed, as by what cleans up temporary files, open
 * connections go on, but no new one can be made; so it is looked after, and made again with its folder.
 */

import { chmodSync, existsSync, mkdirSync } from 'node:fs'
import { createServer, type Server } from 'node:net'
import { dirname } from 'node:path'

const LOOK_MS = 1000

/**
 * @param server listens on the path already; gets the connections that come on a new socket, too
 * @param onMade called each time the socket was made again
 * @returns stops it
 */
export const keepSocket = (
  path: string,
  backlog: number,
  server: Server,
  onMade: () => void,
  lookMs = LOOK_MS,
): (() => void) => {
  let again: Server | undefined
  const look = () => {
    if (existsSync(path)) return
    again?.close()
    again = createServer((connection) => server.emit('connection', connection))
    again.on('error', () => {
      // The next look tries again.
    })
    try {
      mkdirSync(dirname(path), { recursive: true, mode: 0o711 })
    } catch {
      return
    }
    again.listen({ path, backlog }, () => {
      // nginx's workers are another user where the master is root.
      if (process.getuid?.() === 0) chmodSync(path, 0o666)
      onMade()
    })
  }
  const timer = setInterval(look, lookMs)
  timer.unref()
  return () => {
    clearInterval(timer)
    again?.close()
  }
}
