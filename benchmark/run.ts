/**
 * Runs all parts, or those that are named, and writes what they measured: results/figures.json, the table at the top of
 * README.md, and the plots. What was not measured this time keeps its last figure and its date.
 *
 *   npm run bench            all, in about half an hour
 *   npm run bench -- start   one part
 *   npm run bench -- ablation   no figures but a table of its own; never part of all
 *   npm run bench -- lambda  AWS Lambda's way in, into docs/lambda.md; never part of all
 *   npm run bench -- peers      other servers beside this one, into peers/README.md; never part of all
 */

import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { cpus } from 'node:os'
import { join } from 'node:path'
import { type Figure, formatGoal, formatValue, isMet, progress } from './lib/figure.ts'
import { ROOT } from './lib/server.ts'

const PARTS: Record<string, () => Promise<{ measure: () => Promise<Figure[]> }>> = {
  throughput: () => import('./throughput.ts'),
  latency: () => import('./latency.ts'),
  'light-model': () => import('./light-model.ts'),
  'light-starts': () => import('./light-starts.ts'),
  talkers: () => import('./talkers.ts'),
  batching: () => import('./batching.ts'),
  'large-body': () => import('./large-body.ts'),
  bodies: () => import('./bodies.ts'),
  images: () => import('./images.ts'),
  start: () => import('./start.ts'),
  'cpu-budget': () => import('./cpu-budget.ts'),
  memory: () => import('./memory.ts'),
  texts: () => import('./texts.ts'),
  'two-gears': () => import('./two-gears.ts'),
  'open-loop': () => import('./open-loop.ts'),
  overload: () => import('./overload.ts'),
  ping: () => import('./ping.ts'),
  gpu: () => import('./gpu.ts'),
}

/** Measured only where they are named: they need more than most machines have. */
const NAMED_ONLY = ['gpu']

const RESULTS = join(ROOT, 'benchmark/results')
const FILE = join(RESULTS, 'figures.json')
const README = join(ROOT, 'benchmark/README.md')

/** When, of which commit and on what a part was measured. */
type Provenance = { date: string; commit: string; machine: string; versions: string }

type Results = Record<string, Provenance & { figures: Figure[] }>

const version = (name: string): string =>
  (JSON.parse(readFileSync(join(ROOT, `node_modules/${name}/package.json`), 'utf8')) as { version: string })
    .version

const provenance = (): Provenance => ({
  date: new Date().toISOString().slice(0, 10),
  commit: execFileSync('git', ['rev-parse', '--short', 'HEAD'], { cwd: ROOT, encoding: 'utf8' }).trim(),
  machine: `${cpus().length} × ${cpus()[0]?.model.trim()}, ${process.platform}`,
  versions: `Node ${process.versions.node}, ONNX Runtime ${version('onnxruntime-node')}, Fastify ${version('fastify')}`,
})

/** Rows 1, 2, … 11, then the others. */
const order = (row: string): string => row.replace(/^\d+/, (number) => number.padStart(3, '0'))

const table = (results: Results): string => {
  const rows = Object.values(results)
    .flatMap(({ figures, date, commit }) =>
      figures.map((figure) => ({ ...figure, measured: `${date}, ${commit}` })),
    )
    .sort((a, b) => order(a.row).localeCompare(order(b.row)))
  const [, { machine, versions }] = Object.entries(results)
    .filter(([name]) => !NAMED_ONLY.includes(name))
    .at(-1) as [string, Provenance]
  return [
    `${machine}; ${versions}. Medians, in brackets the least and the most of the rounds.`,
    '',
    '| # | Figure | Goal | Measured | | |',
    '|---|---|---|---|---|---|',
    ...rows.map(
      (figure) =>
        `| ${figure.row} | ${figure.what} | ${formatGoal(figure)} | ${formatValue(figure)} | ${isMet(figure) ? '✓' : '✗'} | ${figure.note} (${figure.measured}) |`,
    ),
  ].join('\n')
}

const writeReadme = (results: Results): void => {
  const text = readFileSync(README, 'utf8')
  const [before = '', rest = ''] = text.split('<!-- table -->\n')
  const [, after = ''] = rest.split('<!-- end of table -->')
  writeFileSync(README, `${before}<!-- table -->\n${table(results)}\n<!-- end of table -->${after}`)
}

const wanted = process.argv.slice(2)
if (wanted[0] === 'ablation') {
  const { ablate } = await import('./ablation.ts')
  process.stdout.write(await ablate())
  process.exit()
}
if (wanted[0] === 'lambda') {
  const { measureLambda, writeLambda } = await import('./lambda.ts')
  const table = await measureLambda()
  writeLambda(table)
  process.stdout.write(`${table}\n`)
  process.exit()
}
if (wanted[0] === 'peers') {
  const { measurePeers } = await import('./peers/measure.ts')
  const { report } = await import('./peers/report.ts')
  await measurePeers(wanted.slice(1), provenance())
  report()
  process.exit()
}
const unknown = wanted.filter((name) => !Object.hasOwn(PARTS, name))
if (unknown.length > 0) {
  process.stderr.write(
    `no such part: ${unknown.join(', ')}; there are ${Object.keys(PARTS).join(', ')}, ablation, lambda and peers\n`,
  )
  process.exit(2)
}
mkdirSync(RESULTS, { recursive: true })
const results = existsSync(FILE) ? (JSON.parse(readFileSync(FILE, 'utf8')) as Results) : {}
for (const name of wanted.length > 0
  ? wanted
  : Object.keys(PARTS).filter((part) => !NAMED_ONLY.includes(part))) {
  const part = PARTS[name]
  if (part === undefined) continue
  try {
    const { measure } = await part()
    results[name] = { ...provenance(), figures: await measure() }
  } catch (error) {
    process.exitCode = 1
    progress(`${name} could not be measured: ${error instanceof Error ? error.message : error}`)
    continue
  }
  // After each part, so that an interrupted run keeps what it has.
  writeFileSync(FILE, `${JSON.stringify(results, null, 2)}\n`)
}
writeReadme(results)
const { plotFigures, plotLoad } = await import('./plot.ts')
plotFigures(
  Object.values(results).flatMap(({ figures }) => figures),
  join(RESULTS, 'figures.svg'),
)
plotLoad(join(RESULTS, 'load.json'), join(RESULTS, 'load.svg'))
process.stdout.write(`${table(results)}\n`)
process.exit()
