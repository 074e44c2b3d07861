/** What the tests of this folder ask of a running server and do to its processes. */

import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { setTimeout as delay } from 'node:timers/promises'
import { childrenOf, type Served, until } from '../contract/serve.ts'

/** `CHAOS=short`: seconds for each scenario, as in CI; else minutes. */
export const SHORT = process.env.CHAOS === 'short'

/** So many scenarios of a file at once: they wait for most of their time, and no time is measured. */
export const AT_ONCE = 2

/** The fault of a scenario strikes so often. */
export const ROUNDS = SHORT ? 4 : 60

/** However slow the machine is: nothing is refused or given up because it would be late. */
export const PATIENT = ['--request-timeout-ms', '300000', '--drain-timeout-ms', '300000']

const nameOf = (pid: number): string => {
  try {
    return readFileSync(`/proc/${pid}/comm`, 'utf8').trim()
  } catch {
    return ''
  }
}

const childrenCalled = (parent: number, pattern: RegExp): number[] =>
  childrenOf(parent).filter((pid) => pattern.test(nameOf(pid)))

/** Without nginx, which is a child of the server too. */
export const workersOf = (served: Served): number[] =>
  served.workers().filter((pid) => nameOf(pid) !== 'nginx')

export const nginxOf = (served: Served): { master: number; workers: number[] } => {
  const [master = 0] = childrenCalled(served.process.pid ?? 0, /^nginx$/)
  return { master, workers: childrenCalled(master, /^nginx$/) }
}

/** One of the workers, any. */
export const anyWorker = (served: Served): number => {
  const workers = workersOf(served)
  return workers[Math.floor(Math.random() * workers.length)] ?? 0
}

/** What /ping says of the server's state; undefined while it cannot be asked. */
export const stateOf = async (served: Served): Promise<string | undefined> => {
  const response = await fetch(`${served.url}/ping`).catch(() => undefined)
  return response?.headers.get('x-serving-state') ?? undefined
}

/** Resolves when the worker is gone and the server has all its workers again, with the milliseconds it took. */
export const replaced = async (served: Served, worker: number): Promise<number> => {
  const since = performance.now()
  await until(async () => !served.workers().includes(worker) && (await stateOf(served)) === 'ready')
  return Math.round(performance.now() - since)
}

/** Leaves a process the address space that it has now, or less than that: whatever it asks for next is refused. */
export const limitMemory = (pid: number): void => {
  const kilobytes = Number(/VmSize:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1])
  execFileSync('prlimit', [`--pid=${pid}`, `--as=${kilobytes * 1024}`])
}

/** Does something at once and every so often, never before the last is done. */
export const every = async (
  milliseconds: number,
  times: number,
  strike: (round: number) => Promise<void>,
): Promise<void> => {
  for (let round = 0; round < times; round += 1) {
    const next = delay(milliseconds)
    await strike(round)
    await next
  }
}
