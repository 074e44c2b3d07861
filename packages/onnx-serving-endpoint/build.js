/**
 * Compiles the command line of the checkout into dist/, with what it reads from there: the same folders, so that every path in
 * it stays true.
 */

import { spawnSync } from 'node:child_process'
import { chmodSync, cpSync, existsSync, rmSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const PACKAGE = fileURLToPath(new URL('.', import.meta.url))
const ROOT = join(PACKAGE, '../..')
const DIST = join(PACKAGE, 'dist')

/** Beside what is compiled; prices only where they have been fetched. */
const FILES = [
  'build_and_push.sh',
  'docs/endpoint.schema.json',
  'docs/iam',
  'examples/handler/model',
  'examples/photo-link/model',
  'examples/state/model',
  'scripts/price/lists',
  'src/handler-types.ts',
]

const compiler = join(dirname(createRequire(import.meta.url).resolve('typescript/package.json')), 'bin/tsc')

rmSync(DIST, { recursive: true, force: true })
const { status } = spawnSync(
  process.execPath,
  [compiler, '--project', join(PACKAGE, 'tsconfig.build.json')],
  {
    stdio: 'inherit',
  },
)
if (status !== 0) process.exit(status ?? 1)
for (const file of FILES)
  if (existsSync(join(ROOT, file))) cpSync(join(ROOT, file), join(DIST, file), { recursive: true })
const proxy = [join(ROOT, 'scripts/build-proxy.js'), join(DIST, 'scripts/traffic/dist')]
if (spawnSync(process.execPath, proxy, { stdio: 'inherit' }).status !== 0) process.exit(1)
cpSync(join(PACKAGE, 'package.json'), join(DIST, 'package.json'))
// npm does so where it installs the package, but not in a checkout.
chmodSync(join(DIST, 'scripts/endpoint.js'), 0o755)
