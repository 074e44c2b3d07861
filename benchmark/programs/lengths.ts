/**
 * What decides how texts share runs and how their memory is held (docs/decisions/0013). ONNX Runtime alone, ids made up.
 *
 *   lengths.ts cost MODEL_FILE THREADS     CPU microseconds of a token, by rows and length of a run
 *   lengths.ts memory MODEL_FILE THREADS   resident memory after runs of 8 to 512 tokens in a mixed order, and CPU of a token:
 *                                          with and without an arena, and with and without a plan of memory for each shape
 *
 *   lengths.ts tokens TOKENIZER_FILE TEXTS_FILE   CPU microseconds of a token in the tokenizer, for texts.py's texts
 *
 * LD_PRELOAD with jemalloc's library, as in the container, makes a difference to the second.
 */

import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { type Encoding, Tokenizer } from 'tokenizers'
import type { NamedTensors } from '../../src/tensor/tensor.ts'
import { loadRuntime } from '../../src/worker/engine/execution-provider.ts'
import { createSession, type Session, sessionOptions } from '../../src/worker/engine/session.ts'

const [mode = '', model = '', threads = '1', arena = '0', pattern = '0'] = process.argv.slice(2)

const LENGTHS = [8, 16, 32, 64, 128, 256, 512]
const ROWS = [1, 2, 4, 8, 16, 32]
const MOST_TOKENS = 4096
const MEMORY_RUNS = 240
const RUN_TOKENS = 512

const open = async (options: object): Promise<Session> =>
  createSession(await loadRuntime('cpu'), model, { ...sessionOptions('cpu', Number(threads)), ...options })

const inputsOf = ({ signature }: Session, rows: number, length: number): NamedTensors =>
  new Map(
    signature.inputs.map(({ name }) => {
      const value = { input_ids: 1000n, attention_mask: 1n }[name] ?? 0n
      return [
        name,
        { type: 'int64', dims: [rows, length], data: new BigInt64Array(rows * length).fill(value) },
      ]
    }),
  )

const cpuMicroseconds = (): number => {
  const { user, system } = process.cpuUsage()
  return user + system
}

/** The least of several runs, of the CPU time of all threads, so that what else the machine does counts little. */
const leastCost = async (session: Session, rows: number, length: number): Promise<number> => {
  const inputs = inputsOf(session, rows, length)
  let least = Number.POSITIVE_INFINITY
  const end = cpuMicroseconds() + 150_000
  for (let run = 0; run < 3 || (run < 30 && cpuMicroseconds() < end); run += 1) {
    const before = cpuMicroseconds()
    await session.run(inputs)
    if (run > 0) least = Math.min(least, cpuMicroseconds() - before)
  }
  return least / (rows * length)
}

const printCosts = async (): Promise<void> => {
  const session = await open({ enableCpuMemArena: true, enableMemPattern: false })
  console.log(`| tokens of a row | ${ROWS.map((rows) => `${rows} rows`).join(' | ')} |`)
  console.log(`|---|${'---|'.repeat(ROWS.length)}`)
  for (const length of LENGTHS) {
    const cells: string[] = []
    for (const rows of ROWS)
      cells.push(rows * length > MOST_TOKENS ? '' : (await leastCost(session, rows, length)).toFixed(0))
    console.log(`| ${length} | ${cells.join(' | ')} |`)
  }
}

const residentMegabytes = (key: 'VmRSS' | 'VmHWM'): number =>
  Number(new RegExp(`${key}:\\s+(\\d+)`).exec(readFileSync('/proc/self/status', 'utf8'))?.[1]) / 1024

/** Of one process, which has one session. */
const holdMemory = async (): Promise<void> => {
  const session = await open({ enableCpuMemArena: arena === '1', enableMemPattern: pattern === '1' })
  let state = 1
  const random = () => {
    state = (state * 48_271) % 2_147_483_647
    return state / 2_147_483_647
  }
  const cells: string[] = []
  let tokens = 0
  const before = cpuMicroseconds()
  for (let run = 1; run <= MEMORY_RUNS; run += 1) {
    const length = 8 + Math.floor(random() * 505)
    const rows = 1 + Math.floor(random() * Math.min(32, RUN_TOKENS / length))
    await session.run(inputsOf(session, rows, length))
    tokens += rows * length
    // Outputs are let go between turns.
    await nextTurn()
    if ([40, 80, 160, 240].includes(run)) cells.push(residentMegabytes('VmRSS').toFixed(0))
  }
  const each = (cpuMicroseconds() - before) / tokens
  cells.push(residentMegabytes('VmHWM').toFixed(0), each.toFixed(0))
  console.log(
    `| ${arena === '1' ? 'yes' : 'no'} | ${pattern === '1' ? 'yes' : 'no'} | ${cells.join(' | ')} |`,
  )
}

const printTokenizing = async (): Promise<void> => {
  const tokenizer = Tokenizer.fromFile(model)
  tokenizer.disableTruncation()
  tokenizer.disablePadding()
  const texts = JSON.parse(readFileSync(threads, 'utf8')) as string[]
  const each = async (encode: () => Promise<Encoding[]>): Promise<string> => {
    const costs: number[] = []
    for (let round = 0; round < 10; round += 1) {
      const before = cpuMicroseconds()
      const encodings = await encode()
      const tokens = encodings.reduce((sum, encoding) => sum + encoding.getIds().length, 0)
      costs.push((cpuMicroseconds() - before) / tokens)
    }
    return Math.min(...costs).toFixed(1)
  }
  const apart = await each(() => Promise.all(texts.map((text) => tokenizer.encode(text))))
  const together = await each(() => tokenizer.encodeBatch(texts))
  console.log(`${apart} µs of CPU a token with a call for each text, ${together} with one for all`)
}

if (mode === 'tokens') await printTokenizing()
else if (mode === 'cost') await printCosts()
else if (mode === 'memory-of') await holdMemory()
else {
  console.log('| arena | plans | MB after 40 runs | 80 | 160 | 240 | most | µs of CPU a token |')
  console.log('|---|---|---|---|---|---|---|---|')
  for (const choice of ['00', '01', '10', '11']) {
    const args = [...process.execArgv, process.argv[1] as string, 'memory-of', model, threads, ...choice]
    process.stdout.write(execFileSync(process.execPath, args, { encoding: 'utf8' }))
  }
}
