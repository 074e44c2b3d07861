/**
 * Compiles wasm/resample.ts, which is AssemblyScript, into src/worker/image/resample-wasm.ts, the bytes of a WebAssembly module.
 *
 *   npm run wasm              compiles and writes
 *   npm run wasm -- --check   compiles and compares; ends with 1 if the committed bytes differ
 *
 * The compiler comes from npm when it is needed (`npx`), since it takes 100 MB and the module changes seldom.
 */

import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const ROOT = fileURLToPath(new URL('../', import.meta.url))
const SOURCE = 'wasm/resample.ts'
const TARGET = 'src/worker/image/resample-wasm.ts'

/** `stub`: nothing is allocated inside. */
const OPTIONS = '-O3 --noAssert --runtime stub --enable simd --importMemory --initialMemory 1'

const compile = (): Buffer => {
  const folder = mkdtempSync(join(tmpdir(), 'wasm-'))
  try {
    const out = join(folder, 'module.wasm')
    const args = ['--yes', '--package=assemblyscript@0.28.20', '--', 'asc', SOURCE, '-o', out]
    const { status } = spawnSync('npx', [...args, ...OPTIONS.split(' ')], { cwd: ROOT, stdio: 'inherit' })
    if (status !== 0) process.exit(1)
    return readFileSync(out)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

const text = `/** Compiled from ${SOURCE} by \`npm run wasm\`. */
export const MODULE =
  '${compile().toString('base64')}'
`
const target = join(ROOT, TARGET)
if (!process.argv.includes('--check')) {
  writeFileSync(target, text)
} else if (readFileSync(target, 'utf8') !== text) {
  console.error(`${TARGET} is not what ${SOURCE} compiles to: run "npm run wasm"`)
  process.exitCode = 1
}
