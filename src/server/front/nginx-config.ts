/** The configuration of nginx: nginx.conf at the top level, with its placeholders filled in. */

import { ERRORS, type ErrorCode, StartupError } from '../../errors.ts'

export type FrontSettings = {
  readonly port: number
  /** Absolute path of the unix socket on which the server listens. */
  readonly socketPath: string
  /** Absolute path of an existing folder for the configuration, the pid file and bodies that do not fit in memory. */
  readonly tempDir: string
  readonly maxBodyBytes: number
  readonly requestTimeoutMs: number
  /** The CPU budget; may be a fraction. */
  readonly cores: number
  /** How many files and connections one process may have open; may be Infinity. */
  readonly openFiles: number
}

/** The server answers 504 itself when a request's deadline passes; nginx's own clock is the last resort. */
const READ_TIMEOUT_MARGIN_MS = 5000

/** One nginx process passes on some 29,000 requests a second; more than four are never the bottleneck. */
const MAX_WORKER_PROCESSES = 4

/** Of one worker process. nginx makes room for all of them when it starts, 424 bytes each: this is 14 MB. */
const MAX_CONNECTIONS = 32_768

/** What of its open files a worker process may use for connections; the rest is for replies on disk and its own files. */
const SHARE_FOR_CONNECTIONS = 0.9

/** Open files of the server process that are not connections of requests with a body: its workers, pings, nginx's idle ones. */
const SERVER_RESERVE = 512

export type Capacity = {
  readonly workerProcesses: number
  /** Connections of one worker process, to clients and to the server together. */
  readonly connections: number
  /** Requests with a body that one worker process passes on at the same time. */
  readonly bodies: number
}

/**
 * How much nginx holds. A request with a body holds two connections until it is answered, and an attacker can make that last
 * for requestTimeoutMs; so bodies get no more than two thirds of the connections, in each worker process, and what has none
 * (/ping, /metrics) always finds the rest. All bodies together fit into the server process, which has one connection for each.
 */
export const capacityOf = ({ cores, openFiles }: Pick<FrontSettings, 'cores' | 'openFiles'>): Capacity => {
  const workerProcesses = Math.min(MAX_WORKER_PROCESSES, Math.max(1, Math.floor(cores)))
  const connections = Math.min(MAX_CONNECTIONS, Math.floor(openFiles * SHARE_FOR_CONNECTIONS))
  const inServer = Math.max(openFiles - SERVER_RESERVE, openFiles / 4)
  return {
    workerProcesses,
    connections,
    bodies: Math.max(1, Math.floor(Math.min(connections / 3, inServer / workerProcesses))),
  }
}

/** nginx reads quotes, spaces, `;`, `{`, `$` and `#` in a path as syntax. */
const checkedPath = (name: string, path: string): string => {
  if (/^\/[\w.@+=~/-]*$/.test(path)) return path
  throw new StartupError(
    `${name}: nginx takes an absolute path of letters, digits and any of _ . @ + = ~ / -, received "${path}"`,
  )
}

/** `return`'s arguments: status and body of an error that nginx itself answers. nginx fills in $error_id. */
const errorReply = (code: ErrorCode, message: string = ERRORS[code].meaning): string => {
  const body = JSON.stringify({ code, message, requestId: '$error_id' })
  // Inside single quotes nginx reads a backslash and a quote as syntax, and a dollar as a variable everywhere.
  if (/['\\]/.test(body) || message.includes('$')) throw new Error(`nginx cannot say: ${message}`)
  return `${ERRORS[code].status} '${body}'`
}

/**
 * Fills the placeholders of `template`.
 * @throws StartupError for a path that nginx could misread, and for a placeholder that nobody fills.
 */
export const renderNginxConfig = (template: string, settings: FrontSettings): string => {
  const { workerProcesses, connections, bodies } = capacityOf(settings)
  const values: Record<string, string> = {
    PORT: String(settings.port),
    SOCKET: checkedPath('socketPath', settings.socketPath),
    TEMP_DIR: checkedPath('tempDir', settings.tempDir),
    WORKER_PROCESSES: String(workerProcesses),
    OPEN_FILES: String(Math.min(settings.openFiles, 2 * MAX_CONNECTIONS)),
    CONNECTIONS: String(connections),
    BODIES: String(bodies),
    MAX_BODY_BYTES: String(settings.maxBodyBytes),
    READ_TIMEOUT: `${settings.requestTimeoutMs + READ_TIMEOUT_MARGIN_MS}ms`,
    BAD_REQUEST: errorReply('ERR_BAD_REQUEST'),
    TOO_LARGE: errorReply('ERR_BODY_TOO_LARGE', `The body is larger than ${settings.maxBodyBytes} bytes.`),
    INTERNAL: errorReply('ERR_INTERNAL'),
    OVERLOADED: errorReply(
      'ERR_OVERLOADED',
      'Too many requests are under way. Retry after Retry-After seconds.',
    ),
    UNAVAILABLE: errorReply('ERR_UNAVAILABLE', 'The server cannot be reached now.'),
    DEADLINE: errorReply('ERR_DEADLINE_EXCEEDED'),
  }
  return template
    .split('\n')
    .map((line) =>
      line.trimStart().startsWith('#')
        ? line
        : line.replace(/\$\{(\w+)\}/g, (_, name: string) => {
            const value = values[name]
            if (value === undefined) throw new StartupError(`nginx.conf: nothing fills \${${name}}`)
            return value
          }),
    )
    .join('\n')
}
