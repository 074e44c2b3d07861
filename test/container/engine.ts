/** A container engine that works here, the image of this checkout, and containers of it. */

import { execFile, execFileSync, spawnSync } from 'node:child_process'
import { setTimeout as delay } from 'node:timers/promises'
import { promisify } from 'node:util'
import { freePort } from '../../benchmark/lib/server.ts'
import { ROOT } from '../fixtures/index.ts'

const run = promisify(execFile)

export const IMAGE = 'onnx-serving-test'

/** docker or podman, whichever answers; CONTAINER_ENGINE decides if it is set. */
const findEngine = (): string | undefined => {
  const { CONTAINER_ENGINE } = process.env
  const candidates = CONTAINER_ENGINE ? [CONTAINER_ENGINE] : ['docker', 'podman']
  return candidates.find((candidate) => spawnSync(candidate, ['info'], { stdio: 'ignore' }).status === 0)
}

export const engine = findEngine()

/** For a test's `skip`: the reason, or false. */
export const skip = engine === undefined ? 'neither docker nor podman works on this machine' : false

export const execute = async (args: readonly string[]): Promise<string> => {
  const { stdout } = await run(engine ?? '', args, { maxBuffer: 2 ** 28, cwd: ROOT })
  return stdout
}

/** Builds the image; BUILD_FLAGS may say where its base comes from, and `more` what else is built. */
export const buildImage = (image = IMAGE, more: readonly string[] = []): void => {
  const flags = [...(process.env.BUILD_FLAGS ?? '').split(' ').filter(Boolean), ...more]
  execFileSync(engine ?? '', ['build', ...flags, '-t', image, '.'], {
    cwd: ROOT,
    stdio: ['ignore', 'ignore', 'inherit'],
  })
}

export type Container = {
  id: string
  url: string
  post(body: string | Uint8Array, headers: Record<string, string>): Promise<Response>
  ping(): Promise<number>
  logs(): Promise<string>
  exec(command: string): Promise<string>
  /** Ends it as SageMaker does: SIGTERM, and SIGKILL 30 s later. Resolves with the exit code. */
  stop(): Promise<number>
  remove(): Promise<void>
}

/** Runs the image in the background with `serve`; `flags` go before the image's name. */
export const start = async (
  flags: readonly string[],
  innerPort = 8080,
  image = IMAGE,
): Promise<Container> => {
  const port = await freePort()
  const publish = ['-p', `127.0.0.1:${port}:${innerPort}`]
  const id = (await execute(['run', '-d', ...publish, ...flags, image, 'serve'])).trim()
  const url = `http://127.0.0.1:${port}`
  const wait = async () => Number((await execute(['wait', id])).trim())
  return {
    id,
    url,
    post: (body, headers) => fetch(`${url}/invocations`, { method: 'POST', body: body as string, headers }),
    ping: () =>
      fetch(`${url}/ping`).then(
        ({ status }) => status,
        () => 0,
      ),
    logs: async () => {
      const { stdout, stderr } = await run(engine ?? '', ['logs', id])
      return stdout + stderr
    },
    exec: (command) => execute(['exec', id, 'sh', '-c', command]),
    stop: async () => {
      await execute(['stop', '-t', '30', id])
      return wait()
    },
    remove: async () => {
      await execute(['rm', '-f', id])
    },
  }
}

/** Waits until /ping is 200; fails with the container's log if it ends before. */
export const untilServing = async (container: Container): Promise<void> => {
  while ((await container.ping()) !== 200) {
    const state = (await execute(['inspect', '-f', '{{.State.Running}}', container.id])).trim()
    if (state !== 'true') throw new Error(`the container ended:\n${await container.logs()}`)
    await delay(50)
  }
}

/** Runs the image in the foreground until it ends. */
export const runToEnd = (
  flags: readonly string[],
  args: readonly string[],
  image = IMAGE,
): { code: number | null; output: string } => {
  const { status, stdout, stderr } = spawnSync(engine ?? '', ['run', '--rm', ...flags, image, ...args], {
    encoding: 'utf8',
  })
  return { code: status, output: stdout + stderr }
}
