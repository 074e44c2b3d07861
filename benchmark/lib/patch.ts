/** Copies of the compiled server in which something is changed. */

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

/** Copies dist/ and changes the copy; gives its main program. The copies go when this process does. */
export const patchedServer = (patches: readonly Patch[]): string => {
  mkdirSync(PARENT, { recursive: true })
  const root = mkdtempSync(join(PARENT, 'patched-'))
  roots.push(root)
  const dist = join(root, 'dist')
  cpSync(join(ROOT, 'dist'), dist, { recursive: true })
  for (const { file, find, replace } of patches) {
    const path = join(dist, file)
    const parts = readFileSync(path, 'utf8').split(find)
    if (parts.length !== 2)
      throw new Error(`dist/${file} has ${parts.length - 1} times instead of once: ${find}`)
    writeFileSync(path, parts.join(replace))
  }
  return join(dist, 'main.js')
}
