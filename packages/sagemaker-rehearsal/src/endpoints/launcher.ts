/** Starts a server of this repository for an instance, as SageMaker starts a container. */

import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:net'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'

export type InstanceSpec = {
  id: string
  endpoint: string
  variant: string
  model: string
  image: string
  environment: Record<string, string>
  /** The unpacked archive; undefined where the image has the model in it. */
  modelFolder: string | undefined
}

export type RunningServer = {
  url: string
  /** Resolves with what is to be said about its end. */
  exited: Promise<string>
  /** Resolves when it has ended. */
  stop(): Promise<void>
}

/** Starts a server and returns at once: whether it serves is asked by /ping. */
export type Launcher = (spec: InstanceSpec, log: (line: string) => void) => Promise<RunningServer>

const ROOT = fileURLToPath(new URL('../../../..', import.meta.url))

/** SageMaker kills a container so long after SIGTERM. */
const STOP_GRACE_MS = 30_000

/** With its parent gone, by whatever end, the channel to it closes: nothing is left behind even then. */
const END_WITH_PARENT = `data:text/javascript,${encodeURIComponent("process.on('disconnect', () => process.exit(1))")}`

/** What a process needs of ours; the rest is none of the model's business. */
const INHERITED = [
  'PATH',
  'HOME',
  'TMPDIR',
  'TEMP',
  'TMP',
  'LANG',
  'SystemRoot',
  'LD_LIBRARY_PATH',
  'NODE_PATH',
]

const inherited = (): Record<string, string> =>
  Object.fromEntries(INHERITED.flatMap((name) => (process.env[name] ? [[name, process.env[name]]] : [])))

const freePort = async (): Promise<number> => {
  const probe = createServer().listen(0, '127.0.0.1')
  await once(probe, 'listening')
  const address = probe.address()
  const port = typeof address === 'object' && address !== null ? address.port : 0
  probe.close()
  await once(probe, 'close')
  return port
}

/** The whole group: a server's workers are of it. */
const kill = (child: ChildProcess): void => {
  try {
    process.kill(-(child.pid as number), 'SIGKILL')
  } catch {
    // It has ended.
  }
}

/** A process of `src/main.ts` with one worker, unless the model's environment says otherwise. */
export const launchServer: Launcher = async ({ environment, modelFolder }, log) => {
  const port = await freePort()
  const model = modelFolder === undefined ? [] : ['--model', modelFolder]
  const child = spawn(
    process.execPath,
    ['--import', 'tsx', '--import', END_WITH_PARENT, 'src/main.ts', ...model]
      .concat(['--front', 'none', '--host', '127.0.0.1'])
      .concat(['--port', String(port)]),
    {
      cwd: ROOT,
      // Ctrl-C in the terminal is for the rehearsal, which then ends its servers.
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
      env: { ...inherited(), SERVING_WORKERS: '1', SERVING_LOG_FORMAT: 'json', ...environment },
    },
  )
  for (const stream of [child.stdout, child.stderr])
    if (stream !== null) createInterface({ input: stream }).on('line', log)
  const exited = new Promise<string>((resolve) => {
    child.once('error', (error) => resolve(`could not be started: ${error.message}`))
    child.once('close', (code, signal) => resolve(`ended with ${signal ?? `exit code ${code}`}`))
  })
  // Its workers may outlive it when it is killed by someone else.
  void exited.then(() => kill(child))
  return {
    url: `http://127.0.0.1:${port}`,
    exited,
    async stop() {
      child.kill('SIGTERM')
      const timer = setTimeout(() => kill(child), STOP_GRACE_MS)
      await exited
      clearTimeout(timer)
    },
  }
}
