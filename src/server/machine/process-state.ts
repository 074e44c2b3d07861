/** What the kernel says about processes, in /proc (proc(5)). Where there is none, nothing is known. */

import { readFileSync } from 'node:fs'

/** True if a signal has stopped it: state T. A process under a debugger is in state t. */
export const isStopped = (pid: number | undefined): boolean => {
  try {
    const status = readFileSync(`/proc/${pid}/stat`, 'latin1')
    return status[status.lastIndexOf(')') + 2] === 'T'
  } catch {
    return false
  }
}

export const childrenOf = (pid: number): number[] => {
  try {
    const list = readFileSync(`/proc/${pid}/task/${pid}/children`, 'latin1').trim()
    return list === '' ? [] : list.split(' ').map(Number)
  } catch {
    return []
  }
}
