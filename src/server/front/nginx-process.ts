/**
 * One run of nginx: a process group, its log lines, and how it ended.
 *
 * nginx gets a group of its own because its workers outlive a master that was killed, and keep the port: when the
 * master ends, for whatever reason, the whole group is killed. When the server dies without being able to do that, the
 * kernel kills the master (PR_SET_PDEATHSIG, which setpriv of util-linux sets), and the master its workers.
 */

import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { childrenOf, isStopped } from '../machine/process-state.ts'

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
  /** It reads its configuration again, and makes the folders that it writes to. */
  reload(): void
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

/** The beginning of a command line. SIGTERM, since a master that is killed leaves its workers on the port. */
const ENDS_WITH_PARENT = ['setpriv', '--pdeathsig', 'TERM'] as const

/** What to put before the command line of nginx: nothing where there is no setpriv, or not one that can do this (BusyBox). */
export const findEndsWithParent = (): Promise<readonly string[]> =>
  new Promise((resolve) => {
    const [command, ...args] = ENDS_WITH_PARENT
    execFile(command, [...args, 'true'], (error) => resolve(error === null ? ENDS_WITH_PARENT : []))
  })

/** How often the processes are looked at. */
const CHECK_INTERVAL_MS = 250

/** Kills those that a signal has stopped, seen so twice in a row: they hold connections, and accept more, and answer none. */
const killStopped = (master: number, log: FrontLog): (() => void) => {
  let before: number[] = []
  const timer = setInterval(() => {
    const stopped = [master, ...childrenOf(master)].filter(isStopped)
    for (const pid of stopped.filter((pid) => before.includes(pid))) {
      log.error({ pid }, 'a process of nginx was stopped by a signal; it is replaced')
      try {
        process.kill(pid, 'SIGKILL')
      } catch {
        // It has gone by itself.
      }
    }
    before = stopped
  }, CHECK_INTERVAL_MS)
  return () => clearInterval(timer)
}

/**
 * Starts nginx on `nginx.conf` in `folder`; a failure to start shows in `ended`.
 * @param endsWithParent what findEndsWithParent found
 */
export const launchNginx = (
  folder: string,
  log: FrontLog,
  endsWithParent: readonly string[],
): NginxProcess => {
  // `-e`: without it nginx opens its built-in log file before it reads the configuration.
  const nginx = ['nginx', '-p', folder, '-c', join(folder, 'nginx.conf'), '-e', 'stderr']
  const [command = '', ...args] = [...endsWithParent, ...nginx]
  const child = spawn(command, args, { stdio: ['ignore', 'ignore', 'pipe'], detached: true })
  const stopChecking = child.pid === undefined ? () => {} : killStopped(child.pid, log)
  let lastLine = ''
  createInterface({ input: child.stderr }).on('line', (line) => {
    lastLine = logLine(log, line)
  })
  const notFound = 'no executable called nginx is on PATH'
  const ended = new Promise<string>((resolve) => {
    child.once('error', (error: NodeJS.ErrnoException) =>
      resolve(error.code === 'ENOENT' ? notFound : error.message),
    )
    child.once('exit', () => {
      stopChecking()
      killGroup(child)
    })
    child.once('close', (code, signal) => {
      // What setpriv ends with where it finds no nginx (env(1) has the same number).
      if (code === 127) return resolve(notFound)
      const how = signal === null ? `exit code ${code}` : signal
      resolve(lastLine === '' ? how : `${how}: ${lastLine}`)
    })
  })
  return {
    pid: child.pid,
    ended,
    reload: () => {
      child.kill('SIGHUP')
    },
    quit: () => {
      child.kill('SIGQUIT')
    },
    kill: () => killGroup(child),
  }
}
