/** Each server's packages, of the versions in requirements/, in a virtual environment of its own. */

import { execFileSync } from 'node:child_process'
import { existsSync, writeFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { progress } from '../lib/figure.ts'

const PYTHON = process.env.BENCH_PYTHON ?? 'python3'

/** `BENCH_PEERS`: a folder with such environments, so that they are made once on a machine. */
const DIRECTORY = process.env.BENCH_PEERS ?? join(homedir(), '.cache/onnx-serving/peers')

/** The folder with the server's programs; installs them if it is not there, which takes up to a few minutes. */
export const programsOf = (name: string): string => {
  const folder = join(DIRECTORY, name)
  // Written last, so that a folder with it is whole.
  const stamp = join(folder, 'ok')
  if (!existsSync(stamp)) {
    progress(`peers: installing ${name} into ${folder}`)
    const requirements = fileURLToPath(new URL(`requirements/${name}.txt`, import.meta.url))
    execFileSync(PYTHON, ['-m', 'venv', '--clear', folder], { stdio: ['ignore', 'ignore', 'inherit'] })
    const pip = ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', '-r', requirements]
    execFileSync(join(folder, 'bin/python'), pip, { stdio: ['ignore', 'ignore', 'inherit'] })
    writeFileSync(stamp, '')
  }
  return join(folder, 'bin')
}
