/** Starts the real server, as a user would, on a free port of loopback, for the contract tests. */

import { type ChildProcess, spawn } from 'node:child_process'
import { readdirSync, readFileSync, statSync } from 'node:fs'
import { createServer } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))

export const fixture = (name: string): string => `${ROOT}test/fixtures/models/${name}`

export const DIGITS = `${ROOT}examples/digits`

export type Served = {
  url: string
  process: ChildProcess
  /** All that it has printed so far. */
  output(): string
  /** Resolves with the exit code, or the signal that ended it. */
  exited: Promise<number | string>
  /** Process ids of the workers, as the kernel knows them. */
  workers(): number[]
  post(body: string | Uint8Array, headers?: Record<string, string>): Promise<Response>
  /** Posts JSON and parses the JSON that comes back. */
  json(body: unknown, headers?: Record<string, string>): Promise<{ status: number; body: never }>
  stop(): Promise<number | string>
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

/** Children of a process, from /proc. */
export const childrenOf = (pid: number): number[] => {
  try {
    const list = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim()
    return list === '' ? [] : list.split(' ').map(Number)
  } catch {
    return []
  }
}

/** Resident memory in bytes. */
export const residentBytes = (pid: number): number =>
  Number(/VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0) * 1024

/** Waits for a condition that must come true. What has not within a minute will not: the test fails, and does not hang. */
export const until = async (condition: () => boolean | Promise<boolean>): Promise<void> => {
  const end = performance.now() + 60_000
  while (!(await condition())) {
    if (performance.now() > end) throw new Error(`still not so after a minute: ${condition}`)
    await delay(20)
  }
}

/**
 * What `npm run build` made: it is what the container runs, and compiling the sources anew in each of a server's processes
 * would take most of the tests' time.
 */
const program = (): string => {
  const changed = (path: string): number => statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0
  const sources = readdirSync(`${ROOT}src`, { recursive: true, encoding: 'utf8' })
  const newest = Math.max(...sources.map((name) => changed(`${ROOT}src/${name}`)))
  if (changed(`${ROOT}dist/main.js`) < newest) throw new Error('dist/ is older than src/: npm run build')
  return 'dist/main.js'
}

/** Starts it without waiting for anything. */
export const launch = async (
  args: readonly string[],
  environment: Record<string, string> = {},
): Promise<Served> => {
  const port = Number(environment.SERVING_PORT ?? (await freePort()))
  const child = spawn(process.execPath, [program(), '--host', '127.0.0.1', ...args], {
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
  const url = `http://127.0.0.1:${port}`
  const post = (body: string | Uint8Array, headers: Record<string, string> = {}) =>
    fetch(`${url}/invocations`, { method: 'POST', body: body as string, headers })
  return {
    url,
    process: child,
    output: () => output,
    exited,
    workers: () => childrenOf(child.pid ?? 0),
    post,
    json: async (body, headers = {}) => {
      const response = await post(JSON.stringify(body), { 'content-type': 'application/json', ...headers })
      return { status: response.status, body: (await response.json()) as never }
    },
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
    return response?.headers.get('x-serving-state') === 'ready'
  })
  await Promise.race([ready, ended])
  ended.catch(() => {})
  return served
}

/** The first group of the pattern in the text of /metrics; 0 where it does not occur. */
export const metric = async (served: Served, pattern: RegExp): Promise<number> =>
  Number(pattern.exec(await (await fetch(`${served.url}/metrics`)).text())?.[1] ?? 0)
