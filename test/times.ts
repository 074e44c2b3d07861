/** For `TIMES=1 npm test`, loaded into each process of tests: notes what CPU time it took, and each file that shares it. */

import { appendFileSync, readFileSync } from 'node:fs'
import { basename } from 'node:path'

/** What Linux counts CPU time in. */
const TICKS_PER_SECOND = 100

/** Times are in milliseconds since 1970, CPU times in seconds: its own, and of the processes that it started and that have ended. */
export type Taken = { name: string; began: number; ended: number; own: number; started: number }

const path = process.env.TIMES

/** From proc(5): utime, stime, cutime and cstime are fields 14 to 17 of stat, and a name in brackets is the second. */
const cpuSoFar = () => {
  const fields = readFileSync('/proc/self/stat', 'utf8')
    .replace(/^.*\) /s, '')
    .split(' ')
  const [user, system, startedUser, startedSystem] = fields.slice(11, 15).map(Number) as [
    number,
    number,
    number,
    number,
  ]
  return {
    own: (user + system) / TICKS_PER_SECOND,
    started: (startedUser + startedSystem) / TICKS_PER_SECOND,
  }
}

const note = (name: string, began: number, before: { own: number; started: number }): void => {
  const { own, started } = cpuSoFar()
  const taken: Taken = {
    name,
    began,
    ended: Date.now(),
    own: own - before.own,
    started: started - before.started,
  }
  appendFileSync(path as string, `${JSON.stringify(taken)}\n`)
}

export const timed = async (name: string, run: () => Promise<unknown>): Promise<void> => {
  if (path === undefined) return void (await run())
  const began = Date.now()
  const before = cpuSoFar()
  await run()
  note(name, began, before)
}

const began = Date.now() - process.uptime() * 1000
const program = basename(process.argv[1] ?? '')
if (path !== undefined) process.on('exit', () => note(program, began, { own: 0, started: 0 }))
