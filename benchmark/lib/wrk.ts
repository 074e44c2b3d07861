/** Load from wrk, which takes a tenth of autocannon's CPU time and so measures the server and not itself; autocannon where there is none. */

import { spawn, spawnSync } from 'node:child_process'
import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileOf, type Payload, throughput } from './load.ts'
import { LOAD_CPUS, pinned } from './server.ts'

export const GENERATOR = spawnSync('wrk', ['-v']).error === undefined ? 'wrk' : 'autocannon'

const directory = mkdtempSync(join(tmpdir(), 'benchmark-wrk-'))

/** wrk takes a request other than GET from a program in Lua. */
const scriptFor = (payload: Payload): string => {
  const file = join(directory, 'post.lua')
  const body = JSON.stringify(fileOf(payload))
  writeFileSync(
    file,
    `wrk.method = "POST"\nwrk.body = io.open(${body}, "rb"):read("*a")\nwrk.headers["Content-Type"] = ${JSON.stringify(payload.contentType)}\n`,
  )
  return file
}

/** Answers of each second; every one must be 2xx. */
export const requestsPerSecond = async (
  url: string,
  payload: Payload,
  { connections, seconds }: { connections: number; seconds: number },
): Promise<number> => {
  if (GENERATOR === 'autocannon') return throughput(url, payload, { connections, seconds })
  const args = ['-t1', `-c${connections}`, `-d${seconds}s`, '-s', scriptFor(payload), `${url}/invocations`]
  const program = pinned(LOAD_CPUS, 'wrk', args)
  const child = spawn(program.command, program.args, { stdio: ['ignore', 'pipe', 'inherit'] })
  let output = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    output += text
  })
  await new Promise((resolve) => child.once('close', resolve))
  const perSecond = Number(/Requests\/sec:\s+([\d.]+)/.exec(output)?.[1])
  if (!(perSecond > 0) || /Non-2xx|Socket errors/.test(output))
    throw new Error(`not all requests were answered:\n${output}`)
  return perSecond
}
