/**
 * The benchmark's models and photos, made up with fixed seeds: layers and sizes are those of real models, weights are not.
 * `npx tsx benchmark/models.ts [directory]` writes them, to benchmark/.models unless told otherwise.
 */

import { createHash } from 'node:crypto'
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { ModelFolder } from '../test/fixtures/models.ts'
import { encodeModel, type Graph } from '../test/fixtures/onnx-proto.ts'
import { fixedCost } from './models/fixed-cost.ts'
import { halved } from './models/halved.ts'
import { mobilenet } from './models/mobilenet.ts'
import { photos } from './models/photos.ts'
import { resnet50 } from './models/resnet50.ts'
import { tabular } from './models/tabular.ts'
import { bertBase, transformer } from './models/transformer.ts'

export const DEFAULT_DIRECTORY = fileURLToPath(new URL('.models', import.meta.url))

/** Says by which sources a folder was written; itself written last, so that a folder with it is whole. */
const STAMP_FILE = '.stamp'

/** torchvision's transforms for ImageNet. */
export const SERVING_YAML = `\
preprocess:
  resize: { shortest: 256 }
  interpolation: bilinear
  crop: { width: 224, height: 224 }
  mean: [0.485, 0.456, 0.406]
  std: [0.229, 0.224, 0.225]
`

export const BENCHMARK_GRAPHS = { resnet50, mobilenet, transformer, tabular, 'fixed-cost': fixedCost }

export type ModelName = keyof typeof BENCHMARK_GRAPHS

const onnx = (graph: Graph): ModelFolder => ({ 'model.onnx': encodeModel(graph) })

const imageModel = (graph: Graph): ModelFolder => ({
  ...onnx(graph),
  'serving.yaml': Buffer.from(SERVING_YAML),
})

/** The files of each model's folder. */
export const BENCHMARK_MODELS: Record<ModelName, () => ModelFolder> = {
  resnet50: () => imageModel(resnet50()),
  mobilenet: () => imageModel(mobilenet()),
  transformer: () => onnx(transformer()),
  tabular: () => onnx(tabular()),
  'fixed-cost': () => onnx(fixedCost()),
}

/** Of a size that is worth a card. */
const CARD_MODELS = {
  resnet50: BENCHMARK_MODELS.resnet50,
  'resnet50-fp16': () => onnx(halved(resnet50())),
  bert: () => onnx(bertBase()),
}

const MODEL_NAMES = Object.keys(BENCHMARK_MODELS) as ModelName[]

/** A hash of all that decides what is written. */
const stampOfSources = async (): Promise<string> => {
  const folder = new URL('models/', import.meta.url)
  const sources = [
    new URL(import.meta.url),
    new URL('../test/fixtures/onnx-proto.ts', import.meta.url),
    ...(await readdir(folder)).sort().map((name) => new URL(name, folder)),
  ]
  const hash = createHash('sha256')
  for (const source of sources) hash.update(await readFile(source))
  return hash.digest('hex')
}

type MakeFiles = () => ModelFolder | Promise<ModelFolder>

/** Writes the folder's files unless they are there as they would be written. */
const ensureFolder = async (path: string, makeFiles: MakeFiles): Promise<string> => {
  const stamp = await stampOfSources()
  const found = await readFile(join(path, STAMP_FILE), 'utf8').catch(() => '')
  if (found === stamp) return path
  await mkdir(path, { recursive: true })
  for (const [name, content] of Object.entries(await makeFiles())) await writeFile(join(path, name), content)
  await writeFile(join(path, STAMP_FILE), stamp)
  return path
}

/** Writes what is missing or stale, and gives the folder of each model. */
export const ensureModels = async (directory: string): Promise<Record<ModelName, string>> => {
  const paths: [ModelName, string][] = []
  for (const name of MODEL_NAMES) {
    paths.push([name, await ensureFolder(resolve(directory, name), BENCHMARK_MODELS[name])])
  }
  return Object.fromEntries(paths) as Record<ModelName, string>
}

/** The same for the models of benchmark/gpu.ts. */
export const ensureCardModels = async (
  directory: string,
): Promise<Record<keyof typeof CARD_MODELS, string>> => {
  const paths: [string, string][] = []
  for (const [name, files] of Object.entries(CARD_MODELS))
    paths.push([name, await ensureFolder(resolve(directory, name), files)])
  return Object.fromEntries(paths) as Record<keyof typeof CARD_MODELS, string>
}

/** The same for the photos: the paths of JPEGs of 500 × 375 and 640 × 480 pixels. */
export const ensurePhotos = async (directory: string): Promise<{ small: string; large: string }> => {
  const path = await ensureFolder(resolve(directory, 'photos'), photos)
  return { small: join(path, '500x375.jpg'), large: join(path, '640x480.jpg') }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const directory = process.argv[2] ?? DEFAULT_DIRECTORY
  const paths = await ensureModels(directory)
  for (const name of MODEL_NAMES) {
    const { length } = await readFile(join(paths[name], 'model.onnx'))
    const { nodes } = BENCHMARK_GRAPHS[name]()
    console.log(`${paths[name]}  ${(length / 1e6).toFixed(2)} MB, ${nodes.length} nodes`)
  }
  for (const path of Object.values(await ensurePhotos(directory))) {
    const { length } = await readFile(path)
    console.log(`${path}  ${(length / 1e6).toFixed(2)} MB`)
  }
}
