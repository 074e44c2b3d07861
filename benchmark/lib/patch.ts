/** Copies of the server in which something is changed. */

import { spawnSync } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { ROOT } from './server.ts'

/** `find` must be in the file once. */
export type Patch = { file: string; find: string; replace: string }

/** Below the project, so that its packages are found. */
const PARENT = join(ROOT, 'benchmark/.models')

const roots: string[] = []
process.once('exit', () => {
  for (const root of roots) rmSync(root, { recursive: true, force: true })
})

/** A folder with a copy of src/ that is changed, which goes when this process does. */
export const patchedSources = (patches: readonly Patch[]): string => {
  mkdirSync(PARENT, { recursive: true })
  const root = mkdtempSync(join(PARENT, 'patched-'))
  roots.push(root)
  cpSync(join(ROOT, 'src'), join(root, 'src'), { recursive: true })
  for (const { file, find, replace } of patches) {
    const path = join(root, 'src', file)
    const parts = readFileSync(path, 'utf8').split(find)
    if (parts.length !== 2)
      throw new Error(`src/${file} has ${parts.length - 1} times instead of once: ${find}`)
    writeFileSync(path, parts.join(replace))
  }
  return root
}

/** The main program of such a copy. */
export const patchedServer = (patches: readonly Patch[]): string => {
  const root = patchedSources(patches)
  const { status } = spawnSync(process.execPath, [join(ROOT, 'scripts/build.js'), root], { stdio: 'inherit' })
  if (status !== 0) throw new Error('the changed sources cannot be bundled')
  return join(root, 'dist/main.js')
}
