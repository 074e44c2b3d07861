/** Watches a server, and an empty one beside it, from a process of its own while it is attacked. */

import { fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'

const own = (name: string): string =>
  fileURLToPath(new URL(`${name}${import.meta.url.endsWith('.ts') ? '.ts' : '.js'}`, import.meta.url))

/** Compiled programs need no loader. */
const EXEC_ARGV = import.meta.url.endsWith('.ts') ? ['--import', 'tsx'] : []

export type Report = {
  /** Of each ping, from sending it to the end of its answer. */
  milliseconds: number[]
  /** The same of pings to the empty server, in turn with those: what the machine itself takes. */
  floor: number[]
  /** Pings that were not answered with 200. */
  failed: number
  /** Most resident bytes of the server's processes together; 0 where there was no process to look at. */
  peakBytes: number
}

export type Watch = { report(): Promise<Report> }

/** @param pid the server's, or 0 if it is not a process of this machine */
export const watch = async (url: string, pid: number): Promise<Watch> => {
  const empty = fork(own('empty-server'), { execArgv: EXEC_ARGV })
  const [emptyUrl] = (await once(empty, 'message')) as [string]
  const child = fork(own('watcher'), [url, String(pid), emptyUrl], { execArgv: EXEC_ARGV })
  await once(child, 'message')
  return {
    report: async () => {
      child.send('report')
      const [report] = (await once(child, 'message')) as [Report]
      empty.disconnect()
      return report
    },
  }
}
