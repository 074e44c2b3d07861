/** The import rules of ARCHITECTURE.md are in biome.json; here each is broken once, and must be noticed. */

import { spawnSync } from 'node:child_process'
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import t from 'tap'

const ROOT = fileURLToPath(new URL('..', import.meta.url))

/** What is broken, as `rule file:line`: lines of the reporter for GitHub have all three. */
const lint = (files: Record<string, string>): string[] => {
  const folder = mkdtempSync(join(tmpdir(), 'imports-'))
  t.teardown(() => rmSync(folder, { recursive: true, force: true }))
  copyFileSync(`${ROOT}biome.json`, `${folder}/biome.json`)
  for (const [file, source] of Object.entries(files)) {
    mkdirSync(dirname(`${folder}/${file}`), { recursive: true })
    writeFileSync(`${folder}/${file}`, source)
  }
  const biome = `${ROOT}node_modules/.bin/biome`
  const { stdout } = spawnSync(biome, ['lint', '--reporter=github', '--max-diagnostics=none'], {
    cwd: folder,
    encoding: 'utf8',
  })
  return stdout.split('\n').flatMap((line) => {
    const [, rule, file, at] = /title=lint\/\w+\/(\w+),file=([^,]+),line=(\d+),/.exec(line) ?? []
    return rule === undefined ? [] : `${rule} ${file?.slice(file.indexOf('src/'))}:${at}`
  })
}

const NATIVE = ['sharp', 'onnxruntime-node', 'onnxruntime-node-gpu', 'onnxruntime-common']

/** What is the worker process's alone, as a file in a folder and one in src/ itself would import it. */
const WORKERS = ['../worker/session.ts', '../codec/json.ts', '../model/image/image-to-tensor.ts']
const WORKERS_FROM_SRC = WORKERS.map((path) => path.slice(1))

/** What a file may not import. */
const FORBIDDEN: Record<string, string[]> = {
  'http/a.ts': [...NATIVE, ...WORKERS, 'prom-client'],
  'scheduling/a.ts': [...NATIVE, ...WORKERS, 'fastify', 'prom-client'],
  'workers/a.ts': [...NATIVE, ...WORKERS, 'fastify', 'prom-client'],
  'front/a.ts': [...NATIVE, ...WORKERS, 'fastify', 'prom-client'],
  'app.ts': [...NATIVE, ...WORKERS_FROM_SRC, 'prom-client'],
  'server.ts': [...NATIVE, ...WORKERS_FROM_SRC, 'prom-client'],
  'main.ts': [...NATIVE, ...WORKERS_FROM_SRC, 'fastify', 'prom-client'],
  'banner.ts': [...NATIVE, ...WORKERS_FROM_SRC, 'fastify', 'prom-client'],
  'log.ts': [...NATIVE, ...WORKERS_FROM_SRC, 'fastify', 'prom-client'],
  'metrics.ts': [...NATIVE, ...WORKERS_FROM_SRC, 'fastify'],
  'worker/a.ts': [
    'fastify',
    'prom-client',
    '../scheduling/queue.ts',
    '../http/errors.ts',
    '../front/nginx.ts',
  ],
  'codec/a.ts': [
    'fastify',
    'prom-client',
    '../scheduling/queue.ts',
    '../http/errors.ts',
    '../front/nginx.ts',
  ],
  'model/a.ts': [
    'fastify',
    'prom-client',
    '../scheduling/queue.ts',
    '../http/errors.ts',
    '../front/nginx.ts',
  ],
}

const ALLOWED: Record<string, string[]> = {
  'http/b.ts': ['fastify', '../metrics.ts'],
  'workers/b.ts': ['./protocol.ts', '../model/signature.ts'],
  'codec/b.ts': ['sharp', '../model/validate.ts'],
  'worker/b.ts': ['onnxruntime-node', '../codec/json.ts', '../workers/protocol.ts'],
}

/** An import on each line. */
const sources = (imports: Record<string, string[]>): Record<string, string> =>
  Object.fromEntries(
    Object.entries(imports).map(([file, names]) => [
      `src/${file}`,
      names.map((name, index) => `export * as it${index} from '${name}'\n`).join(''),
    ]),
  )

t.test('each forbidden import is an error, and no other', (t) => {
  const reading = { 'src/http/reads.ts': 'export const home = process.env.HOME\n' }
  const found = lint({ ...sources(FORBIDDEN), ...sources(ALLOWED), ...reading })
  const expected = Object.entries(FORBIDDEN).flatMap(([file, names]) =>
    names.map((_, index) => `noRestrictedImports src/${file}:${index + 1}`),
  )
  t.strictSame(found.sort(), [...expected, 'noProcessEnv src/http/reads.ts:1'].sort())
  t.end()
})
