/** Starts a server and waits for its first right answer. */

import { spawn } from 'node:child_process'
import { chmodSync, mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { availableParallelism, tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import type { Payload } from '../lib/load.ts'
import { ENVIRONMENT, pinned, ROOT, SERVER_CPUS } from '../lib/server.ts'
import { programsOf } from './install.ts'
import { type Kind, pathOf, payload } from './payloads.ts'
import { MARK, processesOf } from './processes.ts'
import { OURS, type Row } from './servers.ts'

export const ADAPTORS = fileURLToPath(new URL('adaptors/', import.meta.url))

const PATIENCE_MS = 120_000

export type Started = {
  url: string
  /** From the start of the process to the first answer, in seconds. */
  seconds: number
  processes(): number[]
  stop(): Promise<void>
}

export const post = async (url: string, { body, contentType }: Payload, timeoutMs: number) => {
  const response = await fetch(url, {
    method: 'POST',
    body: body as Uint8Array<ArrayBuffer>,
    headers: { 'content-type': contentType },
    signal: AbortSignal.timeout(timeoutMs),
  })
  return { status: response.status, text: await response.text() }
}

const isFree = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const probe = createServer()
    probe.once('error', () => resolve(false))
    probe.listen(port, '127.0.0.1', () => probe.close(() => resolve(true)))
  })

/** The first of five, since some listen on several; Multi Model Server takes none above 32767. */
const freePorts = async (): Promise<number> => {
  for (;;) {
    const port = 15_000 + Math.floor(Math.random() * 15_000)
    const checks = await Promise.all([0, 1, 2, 3, 4].map((offset) => isFree(port + offset)))
    if (checks.every(Boolean)) return port
  }
}

const running = new Set<() => void>()
process.once('exit', () => {
  for (const kill of running) kill()
})

let started = 0

/** @param kind of the first request */
export const startRow = async (row: Row, folder: string, kind: Kind): Promise<Started> => {
  const programs = row.name === OURS ? '' : `${programsOf(row.name)}:`
  const scratch = mkdtempSync(join(tmpdir(), `peer-${row.name}-`))
  // nginx gives up being root.
  chmodSync(scratch, 0o755)
  started += 1
  const mark = `${process.pid}-${started}`
  const port = await freePorts()
  const given = { ...row.environment, ...(kind === 'rows' ? row.light : {}) }
  const cores = String(availableParallelism())
  const environment = Object.fromEntries(
    Object.entries(given).map(([name, value]) => [name, value.replace('$CORES', cores)]),
  )
  const from = performance.now()
  const program = pinned(SERVER_CPUS, 'sh', ['-c', `exec ${row.command}`])
  const child = spawn(program.command, program.args, {
    cwd: ADAPTORS,
    env: {
      ...(row.name === OURS ? ENVIRONMENT : { ...process.env, ORT_DISABLE_TELEMETRY: '1' }),
      ...{ PATH: `${programs}${process.env.PATH}`, PYTHONPATH: ADAPTORS, PYTHONDONTWRITEBYTECODE: '1' },
      ...{ PORT: String(port), CORES: cores, SCRATCH: scratch, ROOT, [MARK]: mark },
      ...{ FOLDER: folder, MODEL: join(folder, 'model.onnx'), SENDS: kind === 'rows' ? 'json' : 'files' },
      ...environment,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let output = ''
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => {
      output = (output + text).slice(-10_000)
    })
  const processes = () => processesOf(mark, [child.pid ?? 0])
  const kill = () => {
    for (const pid of processes()) {
      try {
        process.kill(pid, 'SIGKILL')
      } catch {}
    }
  }
  running.add(kill)
  const stop = async () => {
    child.kill('SIGTERM')
    for (let waited = 0; waited < 2000 && processes().length > 0; waited += 50) await delay(50)
    kill()
    running.delete(kill)
    rmSync(scratch, { recursive: true, force: true })
  }
  const url = `http://127.0.0.1:${port}${pathOf(row)}`
  const first = await payload(kind, row)
  let last = ''
  for (;;) {
    const { status, text } = await post(url, first, PATIENCE_MS).catch((error) => ({
      status: 0,
      text: String(error.cause ?? error),
    }))
    if (status === 200) break
    last = `${status} ${text.slice(0, 2000)}`
    if (child.exitCode !== null || performance.now() - from > PATIENCE_MS) {
      await stop()
      throw new Error(`${row.name}, ${row.variant}, did not start: ${last}\n${output}`)
    }
    await delay(10)
  }
  return { url, seconds: (performance.now() - from) / 1000, processes, stop }
}
