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

import { spawnSync } from 'node:child_process'
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

const ROOT = fileURLToPath(new URL('..', import.meta.url))
const BUILD = join(ROOT, '.build')

/** Where tests are. */
const ALL = ['test', 'packages/sagemaker-rehearsal/test']

/** Run only where they are named: they need more than Node, or take minutes. */
const NAMED_ONLY = ['test/container', 'test/gpu-image', 'test/rehearsal', 'test/chaos']

/** Each file of these has a process: they start servers, and wait. Those that wait longest are begun first. */
const APART = [
  'test/server/front/nginx.test.ts',
  'test/contract/drain.test.ts',
  'test/contract/signals.test.ts',
  'test/server/pool',
  'test/contract',
  ...NAMED_ONLY,
]

/** Folders of fewer files share a process: each process loads tap, the AWS SDK and more anew. */
const ENOUGH_FILES = 6

/** One of more files has several processes, so that none is still at work when the others have ended. */
const MOST_FILES = 45

/** What `tap build` writes, but only if it changes. */
const PLUGINS = '.tap/plugins/package.json'

const NO_SOURCES = ['node_modules', '.git', '.gitignore', '.build', '.tap', 'coverage', 'dist']

/** Gives the compiled files what they find beside themselves: links to all other files. True if something is compiled. */
const mirror = (folder) => {
  const entries = readdirSync(join(ROOT, folder), { withFileTypes: true }).filter(
    ({ name }) => !NO_SOURCES.includes(name),
  )
  const folders = entries.filter((entry) => entry.isDirectory() && mirror(join(folder, entry.name)))
  if (folders.length === 0 && !entries.some(({ name }) => name.endsWith('.ts'))) return false
  mkdirSync(join(BUILD, folder), { recursive: true })
  for (const entry of entries) {
    if (folders.includes(entry)) continue
    const link = join(BUILD, folder, entry.name)
    symlinkSync(relative(dirname(link), join(ROOT, folder, entry.name)), link)
  }
  return true
}

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

/** Which files run together: those of a folder of test/ or of a package, and those of all folders that have few. */
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

/** What takes longest is not begun last, and what waits goes with what computes. */
const inOrder = (files) => {
  const inTurn = new Set(APART.flatMap((path) => files.filter(isIn([path]))))
  const apart = [...inTurn].map((file) => ({ name: file, own: [file], isApart: true }))
  const groups = groupsOf(files.filter((file) => !isIn(APART)(file)))
  groups.sort((one, other) => other.own.length - one.own.length)
  const both = Math.max(apart.length, groups.length)
  return Array.from({ length: both }, (_, index) => [apart[index], groups[index]].filter(Boolean)).flat()
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
mirror('.')
run(process.execPath, ['scripts/build.js', ROOT, join(BUILD, 'dist')])
run(bin('tsc'), ['--project', 'tsconfig.test.json', '--noCheck'])
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
