/**
 * A million requests of mixed kinds, good, bad and cancelled, to one server: does its memory stay flat, and is every good
 * answer right?
 *
 *   npm run soak -- --requests 1000000 --front nginx
 */

import { readFileSync } from 'node:fs'
import { setTimeout as delay } from 'node:timers/promises'
import { Command, InvalidArgumentError } from 'commander'
import { quantile } from '../benchmark/lib/stats.ts'
import { type Case, makeCase } from './lib/case.ts'
import { Client } from './lib/client.ts'
import { type Fault, judge } from './lib/judge.ts'
import { temporaryFolder } from './lib/model-folder.ts'
import { type Front, familyOf, MB, residentOf, startTarget, stopTarget, workerExits } from './lib/server.ts'
import { SUBJECTS } from './lib/subjects.ts'

const SAMPLE_MS = 500

const LANES = 16

/** Requests that are made beforehand and sent over and over; each differs from all others. */
const KINDS = 4000

const CANCELLED_SHARE = 0.02

/** What the last quarter's median may be of the second quarter's. */
const FLAT = 1.05

const program = new Command('npm run soak --')
  .description('Sends a million mixed requests and says whether memory stayed flat.')
  .option(
    '--requests <n>',
    'how many',
    (text) => {
      if (!/^\d+$/.test(text)) throw new InvalidArgumentError('expected a whole number')
      return Number(text)
    },
    1_000_000,
  )
  .option('--front <front>', 'none or nginx', 'none')
  .option('--model <name>', 'the model, one of those that are fuzzed', 'identity-float32')
  .option('--seed <n>', 'the same seed makes the same requests', Number, 1)
  .parse()

const { requests, front, model, seed } = program.opts<{
  requests: number
  front: Front
  model: string
  seed: number
}>()

const index = SUBJECTS.findIndex(({ name }) => name === model)
const subject = SUBJECTS[index]
if (subject === undefined)
  program.error(`no model ${model}; there are ${SUBJECTS.map(({ name }) => name).join(', ')}`)

/** Those that may share a connection; a hung-up client is made of any of them. */
const cases: Case[] = []
for (let number = index; cases.length < KINDS; number += SUBJECTS.length) {
  const made = makeCase(seed, number)
  if (made.reusable) cases.push(made)
}

const target = await startTarget(model, (subject as (typeof SUBJECTS)[number]).folder(temporaryFolder()), {
  front,
})
const port = Number(new URL(target.url).port)
const client = new Client(port)

let sent = 0
let right = 0
let refused = 0
let cancelled = 0
let stopped = false
const faults = new Map<string, number>()

const count = ({ kind, what }: Fault): void => {
  const name = `${kind}: ${what.replaceAll(/[\da-f]{8}-[\da-f-]+/g, '…').slice(0, 100)}`
  faults.set(name, (faults.get(name) ?? 0) + 1)
}

/** Sends some of it, or all, and hangs up without waiting for an answer. */
const cancel = async ({ pieces, ...rest }: Case, n: number): Promise<void> => {
  const bytes = Buffer.concat(pieces.map((piece) => piece.bytes))
  const part = n % 2 === 0 ? bytes : bytes.subarray(0, Math.ceil(bytes.length / 2))
  await client.send({
    ...rest,
    pieces: [{ bytes: part, pauseMs: n % 5 }],
    replies: { least: 0, most: 0 },
    reusable: false,
    ends: false,
  })
  cancelled += 1
}

const lane = async (): Promise<void> => {
  while (sent < requests && !stopped) {
    const n = sent++
    const chosen = cases[n % cases.length] as Case
    if (n % Math.round(1 / CANCELLED_SHARE) === 0) {
      await cancel(chosen, n)
      continue
    }
    const exchange = await client.send(chosen)
    const wrong = judge(chosen, exchange)
    for (const fault of wrong) count(fault)
    if (wrong.length > 0) continue
    if (exchange.replies[0]?.status === 200) right += 1
    else refused += 1
  }
}

type Sample = { at: number; server: number; workers: number; nginx: number }

const samples: Sample[] = []
const sample = (): void => {
  const [server = 0, ...others] = familyOf(target.pid)
  const isNginx = (pid: number) => nginxProcesses.has(pid)
  const sum = (pids: readonly number[]) => pids.reduce((total, pid) => total + residentOf(pid), 0)
  samples.push({
    at: sent,
    server: residentOf(server),
    workers: sum(others.filter((pid) => !isNginx(pid))),
    nginx: sum(others.filter(isNginx)),
  })
}

/** nginx's processes are as many at the end as at the beginning. */
const nginxProcesses = new Set<number>()
if (front === 'nginx') {
  for (const pid of familyOf(target.pid))
    if (readFileSync(`/proc/${pid}/comm`, 'utf8').trim() === 'nginx') nginxProcesses.add(pid)
}

process.once('SIGINT', () => {
  stopped = true
})
const startedAt = performance.now()
const sampling = setInterval(sample, SAMPLE_MS)
const progress = setInterval(() => process.stderr.write(`${sent} of ${requests}\n`), 10_000)
await Promise.all(Array.from({ length: LANES }, lane))
clearInterval(sampling)
clearInterval(progress)
const seconds = (performance.now() - startedAt) / 1000
client.close()
await delay(SAMPLE_MS)
const exits = await workerExits(target)
await stopTarget(target)

const quarter = (number: number): Sample[] =>
  samples.filter(({ at }) => at > (sent * (number - 1)) / 4 && at <= (sent * number) / 4)
const median = (of: readonly Sample[], part: (sample: Sample) => number): number =>
  quantile(of.map(part), 0.5) / MB

const PARTS = {
  server: (s: Sample) => s.server,
  workers: (s: Sample) => s.workers,
  ...(front === 'nginx' && { nginx: (s: Sample) => s.nginx }),
  all: (s: Sample) => s.server + s.workers + s.nginx,
}

const table = Object.entries(PARTS).map(([name, part]) => {
  const medians = [1, 2, 3, 4].map((number) => median(quarter(number), part))
  const ratio = (medians[3] ?? Number.NaN) / (medians[1] ?? Number.NaN)
  return {
    ratio,
    line: `| ${name} | ${medians.map((mb) => mb.toFixed(1)).join(' | ')} | ${ratio.toFixed(3)} |`,
  }
})
const flat = (table.at(-1)?.ratio ?? Number.POSITIVE_INFINITY) <= FLAT
const wrong = [...faults.values()].reduce((sum, times) => sum + times, 0)

process.stdout.write(`Resident memory in MB, median of each quarter of the requests, ${samples.length} samples:

| | 1st | 2nd | 3rd | 4th | 4th ÷ 2nd |
|---|---|---|---|---|---|
${table.map(({ line }) => line).join('\n')}

${[...faults].map(([name, times]) => `${times} × ${name}\n`).join('')}${sent} requests in ${seconds.toFixed(0)} s (${(sent / seconds).toFixed(0)}/s): ${right} answered right, ${refused} refused as they must be, ${cancelled} cancelled, ${wrong} faults, ${exits ?? 'the server ended'} worker exits; memory ${flat ? 'flat' : 'GROWS'} (at most ${FLAT})
`)
process.exit(flat && wrong === 0 && exits === 0 ? 0 : 1)
