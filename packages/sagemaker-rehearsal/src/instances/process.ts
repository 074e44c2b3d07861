/** A process that is an instance's server: its output is logged, it is ended as SageMaker ends a container, and it never outlives us. */

import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:net'
import { eachLine } from './lines.ts'

/** SageMaker kills a container so long after SIGTERM. */
const STOP_GRACE_MS = 30_000

/** What a process needs of ours; the rest is none of the model's business. */
const INHERITED = [
  'PATH',
  'HOME',
  'TMPDIR',
  'TEMP',
  'TMP',
  'LANG',
  'LD_LIBRARY_PATH',
  'NODE_PATH',
  'CONTAINERS_CONF',
  'DOCKER_HOST',
  'XDG_RUNTIME_DIR',
]

const inherited = (): Record<string, string> =>
  Object.fromEntries(INHERITED.flatMap((name) => (process.env[name] ? [[name, process.env[name]]] : [])))

export const freePort = async (): Promise<number> => {
  const probe = createServer().listen(0, '127.0.0.1')
  await once(probe, 'listening')
  const address = probe.address()
  const port = typeof address === 'object' && address !== null ? address.port : 0
  probe.close()
  await once(probe, 'close')
  return port
}

/** One word of a shell's command line. */
export const quote = (text: string): string =>
  /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`

/** The whole group: a server's workers are of it. */
const kill = (child: ChildProcess): void => {
  try {
    process.kill(-(child.pid as number), 'SIGKILL')
  } catch {
    // It has ended.
  }
}

export type ProcessOptions = {
  /** One command as sh reads it, variables before it too: it takes the shell's place, so that it is the one that gets SIGTERM. */
  command: string
  cwd?: string
  environment: Record<string, string>
  log: (line: string) => void
  /** A command that removes what killing the process leaves. */
  cleanUp?: string
}

/**
 * Descriptor 3 is a pipe whose other end is ours. With us gone, by whatever end, it closes, and the shell that waits for it kills
 * the whole group; `$$` is the group's leader, since the process is started as one.
 */
const guarded = (command: string, cleanUp: string): string =>
  `(trap '' TERM; cat <&3; ${cleanUp}kill -KILL -$$) >/dev/null 2>&1 </dev/null & exec env ${command} 3<&-`

export const startProcess = ({ command, cwd, environment, log, cleanUp }: ProcessOptions) => {
  const child = spawn('/bin/sh', ['-c', guarded(command, cleanUp === undefined ? '' : `${cleanUp}; `)], {
    ...(cwd !== undefined && { cwd }),
    // Ctrl-C in the terminal is for the rehearsal, which then ends its servers.
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
    env: { ...inherited(), ...environment },
  })
  for (const stream of [child.stdout, child.stderr]) if (stream !== null) eachLine(stream, log)
  // The pipe breaks when the process ends.
  child.stdio[3]?.on('error', () => {})
  const exited = new Promise<string>((resolve) => {
    child.once('error', (error) => resolve(`could not be started: ${error.message}`))
    child.once('exit', (code, signal) => {
      // Its workers may outlive it when it is killed by someone else, and hold its output open.
      kill(child)
      child.once('close', () => resolve(`ended with ${signal ?? `exit code ${code}`}`))
    })
  })
  return {
    /** Of the process and its group; undefined if it could not be started. */
    pid: child.pid,
    exited,
    /** The whole group, at once. */
    kill: () => kill(child),
    /** SIGTERM, and SIGKILL if that has not ended it in 30 s. */
    async stop(): Promise<void> {
      child.kill('SIGTERM')
      const timer = setTimeout(() => kill(child), STOP_GRACE_MS)
      await exited
      clearTimeout(timer)
    },
  }
}
