/**
 * Compiles everything into .build/ and gives the tests to tap, as plain JavaScript:
 *
 *     npm test                                   all but container, gpu-image, rehearsal and chaos
 *     npm test -- test/server/config.test.ts     a file; several, or folders, too
 *     npm test -- test/worker --grep=rows        what is no path goes to tap
 *     TIMES=1 npm test                           says at the end what took how much CPU time
 *
 * To start a process for each file would take longer than most files do, so the files of a folder share one, and small
 * folders too.
 */

import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import {
  existsSync,
  mkdirSync,
  readdirSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'

const ROOT = fileURLToPath(new URL('..', import.meta.url))
const BUILD = join(ROOT, '.build')

/** Where tests are. */
const ALL = ['test', 'packages/sagemaker-rehearsal/test']

/** Run only where they are named: they need more than Node, or take minutes. */
const NAMED_ONLY = ['test/container', 'test/gpu-image', 'test/rehearsal', 'test/chaos']

/** Those of them that take longest, and are begun first. */
const LONGEST = ['guide', 'packed', 'pipeline', 'packed-server', 'aws-cli'].map(
  (name) => `test/rehearsal/${name}.test.ts`,
)

/** These start processes and wait for them: a few programs share them, beside those that compute. Those that wait longest are begun first. */
const WAITING = [
  'test/server/front/nginx.test.ts',
  'test/contract/drain.test.ts',
  'test/contract/signals.test.ts',
  'test/server/pool',
  'test/contract',
]
const WAITING_PROGRAMS = 4

/** Folders of fewer files share a process: each process loads tap, the AWS SDK and more anew. */
const ENOUGH_FILES = 6

/** One of more files has several processes, so that none is still at work when the others have ended. */
const MOST_FILES = 45

/** What `tap build` writes, but only if it changes. */
const PLUGINS = '.tap/plugins/package.json'

const NO_SOURCES = ['node_modules', '.git', '.gitignore', '.build', '.tap', 'coverage', 'dist']

/** Gives the compiled files what they find beside themselves: links to all other files. Returns what is to be compiled. */
const mirror = (folder) => {
  const entries = readdirSync(join(ROOT, folder), { withFileTypes: true }).filter(
    ({ name }) => !NO_SOURCES.includes(name),
  )
  const sources = entries.filter(({ name }) => name.endsWith('.ts')).map(({ name }) => join(folder, name))
  const folders = entries.filter((entry) => {
    const within = entry.isDirectory() ? mirror(join(folder, entry.name)) : []
    sources.push(...within)
    return within.length > 0
  })
  if (sources.length === 0) return []
  mkdirSync(join(BUILD, folder), { recursive: true })
  for (const entry of entries) {
    if (folders.includes(entry)) continue
    const link = join(BUILD, folder, entry.name)
    symlinkSync(relative(dirname(link), join(ROOT, folder, entry.name)), link)
  }
  return sources
}

/** Each file by itself: what it imports stays where it is, and has become JavaScript too. */
const importsAsTheyAre = {
  name: 'imports-as-they-are',
  setup: ({ onResolve }) =>
    onResolve({ filter: /./ }, ({ kind, path }) =>
      kind === 'entry-point'
        ? undefined
        : { path: path.startsWith('.') ? path.replace(/\.ts$/, '.js') : path, external: true },
    ),
}

const compile = (sources) =>
  build({
    absWorkingDir: ROOT,
    entryPoints: sources,
    outbase: ROOT,
    outdir: BUILD,
    bundle: true,
    treeShaking: false,
    plugins: [importsAsTheyAre],
    format: 'esm',
    platform: 'node',
    target: 'node20.9',
    sourcemap: 'inline',
    sourcesContent: false,
    logLevel: 'warning',
  })

const testsIn = (path) =>
  path.endsWith('.test.ts')
    ? [path]
    : readdirSync(join(ROOT, path), { withFileTypes: true }).flatMap((entry) => {
        if (entry.isDirectory()) return testsIn(`${path}/${entry.name}`)
        return entry.name.endsWith('.test.ts') ? [`${path}/${entry.name}`] : []
      })

const isIn = (paths) => (file) => paths.some((path) => file === path || file.startsWith(`${path}/`))

/**
 * A program that runs these files, one after the other; a file that has a process to itself is imported as it is.
 * What it is called is in the names of snapshots: the same whoever shares the process.
 */
const textOf = ({ name, own, isApart }) => {
  const called = isApart ? name.replace(/\.ts$/, '.js') : 'all.js'
  const start = isApart
    ? `await import('../${called}')\n`
    : `const { together } = await import('../test/together.js')\nawait together(${JSON.stringify(own)})\n`
  return `process.argv[1] = ${JSON.stringify(join(BUILD, called))}\n${start}`
}

/** A list as several of about the same length. */
const parts = (list, most) => {
  const count = Math.ceil(list.length / most)
  const start = (part) => Math.round((part * list.length) / count)
  return Array.from({ length: count }, (_, part) => list.slice(start(part), start(part + 1)))
}

/** Which of those that compute run together: those of a folder of test/ or of a package, and those of all folders that have few. */
const groupsOf = (files) => {
  const folderOf = (file) => dirname(file).split('/').slice(0, 2).join('/')
  const filesOf = (folder) => files.filter((file) => folderOf(file) === folder)
  const all = [...new Set(files.map(folderOf))]
  const large = all.filter((folder) => filesOf(folder).length >= ENOUGH_FILES)
  const few = files.filter((file) => !large.includes(folderOf(file)))
  const groups = [...large.map((name) => ({ name, files: filesOf(name) })), { name: 'test', files: few }]
  return groups.flatMap(({ name, files }) =>
    parts(files, MOST_FILES).map((own) => ({ name, own, isApart: false })),
  )
}

/** Which of those that wait run together: as many of each kind in each. */
const waitingGroupsOf = (files) => {
  const inTurn = [...new Set(WAITING.flatMap((path) => files.filter(isIn([path]))))]
  const groups = Array.from({ length: WAITING_PROGRAMS }, (_, group) =>
    inTurn.filter((_, index) => index % WAITING_PROGRAMS === group),
  )
  return groups.filter((own) => own.length > 0).map((own) => ({ name: 'waiting', own, isApart: false }))
}

/** What takes longest is not begun last, and what waits goes with what computes. */
const inOrder = (files) => {
  const named = files.filter(isIn(NAMED_ONLY))
  const longestFirst = new Set([...LONGEST.filter((file) => named.includes(file)), ...named])
  const apart = [...longestFirst].map((file) => ({ name: file, own: [file], isApart: true }))
  const waiting = waitingGroupsOf(files)
  const groups = groupsOf(files.filter((file) => !isIn([...WAITING, ...NAMED_ONLY])(file)))
  groups.sort((one, other) => other.own.length - one.own.length)
  const both = Math.max(waiting.length, groups.length)
  const inTurn = Array.from({ length: both }, (_, index) => [waiting[index], groups[index]])
  return [...apart, ...inTurn.flat().filter(Boolean)]
}

/** Writes the programs; tap runs them in the order of their names. */
const programs = (files) => {
  mkdirSync(join(BUILD, 'programs'))
  return inOrder(files).map((program, index) => {
    const number = String(index).padStart(3, '0')
    const path = `.build/programs/${number}-${program.name.replaceAll('/', '-').replace(/\.ts$/, '')}.js`
    writeFileSync(join(ROOT, path), textOf(program))
    return path
  })
}

const run = (command, args) => {
  const { status } = spawnSync(command, args, { cwd: ROOT, stdio: 'inherit' })
  if (status !== 0) process.exit(status ?? 1)
}

const bundle = async () => {
  const args = ['scripts/build.js', ROOT, join(BUILD, 'dist')]
  const [status] = await once(spawn(process.execPath, args, { cwd: ROOT, stdio: 'inherit' }), 'close')
  if (status !== 0) process.exit(status ?? 1)
}

const changed = (path) => statSync(join(ROOT, path), { throwIfNoEntry: false })?.mtimeMs ?? 0

const bin = (name) => join(ROOT, 'node_modules/.bin', name)

const given = process.argv.slice(2)
const options = given.filter((argument) => argument.startsWith('-'))
const named = given
  .filter((argument) => !options.includes(argument))
  .map((path) => relative(ROOT, resolve(path)))
// `npm run test:chaos -- test/chaos/ping.test.ts`: of the folder only that.
const paths = named.filter((path) => !named.some((other) => other.startsWith(`${path}/`)))
const missing = paths.filter((path) => !existsSync(join(ROOT, path)))
if (missing.length > 0) {
  process.stderr.write(`there is no ${missing.join(', no ')}\n`)
  process.exit(2)
}
const files =
  paths.length > 0 ? paths.flatMap(testsIn) : ALL.flatMap(testsIn).filter((file) => !isIn(NAMED_ONLY)(file))

rmSync(BUILD, { recursive: true, force: true })
const sources = mirror('.')
await Promise.all([bundle(), compile(sources)])
// tap's set of plugins is built into node_modules/, so that a new one needs it again.
if (changed(PLUGINS) < changed('node_modules/.package-lock.json')) {
  run(bin('tap'), ['build'])
  utimesSync(join(ROOT, PLUGINS), new Date(), new Date())
}
const preloaded = [join(ROOT, 'test/no-domains.js')]
if (process.env.TIMES !== undefined) {
  process.env.TIMES = join(BUILD, 'times.jsonl')
  preloaded.push(join(BUILD, 'test/times.js'))
  process.on('exit', () => run(process.execPath, ['.build/test/print-times.js', process.env.TIMES]))
}
run(process.execPath, [
  '--import',
  './test/plain-processes.js',
  bin('tap'),
  ...preloaded.map((path) => `--node-arg=--import=${path}`),
  ...options,
  ...programs(files),
])
