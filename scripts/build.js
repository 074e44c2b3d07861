/**
 * Bundles the server: `node scripts/build.js [FOLDER-OF-SRC [FOLDER-TO-WRITE]]`. Its processes start in half of the CPU time that
 * they take to load the same modules file by file (docs/decisions/0019-start.md). What a process does not need at once stands in
 * files of its own, which it imports when it does.
 */

import { rmSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'

const ROOT = fileURLToPath(new URL('..', import.meta.url))

const ENTRIES = ['cli', 'main', 'inspect', 'worker/entry', 'worker/inspect-entry']

/** Native add-ons, and what finds its own files beside itself. */
const EXTERNAL = ['onnxruntime-node', 'sharp', 'tokenizers', 'tsx']

/** Of packages no mappings: they would be ten times ours, and each process reads them as it starts. */
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

rmSync(outdir, { recursive: true, force: true })
await build({
  absWorkingDir: root,
  entryPoints: ENTRIES.map((entry) => `src/${entry}.ts`),
  outbase: 'src',
  outdir,
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
