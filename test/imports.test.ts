/** The import rules of ARCHITECTURE.md are in biome.json; here each is broken once, and must be noticed. */

import { spawnSync } from 'node:child_process'
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import t from 'tap'

const ROOT = fileURLToPath(new URL('..', import.meta.url))

/** The rules broken by each file: lines of the reporter for GitHub name the rule and the file. */
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
    const [, rule, file] = /title=lint\/\w+\/(\w+),file=([^,]+),/.exec(line) ?? []
    return rule === undefined ? [] : `${rule} ${file?.slice(file.indexOf('src/'))}`
  })
}

const importing = (name: string): string => `import * as it from '${name}'\nexport const used = it\n`

const NATIVE = ['sharp', 'onnxruntime-node', 'onnxruntime-node-gpu']

/** What a file of each folder may not import. */
const FORBIDDEN: Record<string, string[]> = {
  http: [...NATIVE, 'prom-client', '../worker/session.ts', '../codec/json.ts'],
  scheduling: [...NATIVE, 'fastify', 'prom-client'],
  workers: [...NATIVE, 'fastify', 'prom-client'],
  front: [...NATIVE, 'fastify'],
  worker: ['fastify', 'prom-client', '../scheduling/queue.ts'],
  codec: ['fastify', '../http/errors.ts'],
  model: ['fastify', '../front/nginx.ts'],
}

const ALLOWED: Record<string, string[]> = {
  http: ['fastify'],
  codec: ['sharp'],
  worker: ['onnxruntime-node'],
}

/** A file for each import, `src/http/forbidden-0.ts` and so on. */
const sources = (kind: string, imports: Record<string, string[]>): Record<string, string> =>
  Object.fromEntries(
    Object.entries(imports).flatMap(([folder, names]) =>
      names.map((name, index) => [`src/${folder}/${kind}-${index}.ts`, importing(name)]),
    ),
  )

t.test('each forbidden import is an error, and no other', (t) => {
  const forbidden = sources('forbidden', FORBIDDEN)
  const reading = { 'src/http/reads.ts': 'export const home = process.env.HOME\n' }
  const found = lint({ ...forbidden, ...sources('allowed', ALLOWED), ...reading })
  const expected = Object.keys(forbidden).map((file) => `noRestrictedImports ${file}`)
  t.strictSame(found.sort(), [...expected, 'noProcessEnv src/http/reads.ts'].sort())
  t.end()
})
