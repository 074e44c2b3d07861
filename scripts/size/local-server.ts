/** The server of this checkout, or that of its package, on a model folder: as it is deployed, but without nginx before it. */

import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { freePort, quote, startProcess } from '../../packages/sagemaker-rehearsal/src/index.ts'
import { CommandError, EXIT } from '../cli/command.ts'
import { inspectionOf, SERVER_FOLDER, serverOf } from '../rehearse/server.ts'
import type { Body } from './bodies.ts'

const LESS_URGENT = 5

/** The last lines of what it has said, of an error. */
const SHOWN_LINES = 8

/** The request that the server itself shows for this model. Throws CommandError if the folder cannot be served. */
export const exampleOf = async (folder: string): Promise<Body> => {
  const command = `${inspectionOf(folder)} --json`
  const { stdout } = await promisify(execFile)('/bin/sh', ['-c', command], {
    cwd: SERVER_FOLDER,
    maxBuffer: 2 ** 28,
  }).catch((error: Error & { stderr?: string }) => {
    throw new CommandError(`${folder} cannot be served here: ${(error.stderr || error.message).trim()}`, {
      exitCode: EXIT.usage,
      fix: 'outside a checkout the package onnx-serving is run by npx: it must be installed, or a registry reached',
    })
  })
  const { body } = JSON.parse(stdout) as { body?: { contentType: string; bodyBase64: string } }
  if (body === undefined)
    throw new CommandError(`only the code in ${folder} knows what a request is`, {
      exitCode: EXIT.usage,
      fix: 'export an example there, or name a body with --body',
    })
  return {
    name: "the server's example",
    contentType: body.contentType,
    bytes: Buffer.from(body.bodyBase64, 'base64'),
  }
}

export type LocalServer = {
  url: string
  /** Of its budget, what it may keep busy. */
  cpus: number
  workers: number
  stop: () => Promise<void>
}

type Ready = { msg?: string; workers?: number; cpuBudget?: { cpus: number } }

const parse = (line: string): Ready => {
  try {
    return JSON.parse(line) as Ready
  } catch {
    return {}
  }
}

/** Starts it, and resolves once it serves. It never outlives this process. */
export const startLocalServer = async (folder: string, signal: AbortSignal): Promise<LocalServer> => {
  const port = await freePort()
  const lines: string[] = []
  let ready = (_: Ready): void => {}
  const isReady = new Promise<Ready>((resolve) => {
    ready = resolve
  })
  const { exited, stop } = startProcess({
    // The generator shares its CPUs, and is to send in time.
    command: `nice -n ${LESS_URGENT} ${serverOf(folder)} --front none --host 127.0.0.1 --port ${quote(String(port))}`,
    cwd: SERVER_FOLDER,
    environment: { SERVING_LOG_FORMAT: 'json', NODE_ENV: 'production' },
    log: (line) => {
      const said = parse(line)
      if (said.msg === 'ready') ready(said)
      lines.push(line)
      lines.splice(0, lines.length - SHOWN_LINES)
    },
  })
  const interrupted = new Promise<'interrupted'>((resolve) => {
    if (signal.aborted) resolve('interrupted')
    signal.addEventListener('abort', () => resolve('interrupted'), { once: true })
  })
  const first = await Promise.race([isReady, exited, interrupted])
  if (typeof first === 'string') {
    await stop()
    throw first === 'interrupted'
      ? new CommandError('interrupted', { exitCode: EXIT.interrupted })
      : new CommandError(`the server ${first}:\n${lines.join('\n')}`)
  }
  return {
    url: `http://127.0.0.1:${port}`,
    cpus: first.cpuBudget?.cpus ?? 1,
    workers: first.workers ?? 1,
    stop,
  }
}
