/** The configuration of nginx: nginx.conf at the top level, with its placeholders filled in. */

import { StartupError } from '../errors.ts'

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
}

/** The server answers 504 itself when a request's deadline passes; nginx's own clock is the last resort. */
const READ_TIMEOUT_MARGIN_MS = 5000

/** One nginx process passes on some 29,000 requests a second; more than four are never the bottleneck. */
const MAX_WORKER_PROCESSES = 4

/** nginx reads quotes, spaces, `;`, `{`, `$` and `#` in a path as syntax. */
const checkedPath = (name: string, path: string): string => {
  if (/^\/[\w.@+=~/-]*$/.test(path)) return path
  throw new StartupError(
    `${name}: nginx takes an absolute path of letters, digits and any of _ . @ + = ~ / -, received "${path}"`,
  )
}

/**
 * Fills the placeholders of `template`.
 * @throws StartupError for a path that nginx could misread, and for a placeholder that nobody fills.
 */
export const renderNginxConfig = (template: string, settings: FrontSettings): string => {
  const values: Record<string, string> = {
    PORT: String(settings.port),
    SOCKET: checkedPath('socketPath', settings.socketPath),
    TEMP_DIR: checkedPath('tempDir', settings.tempDir),
    WORKER_PROCESSES: String(Math.min(MAX_WORKER_PROCESSES, Math.max(1, Math.floor(settings.cores)))),
    MAX_BODY_BYTES: String(settings.maxBodyBytes),
    READ_TIMEOUT: `${settings.requestTimeoutMs + READ_TIMEOUT_MARGIN_MS}ms`,
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
