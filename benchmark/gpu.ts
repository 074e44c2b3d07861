/**
 * What part of a card's throughput is served, and how much later than a bare run? On a machine with an NVIDIA card, the CUDA provider
 * beside onnxruntime-node and CUDA's libraries in LD_LIBRARY_PATH:
 *
 *   npm run bench -- gpu            writes the rows G1 to G5 with the card's name; never part of all
 *   BENCH_GPU_STUB=1 npx tsx benchmark/gpu.ts     prints them of a made-up card: that the program works, and nothing of a real one
 *
 * BENCH_GPU_SECONDS: of each measurement, 3 unless set.
 */

import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs'
import { availableParallelism, tmpdir } from 'node:os'
import { join } from 'node:path'
import { STUB_NAME, stubCard, stubModel } from './gpu/stub.ts'
import { type Figure, progress, runAlone } from './lib/figure.ts'
import { capture, closedLoop, fileOf, latencies, type Payload } from './lib/load.ts'
import {
  imageBytesPayload,
  imageHalvesPayload,
  imageTensorPayload,
  jpegPayload,
  transformerPayload,
} from './lib/payloads.ts'
import { ENVIRONMENT, SERVER_CPUS, startServer } from './lib/server.ts'
import { quantile } from './lib/stats.ts'
import { DEFAULT_DIRECTORY, ensureCardModels, SERVING_YAML } from './models.ts'

const SECONDS = Number(process.env.BENCH_GPU_SECONDS ?? 3)
const IS_STUB = process.env.BENCH_GPU_STUB === '1'
const BATCHES = IS_STUB ? [1, 32] : [1, 8, 32, 64, 128]
const CLIENTS = IS_STUB ? [1, 4, 64] : [1, 2, 4, 8, 16, 32, 64, 128, 256]

type Folders = Awaited<ReturnType<typeof ensureCardModels>>

/** Small models for a stub, which computes nothing. */
const stubModels = (directory: string): Folders => {
  const write = (name: string, kind: 'resnet50' | 'bert') => {
    const folder = join(directory, name)
    mkdirSync(folder)
    writeFileSync(join(folder, 'model.onnx'), stubModel(kind))
    if (kind === 'resnet50') writeFileSync(join(folder, 'serving.yaml'), SERVING_YAML)
    return folder
  }
  return {
    resnet50: write('resnet50', 'resnet50'),
    'resnet50-fp16': write('resnet50-fp16', 'resnet50'),
    bert: write('bert', 'bert'),
  }
}

const cardName = (): string => {
  try {
    const args = ['--query-gpu=name', '--format=csv,noheader']
    return execFileSync('nvidia-smi', args, { env: ENVIRONMENT, encoding: 'utf8' }).split('\n')[0] ?? ''
  } catch {
    throw new Error(
      'there is no card here: nvidia-smi does not run. BENCH_GPU_STUB=1 npx tsx benchmark/gpu.ts tries the program on a made-up one',
    )
  }
}

type Raw = { best: number; how: string; aloneMs: number }

/** Rows a second of ONNX Runtime alone, at the best batch, with one process and with two. */
const measureRaw = async (name: string, folder: string): Promise<Raw> => {
  const rate = async (processes: number, rows: number): Promise<number> => {
    progress(`gpu: ${name} alone, ${processes} × ${rows} rows`)
    const args = ['benchmark/gpu/raw.ts', folder, String(processes), String(rows), String(SECONDS)]
    return JSON.parse(await capture(args, SERVER_CPUS)) as number
  }
  const rates: number[] = []
  for (const rows of BATCHES)
    rates.push(
      await rate(1, rows).catch((error: Error) => {
        // A small card has no memory for the largest.
        progress(`gpu: ${name} alone, ${rows} rows: ${error.message.split('\n', 1)}`)
        return 0
      }),
    )
  if (!rates.some((one) => one > 0)) throw new Error(`${name} does not run on this card`)
  const rows = BATCHES[rates.indexOf(Math.max(...rates))] ?? 1
  const two = await rate(2, rows)
  const best = Math.max(...rates, two)
  const how = `${best.toFixed(0)} rows/s alone (${best === two ? 2 : 1} × ${rows} rows)`
  return { best, how, aloneMs: 1000 / (rates[0] ?? Number.NaN) }
}

type Served = { rates: Map<number, number>; best: number; aloneMs: number; cpuShare: number }

/** Requests a second at each number of clients, and the median of one request after another. */
const measureServed = async (folder: string, payload: Payload, clients = CLIENTS): Promise<Served> => {
  const server = await startServer(folder, ['--device', 'cuda'])
  const rates = new Map<number, number>()
  let cpuShare = 0
  try {
    for (const connections of clients) {
      progress(`gpu: served, ${payload.contentType}, ${connections} clients`)
      const result = await closedLoop(server.url, payload, { connections, seconds: SECONDS })
      rates.set(connections, result.perSecond)
      cpuShare = Math.max(cpuShare, result.cpuShare)
    }
    const alone = await latencies(server.url, payload, IS_STUB ? 30 : 300)
    return { rates, best: Math.max(...rates.values()), aloneMs: quantile(alone, 0.5), cpuShare }
  } catch (error) {
    throw new Error(`${error instanceof Error ? error.message : error}; the server said: ${server.output()}`)
  } finally {
    await server.stop()
  }
}

/** CPU milliseconds of a JPEG to its tensor. */
const decodingMs = async (payload: Payload): Promise<number> =>
  Number(
    await capture(['benchmark/programs/image-cpu.ts', fileOf(payload), IS_STUB ? '20' : '200'], SERVER_CPUS),
  )

export const measure = async (): Promise<Figure[]> => {
  const directory = mkdtempSync(join(tmpdir(), 'benchmark-gpu-'))
  if (IS_STUB) Object.assign(ENVIRONMENT, stubCard(join(directory, 'card')))
  const card = cardName()
  if (card === STUB_NAME && !process.argv[1]?.endsWith('gpu.ts'))
    throw new Error(
      'a stub is no card, and its figures belong into no table: npx tsx benchmark/gpu.ts prints them',
    )
  const folders = IS_STUB ? stubModels(directory) : await ensureCardModels(DEFAULT_DIRECTORY)
  const cpus = availableParallelism()
  const figures: Figure[] = []
  const add = (
    row: string,
    what: string,
    value: number,
    goal: Figure['goal'],
    note: string,
    unit: Figure['unit'] = '',
  ) => {
    figures.push({
      ...{ row, what: `CUDA, ${what}`, goal, unit, note: `${note}; ${card}, ${cpus} CPUs` },
      value: { median: value, least: value, most: value },
    })
  }
  /** G5: what doubling the clients does to throughput, at worst. */
  const addSteps = (what: string, { rates }: Served) => {
    const all = [...rates]
    const steps = all.slice(1).map(([, rate], index) => rate / (all[index]?.[1] ?? Number.NaN))
    const note = all.map(([clients, rate]) => `${clients}: ${rate.toFixed(0)}`).join(', ')
    add(
      'G5',
      `${what}: least throughput ÷ that of half the clients`,
      Math.min(...steps),
      { least: 0.95 },
      `requests/s by clients ${note}`,
    )
  }
  const parts = ({ best, cpuShare }: Served, { how }: Raw) =>
    `${best.toFixed(0)} requests/s ÷ ${how}; the load generator's process is ${(100 * cpuShare).toFixed(0)} % busy`
  const addAlone = (what: string, served: Served, floorMs: number, most: number, floor: string) =>
    add(
      'G4',
      `one request at a time, ${what}: p50 less ${floor}`,
      served.aloneMs - floorMs,
      { most },
      `${served.aloneMs.toFixed(2)} − ${floorMs.toFixed(2)} ms`,
      'ms',
    )

  const resnet = await measureRaw('ResNet-50', folders.resnet50)
  const jpeg = await jpegPayload()
  const decoding = await decodingMs(jpeg)
  const pictures = await measureServed(folders.resnet50, jpeg)
  const limit = Math.min(resnet.best, (1000 * cpus) / decoding)
  add(
    'G1',
    'ResNet-50, JPEG 640×480 ÷ the lesser of ONNX Runtime alone and CPUs ÷ decoding',
    pictures.best / limit,
    { least: 0.85 },
    `${parts(pictures, resnet)}; ${decoding.toFixed(1)} ms of CPU for each picture`,
  )
  addAlone('ResNet-50, JPEG', pictures, resnet.aloneMs + decoding, 1, 'decoding and a bare run')
  addSteps('ResNet-50, JPEG', pictures)
  for (const [what, payload, least] of [
    ['float32', imageTensorPayload, 0.5],
    ['uint8', imageBytesPayload, 0.85],
  ] as const) {
    const served = await measureServed(folders.resnet50, payload)
    add(
      'G2',
      `ResNet-50, NPY of ${what} ÷ ONNX Runtime alone`,
      served.best / resnet.best,
      { least },
      parts(served, resnet),
    )
    if (what === 'float32') addAlone('ResNet-50, NPY', served, resnet.aloneMs, 1, 'a bare run')
    addSteps(`ResNet-50, NPY of ${what}`, served)
  }
  const halves = await measureRaw('ResNet-50 fp16', folders['resnet50-fp16'])
  for (const [what, payload, least] of [
    ['float16', imageHalvesPayload, 0.5],
    ['uint8', imageBytesPayload, 0.85],
  ] as const) {
    const served = await measureServed(folders['resnet50-fp16'], payload, CLIENTS.slice(-2))
    add(
      'G2',
      `ResNet-50 fp16, NPY of ${what} ÷ ONNX Runtime alone`,
      served.best / halves.best,
      { least },
      parts(served, halves),
    )
  }
  const bert = await measureRaw('BERT-base', folders.bert)
  const texts = await measureServed(folders.bert, transformerPayload)
  for (const clients of [64, 256]) {
    const rate = texts.rates.get(clients)
    if (rate !== undefined)
      add(
        'G3',
        `BERT-base, JSON of 128 ids, ${clients} clients ÷ ONNX Runtime alone`,
        rate / bert.best,
        { least: 0.85 },
        `${rate.toFixed(0)} requests/s ÷ ${bert.how}`,
      )
  }
  addAlone('BERT-base', texts, bert.aloneMs, 0.5, 'a bare run')
  addSteps('BERT-base', texts)
  return figures
}

await runAlone(import.meta.url, measure)
