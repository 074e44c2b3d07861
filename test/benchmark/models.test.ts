import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { InferenceSession, Tensor } from 'onnxruntime-node'
import t from 'tap'
import { seededRandom } from '../../benchmark/models/random.ts'
import { VOCABULARY } from '../../benchmark/models/transformer.ts'
import {
  BENCHMARK_GRAPHS,
  BENCHMARK_MODELS,
  ensureModels,
  ensurePhotos,
  type ModelName,
} from '../../benchmark/models.ts'
import { parseServingConfig } from '../../src/model/serving-config.ts'
import { elementCount } from '../../src/tensor/tensor.ts'
import { sharp } from '../../src/worker/image/sharp.ts'

const ROWS = 3

const parameterCount = (model: ModelName): number =>
  Object.values(BENCHMARK_GRAPHS[model]().initializers ?? {})
    .filter(({ dims }) => dims.length > 0)
    .reduce((sum, { dims }) => sum + elementCount(dims), 0)

t.test('the image models have the parameters of the models that they are named after', async (t) => {
  // torchvision's counts. Batch normalisation has two parameters for each output channel of a convolution;
  // folded into the convolution, they leave one, its bias. ResNet-50: 53,120 become 26,560.
  t.equal(parameterCount('resnet50'), 25_557_032 - 26_560)
  t.equal(parameterCount('mobilenet'), 3_504_872 - 17_056)
})

const floats = (length: number) => seededRandom(1)(length, 1)

const tokens = (length: number) =>
  BigInt64Array.from(floats(length), (value) => BigInt(Math.floor(((value + 1) / 2) * VOCABULARY)))

/** ResNet-50 is left out for its size; it is built of the same parts as the other image model. */
const cases = [
  { model: 'mobilenet', type: 'float32', input: 'input', dims: [3, 224, 224], output: 'logits', width: 1000 },
  { model: 'transformer', type: 'int64', input: 'input_ids', dims: [128], output: 'embedding', width: 384 },
  { model: 'tabular', type: 'float32', input: 'features', dims: [30], output: 'probabilities', width: 2 },
] as const

for (const { model, type, input, dims, output, width } of cases) {
  t.test(`${model} gives each row what it gives the row alone`, async (t) => {
    const file = BENCHMARK_MODELS[model]()['model.onnx'] as Uint8Array
    const session = await InferenceSession.create(file, { intraOpNumThreads: 1, logSeverityLevel: 4 })
    t.teardown(() => session.release())
    t.match(session.inputMetadata, [{ name: input, type, shape: ['batch', ...dims] }])
    t.match(session.outputMetadata, [{ name: output, type: 'float32', shape: ['batch', width] }])

    const length = elementCount(dims)
    const data = type === 'float32' ? floats(ROWS * length) : tokens(ROWS * length)
    const run = async (from: number, to: number): Promise<number[]> => {
      const rows = new Tensor(type, data.slice(from * length, to * length), [to - from, ...dims])
      const { data: answer } = (await session.run({ [input]: rows }))[output] as Tensor
      return [...(answer as Float32Array)]
    }
    const together = await run(0, ROWS)
    const alone = [...(await run(0, 1)), ...(await run(1, 2)), ...(await run(2, 3))]
    t.equal(together.length, ROWS * width)
    t.ok(together.every(Number.isFinite))
    t.not(together[0], together[width], 'rows differ')
    t.ok(together.every((value, index) => Math.abs(value - (alone[index] as number)) < 1e-4))
  })
}

t.test('what is missing or stale is written, the rest is left alone', async (t) => {
  const directory = await mkdtemp(join(tmpdir(), 'onnx-serving-benchmark-'))
  t.teardown(() => rm(directory, { recursive: true }))
  const paths = await ensureModels(directory)
  t.same(Object.keys(paths), Object.keys(BENCHMARK_MODELS))

  await writeFile(join(paths.tabular, '.stamp'), 'older')
  await writeFile(join(paths.tabular, 'model.onnx'), 'older')
  await rm(paths.mobilenet, { recursive: true })
  const before = await stat(join(paths.resnet50, 'model.onnx'))
  t.same(await ensureModels(directory), paths)
  t.equal((await stat(join(paths.resnet50, 'model.onnx'))).mtimeMs, before.mtimeMs)

  for (const model of ['tabular', 'mobilenet'] as const) {
    for (const [name, content] of Object.entries(BENCHMARK_MODELS[model]())) {
      t.ok((await readFile(join(paths[model], name))).equals(content), `${model}/${name}`)
    }
  }
  for (const model of ['resnet50', 'mobilenet'] as const) {
    const config = parseServingConfig(await readFile(join(paths[model], 'serving.yaml'), 'utf8'))
    t.match(config.preprocess, { resize: { shortest: 256 }, crop: { width: 224, height: 224 } })
  }

  const photos = await ensurePhotos(directory)
  t.match(await sharp(photos.small).metadata(), { format: 'jpeg', width: 500, height: 375 })
  t.match(await sharp(photos.large).metadata(), { format: 'jpeg', width: 640, height: 480 })
})
