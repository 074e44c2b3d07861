/** The life of nginx: started from its template, watched, started again when it dies, stopped gracefully. */

import { chmod, mkdir, readFile, stat, writeFile } from 'node:fs/promises'
import { connect, createServer } from 'node:net'
import { dirname, join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { StartupError } from '../../errors.ts'
import { capacityOf, type FrontSettings, renderNginxConfig } from './nginx-config.ts'
import { type FrontLog, findEndsWithParent, launchNginx } from './nginx-process.ts'

export type NginxOptions = FrontSettings & {
  /** nginx.conf of this project. */
  readonly templateFile: string
  readonly log: FrontLog
}

export type NginxHandle = {
  /** Process id of the present master. */
  readonly pid: number | undefined
  /** Makes its folder again, which somebody has removed, and has it read what is in there anew. */
  remake(): Promise<void>
  /**
   * Accepts nothing new, lets running requests finish, and resolves when nginx is gone; after `timeoutMs` it is killed.
   * @returns whether it went by itself.
   */
  stop(options: { readonly timeoutMs: number }): Promise<boolean>
}

const START_TIMEOUT_MS = 10_000
const POLL_MS = 10
/** A master that is told to exit kills workers that have not exited within a second. */
const PORT_PATIENCE_MS = 3000
const FIRST_BACK_OFF_MS = 100
const LONGEST_BACK_OFF_MS = 5000

const addMode = async (path: string, bits: number): Promise<void> => {
  const { mode } = await stat(path)
  if ((mode & bits) !== bits) await chmod(path, (mode & 0o7777) | bits)
}

/** Writes the configuration; lets nginx's workers, another user where the master is root, through to the socket. */
const prepareFolder = async (options: NginxOptions): Promise<string> => {
  const folder = join(options.tempDir, 'nginx')
  const template = await readFile(options.templateFile, 'utf8')
  const config = renderNginxConfig(template, { ...options, tempDir: folder })
  await mkdir(folder, { recursive: true })
  await writeFile(join(folder, 'nginx.conf'), config)
  if (process.getuid?.() === 0) {
    for (const path of [folder, options.tempDir, dirname(options.socketPath)]) await addMode(path, 0o111)
    await addMode(options.socketPath, 0o666)
  }
  return folder
}

/** Resolves with what is wrong with the port, if anything is. */
const portProblem = (port: number): Promise<string | undefined> =>
  new Promise((resolve) => {
    const probe = createServer()
    probe.once('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message))
    probe.listen(port, '0.0.0.0', () => probe.close(() => resolve(undefined)))
  })

/**
 * Without it somebody else's server on the port would pass for nginx. The nginx of a server that was killed a moment ago is
 * waited for.
 */
const assertPortIsFree = async (port: number): Promise<void> => {
  const giveUpAt = performance.now() + PORT_PATIENCE_MS
  let problem = await portProblem(port)
  while (problem === 'EADDRINUSE' && performance.now() < giveUpAt) {
    await delay(10 * POLL_MS)
    problem = await portProblem(port)
  }
  const words: Record<string, string> = {
    EADDRINUSE: 'it is in use; choose another with --port',
    EACCES: 'this user may not listen on it',
  }
  if (problem !== undefined) throw new StartupError(`port ${port}: ${words[problem] ?? problem}`)
}

const isAccepting = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => {
      socket.destroy()
      resolve(true)
    })
    socket.once('error', () => resolve(false))
  })

/** Resolves when the port accepts; with a reason when it does not in time. */
const accepting = async (port: number, signal: AbortSignal): Promise<string | undefined> => {
  const giveUpAt = performance.now() + START_TIMEOUT_MS
  while (!signal.aborted) {
    if (await isAccepting(port)) return undefined
    if (performance.now() > giveUpAt) return `no connection on port ${port} after ${START_TIMEOUT_MS} ms`
    await delay(POLL_MS)
  }
  return undefined
}

/** As many slow clients as this are held without anybody noticing, where `ulimit -n` allows it. */
const ENOUGH_BODIES = 10_000

const warnOfFewConnections = ({ log, ...settings }: NginxOptions): void => {
  const { workerProcesses, connections, bodies } = capacityOf(settings)
  if (workerProcesses * bodies >= ENOUGH_BODIES) return
  log.warn(
    { openFiles: settings.openFiles },
    `\`ulimit -n\` allows ${settings.openFiles} open files: at most ${workerProcesses * connections} connections, and ` +
      `${workerProcesses * bodies} requests with a body at the same time; one more gets 503`,
  )
}

/**
 * Starts nginx and resolves when it accepts connections. The server must be listening on `socketPath` already. From
 * then on nginx is started again whenever it ends, however often, with a growing pause.
 * @throws StartupError that names the reason: no nginx, port in use, template refused.
 */
export const startNginx = async (options: NginxOptions): Promise<NginxHandle> => {
  const { log, port } = options
  const folder = await prepareFolder(options)
  const [endsWithParent] = await Promise.all([findEndsWithParent(), assertPortIsFree(port)])
  if (endsWithParent.length === 0)
    log.warn(
      {},
      'there is no `setpriv --pdeathsig` (util-linux): if this process is killed, nginx stays on the port',
    )
  warnOfFewConnections(options)

  let current = launchNginx(folder, log, endsWithParent)
  const started = new AbortController()
  const failure = await Promise.race([current.ended, accepting(port, started.signal)])
  started.abort()
  if (failure !== undefined) {
    current.kill()
    throw new StartupError(`nginx did not start: ${failure}`)
  }

  const stopping = new AbortController()
  const supervise = async (): Promise<void> => {
    let backOffMs = FIRST_BACK_OFF_MS
    for (;;) {
      const launchedAt = performance.now()
      const reason = await current.ended
      if (stopping.signal.aborted) return
      if (performance.now() - launchedAt > 2 * LONGEST_BACK_OFF_MS) backOffMs = FIRST_BACK_OFF_MS
      log.error({ backOffMs }, `nginx exited (${reason}); restarting it`)
      await delay(backOffMs, undefined, { signal: stopping.signal }).catch(() => undefined)
      if (stopping.signal.aborted) return
      backOffMs = Math.min(2 * backOffMs, LONGEST_BACK_OFF_MS)
      // It may have ended for want of its folder.
      await prepareFolder(options).catch(() => undefined)
      current = launchNginx(folder, log, endsWithParent)
    }
  }
  const supervision = supervise()

  const stop = async (timeoutMs: number): Promise<boolean> => {
    stopping.abort()
    current.quit()
    const timer = new AbortController()
    const late = delay(timeoutMs, false, { signal: timer.signal }).catch(() => false)
    const graceful = await Promise.race([current.ended.then(() => true), late])
    timer.abort()
    current.kill()
    await supervision
    return graceful
  }
  let stopped: Promise<boolean> | undefined
  return {
    get pid() {
      return current.pid
    },
    async remake() {
      await prepareFolder(options)
      current.reload()
    },
    stop({ timeoutMs }) {
      stopped ??= stop(timeoutMs)
      return stopped
    },
  }
}
