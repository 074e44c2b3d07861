/** What starts the code of a function: a command of the user's, or a container of the function's image. */

import { execFile, spawn } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { promisify } from 'node:util'
import { quote, startProcess } from '../instances/process.ts'
import type { LambdaLauncher, LambdaProcess } from './types.ts'

const run = promisify(execFile)

/** To a whole group; one that has ended needs none. */
const signal = (pid: number, name: NodeJS.Signals): void => {
  try {
    process.kill(-pid, name)
  } catch {
    // It has ended.
  }
}

/** Kills the group when we are gone, by whatever end: what guards a process from within is frozen with it. */
const guard = (pid: number): (() => void) => {
  const outside = spawn('/bin/sh', ['-c', `cat <&3; kill -KILL -${pid}`], {
    detached: true,
    stdio: ['ignore', 'ignore', 'ignore', 'pipe'],
  })
  outside.unref()
  return () => signal(outside.pid as number, 'SIGKILL')
}

/** The environment's process is this command, as sh reads it, with TMPDIR for /tmp; frozen, its whole group is stopped. */
export const commandLambda =
  (command: string, { cwd }: { cwd?: string } = {}): LambdaLauncher =>
  async ({ environment, folder }, log): Promise<LambdaProcess> => {
    const { pid, exited, kill } = startProcess({
      command,
      ...(cwd !== undefined && { cwd }),
      environment: { TMPDIR: folder, ...environment },
      log,
    })
    if (pid === undefined)
      return { exited, freeze: async () => {}, thaw: async () => {}, kill: async () => {} }
    const unguard = guard(pid)
    void exited.then(unguard)
    return {
      exited,
      freeze: async () => signal(pid, 'SIGSTOP'),
      thaw: async () => signal(pid, 'SIGCONT'),
      async kill() {
        kill()
        await exited
      },
    }
  }

/** Lambda's user is none of the image's, and has no entry in its /etc/passwd. */
const USER = '993:990'

/** Of Lambda's share of a CPU: docs, "Configure Lambda function memory": 1,769 MB are one. */
const MEGABYTES_A_CPU = 1769

/**
 * A container of the function's image under Lambda's restrictions: an unknown user, a root that is read only, /tmp alone writable, no
 * /dev/shm, no capabilities, ENTRYPOINT and CMD as they are in the image unless the function says otherwise. It shares the
 * machine's network, since its Runtime API is on loopback.
 *
 * @param engine `docker`, `podman`, or what takes the same arguments
 * @param options.limits false where the engine may not limit memory and CPU
 */
export const containerLambda =
  (engine: string, { limits = true }: { limits?: boolean } = {}): LambdaLauncher =>
  async ({ function: version, environment }, log): Promise<LambdaProcess> => {
    const { image, command = [], memoryMegabytes, storageMegabytes = 512 } = version
    const name = `rehearsal-lambda-${randomUUID()}`
    const words = [
      ...[engine, 'run', '--rm', '--name', name, '--network', 'host', '--user', USER, '--read-only'],
      // podman would make /tmp, /run and /dev/shm writable by itself.
      ...(engine.endsWith('podman') ? ['--read-only-tmpfs=false'] : []),
      ...['--tmpfs', `/tmp:rw,mode=1777,size=${storageMegabytes}m`],
      // Without /dev/shm.
      ...['--ipc', 'none', '--cap-drop', 'ALL', '--security-opt', 'no-new-privileges'],
      ...(limits
        ? ['--memory', `${memoryMegabytes}m`, '--cpus', (memoryMegabytes / MEGABYTES_A_CPU).toFixed(2)]
        : []),
      ...Object.entries(environment).flatMap(([key, value]) => ['--env', `${key}=${value}`]),
    ]
    const remove = [engine, 'rm', '--force', name]
    const { exited, kill } = startProcess({
      command: [...words, image, ...command].map(quote).join(' '),
      environment: {},
      log,
      cleanUp: remove.map(quote).join(' '),
    })
    const ask = (...args: string[]) => run(engine, args).catch(() => {})
    const gone = exited.then(async (how) => {
      // Where the engine's command was killed, the container runs on.
      await ask('rm', '--force', name)
      return how
    })
    return {
      exited: gone,
      freeze: async () => void (await ask('pause', name)),
      thaw: async () => void (await ask('unpause', name)),
      async kill() {
        await ask('rm', '--force', '--time', '0', name)
        kill()
        await gone
      },
    }
  }
