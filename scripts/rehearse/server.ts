/** A rehearsal whose instances are our server, whatever image a model names: this checkout's, or that of its package. */

import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import {
  commandLambda,
  freePort,
  type LambdaLauncher,
  type Launcher,
  quote,
  type Rehearsal,
  type RehearsalOptions,
  startProcess,
  startRehearsal,
} from '../../packages/sagemaker-rehearsal/src/index.ts'
import { IN_CHECKOUT } from '../cli/in-checkout.ts'
import { version } from '../cli/version.ts'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))

const filesUnder = (folder: string): string[] =>
  readdirSync(folder, { withFileTypes: true })
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap((entry) =>
      entry.isDirectory() ? filesUnder(join(folder, entry.name)) : [join(folder, entry.name)],
    )

const PACKAGE = `onnx-serving@${version()}`

/** `sha256:…` of what would be in the image: the same as long as the sources are. */
const digest = (): string => {
  const hash = createHash('sha256')
  if (!IN_CHECKOUT) return `sha256:${hash.update(PACKAGE).digest('hex')}`
  for (const file of [...filesUnder(join(ROOT, 'src')), join(ROOT, 'package-lock.json')])
    hash.update(file.slice(ROOT.length)).update('\0').update(readFileSync(file))
  return `sha256:${hash.digest('hex')}`
}

/** Where the commands below are run. */
export const SERVER_FOLDER = IN_CHECKOUT ? ROOT : process.cwd()

let isBuilt = false

/** As `npm start` does: the bundle starts in a fraction of the time that its sources take. */
const build = (): void => {
  if (!isBuilt) execFileSync(process.execPath, ['scripts/build.js'], { cwd: ROOT })
  isBuilt = true
}

/** The command that says what a model folder is, up to its other flags. */
export const inspectionOf = (modelFolder: string): string => {
  if (!IN_CHECKOUT) return `npx --yes ${PACKAGE} inspect ${quote(modelFolder)}`
  build()
  return `${quote(process.execPath)} dist/inspect.js ${quote(modelFolder)}`
}

/** The command of a server, up to its other flags; a checkout serves its bundled model where there is none. */
export const serverOf = (modelFolder: string | undefined): string => {
  if (!IN_CHECKOUT) return `npx --yes ${PACKAGE} ${quote(modelFolder ?? '')}`
  build()
  const model = modelFolder === undefined ? '' : ` --model ${quote(modelFolder)}`
  return `${quote(process.execPath)} dist/main.js${model}`
}

/** A server with one worker, unless the model's environment says otherwise. */
export const launchServer: Launcher = async ({ environment, modelFolder }, log) => {
  const port = await freePort()
  const { exited, stop } = startProcess({
    command: `${serverOf(modelFolder)} --front none --host 127.0.0.1 --port ${port}`,
    cwd: SERVER_FOLDER,
    environment: { SERVING_WORKERS: '1', SERVING_LOG_FORMAT: 'json', ...environment },
    log,
  })
  return { url: `http://127.0.0.1:${port}`, exited, stop }
}

/** The same server, which asks Lambda's Runtime API for its requests. */
const launchFunction = (): LambdaLauncher =>
  commandLambda(`SERVING_LOG_FORMAT=json ${serverOf(undefined)}`, {
    cwd: SERVER_FOLDER,
  })

export const rehearseServer = (options: Partial<RehearsalOptions> = {}): Promise<Rehearsal> =>
  startRehearsal({ launcher: launchServer, lambda: launchFunction(), imageDigest: digest(), ...options })
