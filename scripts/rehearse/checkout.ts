/** A rehearsal whose instances are servers of this checkout, whatever image a model names. */

import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import {
  freePort,
  type Launcher,
  type Rehearsal,
  type RehearsalOptions,
  startProcess,
  startRehearsal,
} from '../../packages/sagemaker-rehearsal/src/index.ts'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))

const filesUnder = (folder: string): string[] =>
  readdirSync(folder, { withFileTypes: true })
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap((entry) =>
      entry.isDirectory() ? filesUnder(join(folder, entry.name)) : [join(folder, entry.name)],
    )

/** `sha256:…` of what would be in the image: the same as long as the sources are. */
const checkoutDigest = (): string => {
  const hash = createHash('sha256')
  for (const file of [...filesUnder(join(ROOT, 'src')), join(ROOT, 'package-lock.json')])
    hash.update(file.slice(ROOT.length)).update('\0').update(readFileSync(file))
  return `sha256:${hash.digest('hex')}`
}

/** A process of `src/main.ts` with one worker, unless the model's environment says otherwise. */
export const launchCheckout: Launcher = async ({ environment, modelFolder }, log) => {
  const port = await freePort()
  const model = modelFolder === undefined ? '' : ` --model '${modelFolder}'`
  const { exited, stop } = startProcess({
    command: `'${process.execPath}' --import tsx src/main.ts${model} --front none --host 127.0.0.1 --port ${port}`,
    cwd: ROOT,
    environment: { SERVING_WORKERS: '1', SERVING_LOG_FORMAT: 'json', ...environment },
    log,
  })
  return { url: `http://127.0.0.1:${port}`, exited, stop }
}

export const rehearseCheckout = (options: Partial<RehearsalOptions> = {}): Promise<Rehearsal> =>
  startRehearsal({ launcher: launchCheckout, imageDigest: checkoutDigest(), ...options })
