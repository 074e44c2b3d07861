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
    'errors lambda server/banner server/config server/fetch server/listen server/log server/machine server/pool server/server server/temp-dir stacks',
  'src/cli.ts': 'inspect main places',
  'src/inspect.ts':
    'errors protocol server/banner server/config server/example-request server/pool server/shown-path words',
  'src/errors.ts': '',
  'src/bag.ts': '',
  'src/words.ts': '',
  'src/places.ts': '',
  'src/stacks.ts': 'places',
  'src/handler-types.ts': '',
  'src/protocol': 'errors',
  'src/lambda': 'errors',
  'src/tensor': 'words',
  'src/model': 'errors tensor words yaml zod',

  'src/server/server.ts':
    'protocol server/app server/config server/health server/http server/listen server/log server/machine server/models server/observe server/pool server/scheduling server/temp-dir fastify',
  'src/server/listen.ts': 'errors places server/config server/front server/log server/machine fastify',
  'src/server/models.ts':
    'protocol server/config server/health server/log server/machine server/observe server/pool server/scheduling',
  'src/server/app.ts': 'protocol server/health server/http server/observe server/scheduling fastify',
  'src/server/banner.ts':
    'protocol words server/config server/example-request server/machine server/shown-path',
  'src/server/example-request.ts': 'places protocol words server/png server/shown-path',
  'src/server/png.ts': '',
  'src/server/shown-path.ts': '',
  'src/server/config': 'errors places protocol server/fetch server/machine',
  'src/server/log.ts': 'server/config pino pino-pretty',
  'src/server/temp-dir.ts': '',
  'src/server/health.ts': '',
  'src/server/http': 'bag errors protocol server/health server/observe server/scheduling fastify',
  'src/server/pool': 'bag errors places protocol server/machine server/scheduling',
  'src/server/scheduling': 'bag protocol server/observe',
  'src/server/fetch': 'errors @aws-sdk/client-s3 tar',
  'src/server/front': 'errors server/machine',
  'src/server/machine': 'errors protocol',
  'src/server/observe': 'protocol prom-client',

  'src/worker/entry.ts': 'protocol stacks worker/engine worker/instructions worker/models worker/parent',
  'src/worker/instructions.ts': 'protocol worker/batches worker/image worker/models',
  'src/worker/batches.ts': 'bag protocol worker/lazy-abort worker/load worker/pipeline worker/send-replies',
  'src/worker/send-replies.ts': 'protocol worker/pipeline',
  'src/worker/models.ts': 'protocol model worker/engine worker/handler worker/load worker/load-folder',
  'src/worker/pipeline.ts':
    'errors protocol tensor worker/allowance worker/engine worker/lazy-abort worker/load worker/rejection worker/task',
  'src/worker/load.ts': 'protocol model tensor worker/create-task worker/engine worker/task',
  'src/worker/create-task.ts': 'protocol model worker/hugging-face worker/task',
  'src/worker/hugging-face':
    'errors protocol model tensor words worker/allowance worker/budget worker/codec worker/engine worker/image worker/lazy-abort worker/map-bounded worker/task tokenizers zod',
  'src/worker/load-folder.ts': 'protocol model worker/engine worker/handler worker/load',
  'src/worker/handler':
    'errors handler-types protocol model tensor words worker/allowance worker/codec worker/engine worker/links worker/rejection worker/task tsx',
  'src/worker/links': 'errors request-filtering-agent',
  'src/worker/inspect-entry.ts': 'protocol stacks worker/inspect worker/parent',
  'src/worker/inspect.ts':
    'errors protocol model tensor worker/describe worker/engine worker/handler worker/hugging-face worker/task',
  'src/worker/describe.ts': 'protocol model worker/engine worker/image worker/task',
  'src/worker/parent.ts': 'errors protocol',
  'src/worker/rejection.ts': 'tensor worker/engine',
  'src/worker/task': 'errors protocol model tensor words worker/allowance worker/codec worker/image',
  'src/worker/codec':
    'errors protocol model tensor words worker/allowance worker/budget worker/map-bounded worker/remember content-disposition content-type csv-parse fflate negotiator yauzl',
  'src/worker/image': 'errors model places tensor worker/allowance worker/budget sharp',
  'src/worker/engine': 'errors protocol model tensor @bufbuild/protobuf onnxruntime-node words',
  'src/worker/allowance.ts': 'errors',
  'src/worker/budget.ts': '',
  'src/worker/lazy-abort.ts': '',
  'src/worker/map-bounded.ts': '',
  'src/worker/remember.ts': '',
}

/** Folders whose insides are as they like, with what they may import of the others' rooms. */
const WINGS: Record<string, string[]> = {
  scripts: [
    'src/errors.ts',
    'src/lambda/answer.ts',
    'src/lambda/event.ts',
    'src/words.ts',
    'src/model',
    'src/tensor',
    'src/worker',
  ],
  benchmark: ['src', 'test/fixtures', 'scripts/svg'],
  fuzz: ['src', 'test/fixtures', 'test/worker/image', 'benchmark/lib'],
}

type Import = { from: string; to: string; file: string }

const filesOf = (folder: string): string[] =>
  readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.[mc]?[jt]s$/.test(name) && !name.includes('node_modules'))
    .map((name) => `${folder}/${name}`)

/** `import … from`, `export … from`, `import 'x'`, `import('x')`, `require('x')`, and types among them. */
const SPECIFIER = /(?:(?<!\.)\bfrom|\bimport|\brequire)\s*\(?\s*(['"])([^'"\n]+)\1/g

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

t.test('arrows go one way: no room reaches itself', async (t) => {
  const next = (room: string) =>
    Object.keys(ROOMS).filter((other) => allowed(room).includes(shortName(other)))
  const reaches = (room: string, seen = new Set<string>()): Set<string> => {
    for (const other of next(room)) if (!seen.has(other)) reaches(other, seen.add(other))
    return seen
  }
  t.strictSame(
    Object.keys(ROOMS).filter((room) => reaches(room).has(room)),
    [],
  )
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

const jsonOf = (file: string) => JSON.parse(readFileSync(join(ROOT, file), 'utf8'))

/** All that a file imports, and what that imports. */
const reachable = (file: string, seen = new Set<string>()): Set<string> => {
  for (const target of importsOf(file)) {
    if (seen.has(target)) continue
    seen.add(target)
    if (target.endsWith('.ts')) reachable(target, seen)
  }
  return seen
}

t.test(
  "the command line's package names what it needs and no more, and npm ci --omit=dev installs it",
  async (t) => {
    const { version, dependencies } = jsonOf('packages/onnx-serving-endpoint/package.json')
    const needed = [...reachable('scripts/endpoint.ts')].filter((target) => !target.endsWith('.ts'))
    t.strictSame(Object.keys(dependencies), needed.sort())
    t.equal(version, jsonOf('package.json').version)
    const { packages } = jsonOf('package-lock.json')
    t.strictSame(
      needed.filter((name) => packages[`node_modules/${name}`]?.dev !== undefined),
      [],
      'none is for development alone',
    )
  },
)

t.test(
  'the rehearsal is a package of its own: it imports nothing of ours, and of others what its package.json names',
  async (t) => {
    const PACKAGE = 'packages/sagemaker-rehearsal'
    const { dependencies } = JSON.parse(readFileSync(join(ROOT, PACKAGE, 'package.json'), 'utf8'))
    const isOfIt = (target: string) => target.startsWith(`${PACKAGE}/`) || Object.hasOwn(dependencies, target)
    const wrong = filesOf(`${PACKAGE}/src`).flatMap((file) =>
      importsOf(file)
        .filter((target) => !isOfIt(target))
        .map((target) => `${file} imports ${target}`),
    )
    t.strictSame(wrong, [])
  },
)
