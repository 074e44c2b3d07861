/** Who may import whom: ARCHITECTURE.md's plan of the house, as a table that every import is held against, types too. */

import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, normalize } from 'node:path'
import t from 'tap'
import { ROOT } from './fixtures/index.ts'

/**
 * A room is a folder, or a file in a folder that is not one itself. It imports what its row says, and each arrow of a row is
 * there: what no file needs any more goes. Packages that no row names are free for all rooms; Node's own are too.
 */
const ROOMS: Record<string, string> = {
  'src/main.ts':
    'errors server/server server/config server/log server/banner server/temp-dir server/machine server/pool',
  'src/errors.ts': '',
  'src/protocol': 'errors model tensor',
  'src/tensor': '',
  'src/model': 'errors tensor yaml zod',

  'src/server/server.ts':
    'errors protocol server/app server/config server/log server/temp-dir server/health server/http server/scheduling server/pool server/machine server/front server/observe fastify',
  'src/server/app.ts': 'model server/health server/http server/observe server/scheduling fastify',
  'src/server/config.ts': 'errors',
  'src/server/log.ts': 'server/config pino pino-pretty',
  'src/server/banner.ts': 'protocol server/config server/machine',
  'src/server/temp-dir.ts': '',
  'src/server/health.ts': '',
  'src/server/http': 'errors protocol model server/health server/observe server/scheduling fastify',
  'src/server/scheduling': 'protocol',
  'src/server/pool': 'errors protocol server/scheduling server/machine',
  'src/server/machine': 'errors',
  'src/server/front': 'errors server/machine',
  'src/server/observe': 'server/scheduling prom-client',

  'src/worker/entry.ts':
    'protocol worker/load worker/parent worker/pipeline worker/send-result worker/engine worker/image',
  'src/worker/inspect-entry.ts': 'protocol worker/inspect worker/parent',
  'src/worker/parent.ts': 'errors protocol',
  'src/worker/load.ts': 'protocol model worker/engine',
  'src/worker/inspect.ts': 'errors protocol model tensor worker/engine worker/task',
  'src/worker/pipeline.ts':
    'errors protocol worker/allowance worker/codec worker/engine worker/load worker/rejection worker/task',
  'src/worker/send-result.ts': 'protocol',
  'src/worker/rejection.ts': 'tensor',
  'src/worker/task': 'errors model tensor worker/codec worker/image',
  'src/worker/codec':
    'errors model tensor worker/allowance worker/budget worker/remember worker/map-bounded worker/task content-disposition content-type csv-parse negotiator',
  'src/worker/image': 'errors model tensor worker/allowance worker/budget sharp',
  'src/worker/engine': 'errors protocol model tensor onnxruntime-node',
  'src/worker/allowance.ts': 'errors',
  'src/worker/budget.ts': '',
  'src/worker/remember.ts': '',
  'src/worker/map-bounded.ts': '',
}

/** Folders whose insides are as they like, with what they may import of the others' rooms. */
const WINGS: Record<string, string[]> = {
  scripts: ['src/errors.ts', 'src/model'],
  benchmark: ['src', 'test/fixtures'],
  fuzz: ['src', 'test/fixtures', 'test/worker/image', 'benchmark/lib'],
}

type Import = { from: string; to: string; file: string }

const filesOf = (folder: string): string[] =>
  readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.[mc]?[jt]s$/.test(name) && !name.includes('node_modules'))
    .map((name) => `${folder}/${name}`)

/** `import … from`, `export … from`, `import 'x'`, `import('x')`, `require('x')`, and types among them. */
const SPECIFIER = /(?:\bfrom|\bimport|\brequire)\s*\(?\s*(['"])([^'"\n]+)\1/g

const packageOf = (name: string): string =>
  name
    .split('/')
    .slice(0, name.startsWith('@') ? 2 : 1)
    .join('/')

/** The path of a file of ours, or the name of a package; undefined for what Node brings. */
const targetOf = (file: string, specifier: string): string | undefined => {
  if (specifier.startsWith('.')) return normalize(join(dirname(file), specifier))
  return specifier.startsWith('node:') ? undefined : packageOf(specifier)
}

const importsOf = (file: string): string[] =>
  [...readFileSync(join(ROOT, file), 'utf8').matchAll(SPECIFIER)].flatMap(
    ([, , specifier = '']) => targetOf(file, specifier) ?? [],
  )

/** The longest room that a path lies in; a package is its own. */
const roomOf = (path: string): string =>
  Object.keys(ROOMS)
    .filter((room) => path === room || path.startsWith(`${room}/`))
    .sort((a, b) => b.length - a.length)[0] ?? path

/** `worker/task` of `src/worker/task`, `errors` of `src/errors.ts`. */
const shortName = (room: string): string => room.replace(/^src\//, '').replace(/\.ts$/, '')

const allowed = (room: string): string[] => (ROOMS[room] ?? '').split(' ').filter(Boolean)

const arrows = (files: string[]): Import[] =>
  files.flatMap((file) =>
    importsOf(file)
      .map((target) => ({ file, from: roomOf(file), to: roomOf(target) }))
      .filter(({ from, to }) => from !== to),
  )

t.test('each file of src/ is in a room', async (t) => {
  t.strictSame(
    filesOf('src').filter((file) => !Object.hasOwn(ROOMS, roomOf(file))),
    [],
  )
})

t.test('each import of src/ is in the table, and each arrow of the table is imported', async (t) => {
  const found = arrows(filesOf('src'))
  t.strictSame(
    found
      .filter(({ from, to }) => !allowed(from).includes(shortName(to)))
      .map(({ file, to }) => `${file} imports ${to}`),
    [],
    'no import that the table does not have',
  )
  const drawn = new Set(found.map(({ from, to }) => `${from} → ${shortName(to)}`))
  const unused = Object.keys(ROOMS)
    .filter((room) => room.startsWith('src/'))
    .flatMap((room) => allowed(room).map((to) => `${room} → ${to}`))
    .filter((arrow) => !drawn.has(arrow))
  t.strictSame(unused, [], 'no arrow that nothing needs')
})

t.test('the server process and the worker process import nothing of each other', async (t) => {
  const crossing = arrows(filesOf('src')).filter(
    ({ from, to }) =>
      (from.startsWith('src/server') && to.startsWith('src/worker')) ||
      (from.startsWith('src/worker') && to.startsWith('src/server')),
  )
  t.strictSame(crossing, [])
})

t.test('what stands outside src/ takes of it what it may', async (t) => {
  for (const [wing, others] of Object.entries(WINGS)) {
    const wrong = filesOf(wing).flatMap((file) =>
      importsOf(file)
        .filter((target) => /^(src|scripts|test|benchmark|fuzz|examples)\//.test(target))
        .filter(
          (target) => ![wing, ...others].some((room) => target === room || target.startsWith(`${room}/`)),
        )
        .map((target) => `${file} imports ${target}`),
    )
    t.strictSame(wrong, [], wing)
  }
})

t.test('the rehearsal stands for AWS: it knows nothing of the commands that call it', async (t) => {
  const COMMANDS =
    /^scripts\/(cli|commands|config|plan|aws|deploy|package|traffic|doctor|status|logs|image)\//
  const wrong = filesOf('scripts/rehearsal').flatMap((file) =>
    importsOf(file)
      .filter((target) => COMMANDS.test(target))
      .map((target) => `${file} imports ${target}`),
  )
  t.strictSame(wrong, [])
})
