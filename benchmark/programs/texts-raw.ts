/**
 * ONNX Runtime alone on the tokens of texts: so many processes with so many threads each run their share of them once, and nothing
 * else, in batches of so many texts of similar length, filled up to the longest. Prints as JSON texts in each second, of all processes,
 * and the CPU seconds of each text.
 *
 *   texts-raw.ts MODEL_FILE TOKENIZER_FILE TEXTS_FILE PROCESSES THREADS BATCH
 *
 * The time of the tokenizer does not count. ONNX Runtime's options are its own defaults, but that several processes do not spin.
 */

import { fork } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { Tokenizer } from 'tokenizers'
import type { NamedTensors, Tensor } from '../../src/tensor/tensor.ts'
import { loadRuntime } from '../../src/worker/engine/execution-provider.ts'
import { createSession, sessionOptions } from '../../src/worker/engine/session.ts'

const [model = '', tokenizerFile = '', textsFile = '', processes = '1', threads = '1', size = '1'] =
  process.argv.slice(2)
/** As sentence_bert_config.json has it. */
const MOST_TOKENS = 256

const share = Number(process.env.RAW_SHARE ?? 0)

const tokenize = async (): Promise<number[][]> => {
  const tokenizer = Tokenizer.fromFile(tokenizerFile)
  tokenizer.disableTruncation()
  tokenizer.disablePadding()
  const texts = JSON.parse(readFileSync(textsFile, 'utf8')) as string[]
  const own = texts.filter((_, index) => index % Number(processes) === share)
  const encodings = await tokenizer.encodeBatch(own)
  return encodings.map((encoding) => encoding.getIds().slice(0, MOST_TOKENS))
}

const toInputs = (texts: readonly number[][], names: readonly string[]): NamedTensors => {
  const longest = Math.max(...texts.map(({ length }) => length))
  const fill = (of: (id: number) => number): Tensor => {
    const data = new BigInt64Array(texts.length * longest)
    for (const [row, ids] of texts.entries())
      for (const [place, id] of ids.entries()) data[row * longest + place] = BigInt(of(id))
    return { type: 'int64', dims: [texts.length, longest], data }
  }
  const values: Record<string, (id: number) => number> = { input_ids: (id) => id, attention_mask: () => 1 }
  return new Map(names.map((name) => [name, fill(values[name] ?? (() => 0))]))
}

const prepare = async () => {
  const spins = Number(processes) === 1
  const session = await createSession(await loadRuntime('cpu'), model, {
    ...sessionOptions('cpu', Number(threads)),
    enableCpuMemArena: true,
    ...(spins && { extra: {} }),
  })
  const names = session.signature.inputs.map(({ name }) => name)
  const texts = await tokenize()
  if (Number(size) > 1) texts.sort((a, b) => a.length - b.length)
  const batches: NamedTensors[] = []
  for (let i = 0; i < texts.length; i += Number(size))
    batches.push(toInputs(texts.slice(i, i + Number(size)), names))
  for (const batch of batches.filter((_, index) => index % 16 === 0)) await session.run(batch)
  return async () => {
    for (const batch of batches) await session.run(batch)
  }
}

const work = async (): Promise<void> => {
  const run = await prepare()
  process.once('message', async () => {
    const before = process.cpuUsage()
    await run()
    const { user, system } = process.cpuUsage(before)
    process.send?.((user + system) / 1e6, () => process.exit(0))
  })
  process.send?.('ready')
}

/** The processes begin together, and the last to end counts. */
const together = async (): Promise<{ perSecond: number; cpuSeconds: number }> => {
  const children = Array.from({ length: Number(processes) }, (_, index) =>
    fork(process.argv[1] as string, process.argv.slice(2), {
      env: { ...process.env, RAW_CHILD: '1', RAW_SHARE: String(index) },
    }),
  )
  const next = () =>
    Promise.all(children.map((child) => new Promise<unknown>((resolve) => child.once('message', resolve))))
  await next()
  const done = next()
  const start = performance.now()
  for (const child of children) child.send('go')
  const cpu = (await done) as number[]
  const seconds = (performance.now() - start) / 1000
  const { length } = JSON.parse(readFileSync(textsFile, 'utf8')) as string[]
  return { perSecond: length / seconds, cpuSeconds: cpu.reduce((sum, own) => sum + own, 0) / length }
}

if (process.env.RAW_CHILD) await work()
else process.stdout.write(JSON.stringify(await together()))
