/**
 * One run of nginx: a process group, its log lines, and how it ended.
 *
 * nginx gets a group of its own because its workers outlive a master that was killed, and keep the port: when the
 * master ends, for whatever reason, the whole group is killed.
 */

import { type ChildProcess, spawn } from 'node:child_process'
import { join } from 'node:path'
import { createInterface } from 'node:readline'

/** What is used of pino's logger. */
export type FrontLog = {
  readonly [level in 'info' | 'warn' | 'error']: (fields: object, text: string) => void
}

export type NginxProcess = {
  readonly pid: number | undefined
  /** Resolves with the reason, for a person, when the master and all that it wrote are gone. */
  readonly ended: Promise<string>
  /** Asks the master to finish what runs and to accept nothing new. */
  quit(): void
  /** Kills the group. */
  kill(): void
}

/** `2026/01/31 12:00:00 [error] 17#17: *3 text` */
const LINE = /^\S+ \S+ \[(\w+)\] \d+#\d+: (.*)$/

const logLine = (log: FrontLog, line: string): string => {
  const [, level = 'error', text = line] = LINE.exec(line) ?? []
  const method = level === 'warn' ? 'warn' : level === 'notice' || level === 'info' ? 'info' : 'error'
  log[method]({ nginx: level }, text)
  return text
}

const killGroup = (child: ChildProcess): void => {
  // Once its streams are closed nobody is left, and the number may belong to others.
  if (child.pid === undefined || child.stderr?.closed) return
  try {
    process.kill(-child.pid, 'SIGKILL')
  } catch {
    // The group is empty.
  }
}

/** Starts nginx on `nginx.conf` in `folder`; a failure to start shows in `ended`. */
export const launchNginx = (folder: string, log: FrontLog): NginxProcess => {
  // `-e`: without it nginx opens its built-in log file before it reads the configuration.
  const child = spawn('nginx', ['-p', folder, '-c', join(folder, 'nginx.conf'), '-e', 'stderr'], {
    stdio: ['ignore', 'ignore', 'pipe'],
    detached: true,
  })
  let lastLine = ''
  createInterface({ input: child.stderr }).on('line', (line) => {
    lastLine = logLine(log, line)
  })
  const ended = new Promise<string>((resolve) => {
    child.once('error', (error: NodeJS.ErrnoException) =>
      resolve(error.code === 'ENOENT' ? 'no executable called nginx is on PATH' : error.message),
    )
    child.once('exit', () => killGroup(child))
    child.once('close', (code, signal) => {
      const how = signal === null ? `exit code ${code}` : signal
      resolve(lastLine === '' ? how : `${how}: ${lastLine}`)
    })
  })
  return {
    pid: child.pid,
    ended,
    quit: () => {
      child.kill('SIGQUIT')
    },
    kill: () => killGroup(child),
  }
}
