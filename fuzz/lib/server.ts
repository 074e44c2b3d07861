/** A server under attack: the compiled program with a model, on the CPU, in a memory cgroup if that is asked for. */

import { setTimeout as delay } from 'node:timers/promises'
import { childrenOf, type Running, residentBytes, startServer } from '../../benchmark/lib/server.ts'
import type { MemoryGroup } from './memory-group.ts'

export const MB = 2 ** 20

/** How long a server may take to end after SIGTERM; a worker that hangs must not hold up the attack. */
const STOP_MS = 4000

export type Front = 'none' | 'nginx'

/** `born`: the processes that it had when it was ready. */
export type Target = Running & { model: string; front: Front; born: readonly number[] }

/** A process and all below it, as far as they are still there. */
export const familyOf = (pid: number): number[] => {
  try {
    return [pid, ...childrenOf(pid).flatMap(familyOf)]
  } catch {
    return []
  }
}

/** Resident bytes of a process; 0 if it has ended. */
export const residentOf = (pid: number): number => {
  try {
    return residentBytes(pid)
  } catch {
    return 0
  }
}

/** Resident bytes of a server, its workers and nginx together. Pages that they share count for each. */
export const familyBytes = (pid: number): number =>
  familyOf(pid).reduce((total, member) => total + residentOf(member), 0)

/** @param folder the model's */
export const startTarget = async (
  model: string,
  folder: string,
  { front = 'none', args = [], group }: { front?: Front; args?: readonly string[]; group?: MemoryGroup } = {},
): Promise<Target> => {
  const running = await startServer(folder, ['--front', front, ...args], {}, group?.wrapper ?? [])
  return { ...running, model, front, born: familyOf(running.pid) }
}

const kill = (pids: readonly number[]): void => {
  for (const pid of pids) {
    try {
      process.kill(pid, 'SIGKILL')
    } catch {
      // It has ended.
    }
  }
}

/** Ends a server, by force if it does not end by itself. */
export const stopTarget = async ({ process: child, pid, born }: Target): Promise<void> => {
  if (child.exitCode !== null || child.signalCode !== null) {
    // A server that was killed may leave some behind.
    kill(born)
    return
  }
  const members = familyOf(pid)
  const exited = new Promise((resolve) => child.once('exit', resolve))
  child.kill('SIGTERM')
  if (await Promise.race([exited.then(() => true), delay(STOP_MS, false, { ref: false })])) return
  kill(members)
  await exited
}

/** Workers that have ended unasked since the start; undefined if the server does not answer. */
export const workerExits = async ({ url }: { url: string }): Promise<number | undefined> => {
  try {
    const response = await fetch(`${url}/metrics`, { signal: AbortSignal.timeout(10_000) })
    return Number(/^serving_worker_exits_total (\d+)/m.exec(await response.text())?.[1] ?? 0)
  } catch {
    return undefined
  }
}

const stopping = new Set<Promise<void>>()

/** Ends a server while something else goes on. */
export const stopLater = (target: Target): void => {
  const stopped = stopTarget(target).finally(() => stopping.delete(stopped))
  stopping.add(stopped)
}

export const allStopped = async (): Promise<void> => {
  await Promise.all(stopping)
}
