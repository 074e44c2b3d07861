/** The code of the proxy's function, as AWS Lambda takes it. */

import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { zipSync } from 'fflate'
import { IN_CHECKOUT } from '../cli/in-checkout.ts'

/** Bundled when the package is built; in a checkout now. */
const FOLDER = fileURLToPath(new URL('../traffic/dist/', import.meta.url))
const BUILD = fileURLToPath(new URL('../build-proxy.js', import.meta.url))

/** The earliest that a zip can say: the same code is the same bytes. */
const MTIME = new Date(1980, 0, 1)

/** The archive, and the first digits of its SHA-256. */
export const proxyZip = (): { bytes: Uint8Array; hash: string } => {
  if (IN_CHECKOUT) {
    const { status } = spawnSync(process.execPath, [BUILD, FOLDER], {
      stdio: ['ignore', 'ignore', 'inherit'],
    })
    if (status !== 0) throw new Error('the proxy could not be bundled')
  }
  const file = `${FOLDER}lambda.mjs`
  if (!existsSync(file)) throw new Error(`${file} is not there: the package is not whole`)
  const bytes = zipSync({ 'index.mjs': readFileSync(file) }, { mtime: MTIME, level: 9 })
  return { bytes, hash: createHash('sha256').update(bytes).digest('hex').slice(0, 12) }
}
