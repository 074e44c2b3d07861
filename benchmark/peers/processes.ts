/** All processes of a server, also those that have left their parent: they have the same mark in their environment (proc(5)). */

import { readdirSync, readFileSync } from 'node:fs'
import { family, ownCpuSeconds, proportionalBytes } from '../lib/server.ts'

export const MARK = 'BENCH_PEER_MARK'

const readIfThere = (file: string): string => {
  try {
    return readFileSync(file, 'latin1')
  } catch {
    return ''
  }
}

const isGone = (pid: number): boolean =>
  ['', 'Z'].includes(/\) (.)/.exec(readIfThere(`/proc/${pid}/stat`))?.[1] ?? '')

const familyIfThere = (pid: number): number[] => {
  try {
    return family(pid)
  } catch {
    return []
  }
}

/** @param roots of families whose members may have overwritten their environment, with a title for example */
export const processesOf = (mark: string, roots: readonly number[] = []): number[] => {
  const marked = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .filter((pid) => readIfThere(`/proc/${pid}/environ`).includes(`${MARK}=${mark}`))
    .map(Number)
  const all = new Set([...marked, ...[...roots, ...marked].flatMap(familyIfThere)])
  return [...all].filter((pid) => !isGone(pid))
}

const orZero = (measure: (pid: number) => number, pid: number): number => {
  try {
    return measure(pid)
  } catch {
    return 0
  }
}

export const memoryBytes = (pids: readonly number[]): number =>
  pids.reduce((sum, pid) => sum + orZero(proportionalBytes, pid), 0)

/** Of the processes that have ONNX Runtime in them, that which takes most of the CPU while something is done. */
export const busiestWorker = async (
  pids: readonly number[],
  work: () => Promise<unknown>,
): Promise<number> => {
  const workers = pids.filter((pid) => /onnxruntime/.test(readIfThere(`/proc/${pid}/maps`)))
  const before = workers.map((pid) => orZero(ownCpuSeconds, pid))
  await work()
  const taken = workers.map((pid, index) => orZero(ownCpuSeconds, pid) - (before[index] as number))
  const worker = workers[taken.indexOf(Math.max(...taken))]
  if (worker === undefined) throw new Error('no process has ONNX Runtime in it')
  return worker
}
