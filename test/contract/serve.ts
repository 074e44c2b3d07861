/** Starts the real server, as a user would, on a free port of loopback, for the contract tests. */

import { type ChildProcess, spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { setTimeout as delay } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { freePort } from '../../benchmark/lib/server.ts'
import { ROOT } from '../fixtures/index.ts'
import { type Client, clientOf } from './client.ts'

export type Served = Client & {
  process: ChildProcess
  /** All that it has printed so far. */
  output(): string
  /** Resolves with the exit code, or the signal that ended it. */
  exited: Promise<number | string>
  /** Process ids of the workers, as the kernel knows them. */
  workers(): number[]
  stop(): Promise<number | string>
}

/** Children of a process, from /proc. */
export const childrenOf = (pid: number): number[] => {
  try {
    const list = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim()
    return list === '' ? [] : list.split(' ').map(Number)
  } catch {
    return []
  }
}

/** True of a running process other than the one that inspects the model. */
const isWorker = (pid: number): boolean => {
  try {
    return !/inspect-entry|^$/.test(readFileSync(`/proc/${pid}/cmdline`, 'utf8'))
  } catch {
    return false
  }
}

/** Resident memory in bytes. */
export const residentBytes = (pid: number): number =>
  Number(/VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0) * 1024

/** Hundredths of a second of CPU that a process has taken (proc(5): fields 14 and 15). */
export const cpuTicks = (pid: number): number => {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
    .replace(/^.*\) /s, '')
    .split(' ')
  return Number(fields[11]) + Number(fields[12])
}

/** Waits for a condition that must come true. What has not within a minute will not: the test fails, and does not hang. */
export const until = async (condition: () => boolean | Promise<boolean>): Promise<void> => {
  const end = performance.now() + 60_000
  while (!(await condition())) {
    if (performance.now() > end) throw new Error(`still not so after a minute: ${condition}`)
    await delay(40)
  }
}

/** Bundled, as the container runs it. Beside these tests: what they drive is what they were compiled with. */
export const PROGRAM = fileURLToPath(new URL('../../dist/main.js', import.meta.url))

/** Starts it without waiting for anything. */
export const launch = async (
  args: readonly string[],
  environment: Record<string, string> = {},
): Promise<Served> => {
  const port = Number(environment.SERVING_PORT ?? (await freePort()))
  const child = spawn(process.execPath, [PROGRAM, '--host', '127.0.0.1', ...args], {
    cwd: ROOT,
    env: { ...process.env, SERVING_PORT: String(port), SERVING_DEVICE: 'cpu', ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let output = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      output += text
    })
  }
  const exited = new Promise<number | string>((resolve) => {
    child.once('close', (code, signal) => resolve(code ?? signal ?? 'unknown'))
  })
  return {
    ...clientOf(`http://127.0.0.1:${port}`),
    process: child,
    output: () => output,
    exited,
    workers: () => childrenOf(child.pid ?? 0),
    stop: () => {
      child.kill('SIGTERM')
      return exited
    },
  }
}

/** Starts it and waits until all its workers are ready. */
export const serve = async (
  args: readonly string[],
  environment: Record<string, string> = {},
): Promise<Served> => {
  const served = await launch(args, environment)
  const ended = served.exited.then((code) => {
    throw new Error(`the server ended with ${code}:\n${served.output()}`)
  })
  const ready = until(async () => {
    const response = await fetch(`${served.url}/ping`).catch(() => undefined)
    // The process that has inspected the model may end a moment after the workers are ready.
    return response?.headers.get('x-serving-state') === 'ready' && served.workers().every(isWorker)
  })
  ended.catch(() => {})
  try {
    await Promise.race([ready, ended])
  } catch (error) {
    // Nobody else knows of it, and the tests would wait for it.
    await served.stop()
    throw error
  }
  return served
}

/** The first group of the pattern in the text of /metrics; 0 where it does not occur. */
export const metric = async (served: Served, pattern: RegExp): Promise<number> =>
  Number(pattern.exec(await (await fetch(`${served.url}/metrics`)).text())?.[1] ?? 0)

/** Requests that wait for a worker. */
export const waiting = (served: Served): Promise<number> => metric(served, /serving_queue_requests (\d+)/)

/** Requests that workers were given so far; one that was given again counts again. */
export const dispatched = (served: Served): Promise<number> =>
  metric(served, /serving_queue_wait_seconds_count (\d+)/)
