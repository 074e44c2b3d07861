/** Watches a server from a process of its own while it is attacked. */

import { fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'

const WATCHER = fileURLToPath(new URL('watcher.ts', import.meta.url))

export type Report = {
  /** Of each ping, from sending it to the end of its answer. */
  milliseconds: number[]
  /** Pings that were not answered with 200. */
  failed: number
  /** Most resident bytes of the server's processes together; 0 where there was no process to look at. */
  peakBytes: number
}

export type Watch = { report(): Promise<Report> }

/** @param pid the server's, or 0 if it is not a process of this machine */
export const watch = async (url: string, pid: number): Promise<Watch> => {
  const child = fork(WATCHER, [url, String(pid)], { execArgv: ['--import', 'tsx'] })
  await once(child, 'message')
  return {
    report: async () => {
      child.send('report')
      const [report] = (await once(child, 'message')) as [Report]
      return report
    },
  }
}
