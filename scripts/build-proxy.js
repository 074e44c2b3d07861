/** Bundles the proxy: `node scripts/build-proxy.js FOLDER` writes `container.mjs` and `lambda.mjs`, which need nothing but Node. */

import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'

const [, , outdir] = process.argv
if (outdir === undefined) throw new Error('name the folder to write')

await build({
  absWorkingDir: fileURLToPath(new URL('..', import.meta.url)),
  entryPoints: ['scripts/traffic/container.ts', 'scripts/traffic/lambda.ts'],
  outdir,
  outExtension: { '.js': '.mjs' },
  bundle: true,
  minify: true,
  // Names in stacks and in errors of the SDK stay.
  keepNames: true,
  legalComments: 'none',
  format: 'esm',
  platform: 'node',
  target: 'node20.9',
  // CommonJS packages call it.
  banner: {
    js: `import { createRequire as requireOf } from 'node:module'; const require = requireOf(import.meta.url);`,
  },
  logLevel: 'warning',
})
