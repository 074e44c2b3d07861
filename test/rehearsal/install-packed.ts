/** Packages of this checkout as strangers have them: built, packed, and installed where there is nothing else. */

import { execFileSync } from 'node:child_process'
import { readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { ROOT } from '../fixtures/index.ts'

const npm = (cwd: string, ...args: string[]) =>
  execFileSync('npm', args, { cwd, stdio: ['ignore', 'ignore', 'inherit'] })

/**
 * @param workspace the name of a package of packages/; the server where there is none
 * @returns the path of the tarball
 */
export const installPacked = (folder: string, workspace?: string): string => {
  // Our .npmrc has no scripts run beside what is called, prepack neither.
  if (workspace === undefined) {
    npm(ROOT, 'run', '--silent', 'pack', '--', '--pack-destination', folder)
  } else {
    npm(ROOT, 'run', '--silent', 'build', '--workspace', workspace)
    npm(ROOT, 'pack', '--silent', '--workspace', workspace, '--pack-destination', folder)
  }
  writeFileSync(join(folder, 'package.json'), '{ "private": true, "type": "module" }')
  const packed = join(folder, readdirSync(folder).find((name) => name.endsWith('.tgz')) as string)
  const quietly = ['--silent', '--no-audit', '--no-fund', '--prefer-offline']
  npm(folder, 'install', '--ignore-scripts', ...quietly, packed)
  return packed
}
