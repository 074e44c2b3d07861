/** Starts the compiled server, and other programs, as processes of their own. */

import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'

export const ROOT = fileURLToPath(new URL('../../', import.meta.url))

/** As in the container. The C library's own allocator keeps more memory. */
const JEMALLOC = ['x86_64', 'aarch64']
  .map((machine) => `/usr/lib/${machine}-linux-gnu/libjemalloc.so.2`)
  .find((file) => existsSync(file))

export const ENVIRONMENT: NodeJS.ProcessEnv = {
  ...process.env,
  NODE_ENV: 'production',
  ORT_DISABLE_TELEMETRY: '1',
  ...(JEMALLOC && { LD_PRELOAD: JEMALLOC }),
}

/** What Node needs to run TypeScript: nothing where it strips types itself. */
export const LOADER: readonly string[] = (process.features as { typescript?: unknown }).typescript
  ? []
  : ['--import', 'tsx']

/** CPUs for what is measured and for what sends, as `0,1` or `0-3`, so that several runs share a machine; all unless set. */
export const SERVER_CPUS = process.env.BENCH_SERVER_CPUS
export const LOAD_CPUS = process.env.BENCH_LOAD_CPUS

/** A command that is kept to these CPUs. */
export const pinned = (cpus: string | undefined, command: string, args: readonly string[]) =>
  cpus
    ? ({ command: 'taskset', args: ['-c', cpus, command, ...args] } as const)
    : ({ command, args } as const)

let built = process.env.BENCH_BUILT === '1'

/**
 * Compiles the sources once in the life of this process: what is measured is what the container runs. With BENCH_BUILT=1
 * dist/ is taken as it is.
 */
export const build = (): void => {
  if (built) return
  const { status } = spawnSync('npm', ['run', '--silent', 'build'], { cwd: ROOT, stdio: 'inherit' })
  if (status !== 0) throw new Error('the sources do not compile')
  built = true
}

export const freePort = (): Promise<number> =>
  new Promise((resolve, reject) => {
    const probe = createServer()
    probe.once('error', reject)
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address()
      probe.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0))
    })
  })

export type Running = {
  url: string
  pid: number
  process: ChildProcess
  output(): string
  stop(): Promise<void>
}

const running = new Set<ChildProcess>()
process.once('exit', () => {
  for (const child of running) child.kill()
})
// A run that is cut short leaves no servers behind.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(1))

/**
 * Starts a program that listens on SERVING_PORT, and waits until /ping answers 200.
 * @param given where a program listens that knows nothing of either
 */
export const start = async (
  command: string,
  args: readonly string[],
  environment: NodeJS.ProcessEnv = {},
  given: { port: number; path: string } | undefined = undefined,
): Promise<Running> => {
  const { port, path } = given ?? { port: await freePort(), path: '/ping' }
  const program = pinned(SERVER_CPUS, command, args)
  const child = spawn(program.command, program.args, {
    cwd: ROOT,
    env: { ...ENVIRONMENT, SERVING_PORT: String(port), SERVING_LOG_LEVEL: 'warn', ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  running.add(child)
  let output = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      output += text
    })
  }
  const ended = new Promise<void>((resolve) => {
    child.once('exit', () => {
      running.delete(child)
      resolve()
    })
  })
  const url = `http://127.0.0.1:${port}`
  for (;;) {
    if (child.exitCode !== null) throw new Error(`${command} ${args.join(' ')} ended:\n${output}`)
    const response = await fetch(`${url}${path}`).catch(() => undefined)
    const state = response?.headers.get('x-serving-state') ?? 'ready'
    if (response?.ok && state === 'ready') break
    await delay(5)
  }
  return {
    url,
    pid: child.pid ?? 0,
    process: child,
    output: () => output,
    stop: async () => {
      child.kill('SIGTERM')
      await ended
    },
  }
}

/**
 * The server with a model, on the CPU; everything else as it comes.
 * @param wrapper a command that starts the command behind it
 * @param main the server's compiled program
 */
export const startServer = (
  model: string,
  args: readonly string[] = [],
  environment: NodeJS.ProcessEnv = {},
  wrapper: readonly string[] = [],
  main = 'dist/main.js',
): Promise<Running> => {
  build()
  const server = [main, '--host', '127.0.0.1', '--device', 'cpu', '--model', model]
  const [command = '', ...rest] = [...wrapper, process.execPath, ...server, ...args]
  return start(command, rest, environment)
}

/** Direct children of a process. */
export const childrenOf = (pid: number): number[] =>
  readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ').filter(Boolean).map(Number)

/** A process and all below it. */
export const family = (pid: number): number[] => [pid, ...childrenOf(pid).flatMap(family)]

/** Proportional set size in bytes: what is shared counts for each sharer in part (proc(5), smaps_rollup). */
export const proportionalBytes = (pid: number): number =>
  Number(/^Pss:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8'))?.[1] ?? 0) * 1024

/** Resident set size in bytes. */
export const residentBytes = (pid: number): number =>
  Number(/^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0) * 1024

/** CPU time that a process has taken so far, in seconds (proc(5), stat: utime and stime, in hundredths). */
export const ownCpuSeconds = (pid: number): number => {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
    .replace(/^.*\) /s, '')
    .split(' ')
  return (Number(fields[11]) + Number(fields[12])) / 100
}

/** The same of a process and all below it. */
export const cpuSeconds = (pid: number): number =>
  family(pid).reduce((sum, other) => sum + ownCpuSeconds(other), 0)
