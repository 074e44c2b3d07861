/**
 * Bundles the server: `node scripts/build.js [FOLDER-OF-SRC [FOLDER-TO-WRITE]]`. Its processes start in half of the CPU time that
 * they take to load the same modules file by file (docs/decisions/0019-start.md). What a process does not need at once stands in
 * files of its own, which it imports when it does.
 */

import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'

const ROOT = fileURLToPath(new URL('..', import.meta.url))

const ENTRIES = ['cli', 'main', 'inspect', 'worker/entry', 'worker/inspect-entry', 'worker/image/thread']

/** Native add-ons, and what finds its own files beside itself. */
const EXTERNAL = ['onnxruntime-node', 'sharp', 'tokenizers', 'tsx']

/** Of packages no mappings: they would be ten times ours. */
const NO_MAPPINGS = `\n//# sourceMappingURL=data:application/json;base64,${btoa('{"version":3,"sources":["package"],"mappings":"AAAA"}')}`

const withoutMapsOfPackages = {
  name: 'without-maps-of-packages',
  setup({ onLoad }) {
    onLoad({ filter: /[/\\]node_modules[/\\].*\.[cm]?js$/ }, async ({ path }) => ({
      contents: (await readFile(path, 'utf8')) + NO_MAPPINGS,
      loader: 'default',
    }))
  },
}

const [, , root = ROOT, outdir = join(root, 'dist')] = process.argv

const { outputFiles } = await build({
  absWorkingDir: root,
  entryPoints: ENTRIES.map((entry) => `src/${entry}.ts`),
  outbase: 'src',
  outdir,
  write: false,
  bundle: true,
  splitting: true,
  format: 'esm',
  platform: 'node',
  target: 'node20.9',
  external: EXTERNAL,
  sourcemap: 'linked',
  sourcesContent: false,
  plugins: [withoutMapsOfPackages],
  // CommonJS packages call it.
  banner: {
    js: `import { createRequire as requireOf } from 'node:module'; const require = requireOf(import.meta.url);`,
  },
  logLevel: 'warning',
})

// A server that runs from here may load a file at any time: what is the same is left alone.
for (const { path, contents } of outputFiles) {
  if (existsSync(path) && readFileSync(path).equals(contents)) continue
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(path, contents)
}
const written = new Set(outputFiles.map(({ path }) => path))
for (const entry of readdirSync(outdir, { recursive: true, withFileTypes: true })) {
  const path = join(entry.parentPath ?? entry.path, entry.name)
  // Declarations are written by `npm run pack`, beside which a server may be started.
  if (entry.isFile() && !written.has(path) && !path.endsWith('.d.ts')) rmSync(path)
}
