/** A server on a unix socket with nginx in front, for the tests of this folder. */

import { execFileSync } from 'node:child_process'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { createServer, type RequestListener, type Server, type ServerOptions } from 'node:http'
import { connect } from 'node:net'
import { join } from 'node:path'
import type { Test } from 'tap'
import { freePort } from '../../../benchmark/lib/server.ts'
import { type NginxHandle, type NginxOptions, startNginx } from '../../../src/server/front/nginx.ts'

const hasNginx = (): boolean => {
  try {
    execFileSync('nginx', ['-v'], { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
}

/** For t.test's options: why the test cannot run here, or false. */
export const skip = hasNginx() ? false : 'nginx is not installed here'

/** Polls until `probe` gives something true; tap's own timeout ends it. */
export const until = async <T>(probe: () => T | Promise<T>): Promise<NonNullable<T>> => {
  for (;;) {
    const value = await probe()
    if (value) return value
    await new Promise((resolve) => setTimeout(resolve, 10))
  }
}

/** Sends bytes as they are and resolves with all that comes back until the connection closes. */
export const raw = (port: number, text: string): Promise<string> =>
  new Promise((resolve, reject) => {
    const chunks: Buffer[] = []
    const socket = connect(port, '127.0.0.1', () => socket.write(text))
    socket.on('data', (chunk) => chunks.push(chunk))
    socket.once('error', reject)
    socket.once('close', () => resolve(Buffer.concat(chunks).toString()))
  })

export type Front = {
  nginx: NginxHandle
  server: Server
  port: number
  url: string
  lines: string[]
  options: NginxOptions
}

type Changes = Partial<NginxOptions> & { template?: (text: string) => string; http?: ServerOptions }

/** What startNginx needs, with a folder that is removed after the test. */
export const nginxOptions = async (
  t: Test,
  changes: Changes = {},
): Promise<NginxOptions & { lines: string[] }> => {
  const tempDir = await mkdtemp('/tmp/front-test-')
  t.teardown(() => rm(tempDir, { recursive: true, force: true }))
  const templateFile = join(tempDir, 'template.conf')
  const { template = (text: string) => text, http: _, ...rest } = changes
  await writeFile(templateFile, template(await readFile('nginx.conf', 'utf8')))
  const lines: string[] = []
  const push = (_: object, text: string) => {
    lines.push(text)
  }
  return {
    templateFile,
    port: await freePort(),
    socketPath: join(tempDir, 'server.sock'),
    tempDir,
    maxBodyBytes: 16 * 2 ** 20,
    requestTimeoutMs: 60_000,
    cores: 1,
    openFiles: 20_000,
    log: { info: push, warn: push, error: push },
    lines,
    ...rest,
  }
}

export const withNginx = async (
  t: Test,
  listener: RequestListener,
  changes: Changes = {},
): Promise<Front> => {
  const options = await nginxOptions(t, changes)
  const server = createServer(changes.http ?? {}, listener)
  await new Promise<void>((resolve) => server.listen({ path: options.socketPath, backlog: 4096 }, resolve))
  t.teardown(() => {
    server.close()
    server.closeAllConnections()
  })
  const nginx = await startNginx(options)
  t.teardown(() => nginx.stop({ timeoutMs: 0 }))
  const url = `http://127.0.0.1:${options.port}`
  return { nginx, server, port: options.port, url, lines: options.lines, options }
}
