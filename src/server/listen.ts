/** The way in: the app's own port, or nginx in front of its socket. */

import { join } from 'node:path'
import type { FastifyInstance } from 'fastify'
import { StartupError } from '../errors.ts'
import { NGINX_TEMPLATE } from '../places.ts'
import type { Config } from './config/settings.ts'
import { keepSocket } from './front/keep-socket.ts'
import { type NginxHandle, startNginx } from './front/nginx.ts'
import type { Log } from './log.ts'
import { openFilesLimit, warnOfFewConnections } from './machine/open-files.ts'

/** Connections that may wait to be accepted; Node's 511 makes nginx answer bursts with 503. Linux caps it at somaxconn. */
const BACKLOG = 4096

/** Nginx, and the end of watching over the socket between it and the app. */
export type Front = { nginx: NginxHandle; endSocket(): void }

const listenOn = async (
  app: FastifyInstance,
  where: { path: string } | { host: string; port: number },
): Promise<void> => {
  try {
    await app.listen({
      ...where,
      backlog: BACKLOG,
      listenTextResolver: (address) => `listening on ${address}`,
    })
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException
    const inUse = code === 'EADDRINUSE' && 'port' in where
    throw new StartupError(
      inUse ? `port ${where.port} is in use; choose another with --port` : `cannot listen: ${message}`,
    )
  }
}

/** Where the app listens if something of ours stands in front of it. */
export const socketIn = (tempDir: string): string => join(tempDir, 'server.sock')

/**
 * @param cores CPUs worth of time
 * @returns what stands in front of the app, if anything does
 * @throws StartupError
 */
export const listen = async (
  app: FastifyInstance,
  config: Config,
  { tempDir, cores, log }: { tempDir: string | undefined; cores: number; log: Log },
): Promise<Front | undefined> => {
  const { front, host, port, lambda } = config
  if (lambda !== undefined) {
    if (tempDir === undefined) throw new StartupError('the server needs a folder to write to; see --temp-dir')
    await listenOn(app, { path: socketIn(tempDir) })
    return undefined
  }
  if (front === 'none') {
    warnOfFewConnections(openFilesLimit(), log)
    await listenOn(app, { host, port })
    return undefined
  }
  if (tempDir === undefined) throw new StartupError('nginx needs a folder to write to; see --temp-dir')
  const socketPath = socketIn(tempDir)
  await listenOn(app, { path: socketPath })
  const nginx = await startNginx({
    ...config,
    templateFile: NGINX_TEMPLATE,
    socketPath,
    tempDir,
    cores,
    openFiles: openFilesLimit(),
    log,
  })
  const endSocket = keepSocket(socketPath, BACKLOG, app.server, () => {
    log.warn(
      `the socket of nginx was removed, and made again; keep what cleans up temporary files away from ${tempDir}`,
    )
    nginx
      .remake()
      .catch((error: Error) => log.error(`the folder of nginx could not be made again: ${error.message}`))
  })
  return { nginx, endSocket }
}
