/** preprocessor_config.json: pixels.json has what transformers 4.57 and 5 make of the images here, with Pillow. */

import { readFileSync } from 'node:fs'
import t from 'tap'
import { readImageProcessor } from '../../../src/model/layouts/image-processor.ts'
import type { Model } from '../../../src/model/model.ts'
import { parseServingConfig } from '../../../src/model/serving-config.ts'
import { imageToTensor } from '../../../src/worker/image/image-to-tensor.ts'
import { ROOT } from '../../fixtures/index.ts'

type Made = {
  processor: string
  config: Record<string, unknown>
  file: string
  dims: number[]
  sum: number
  samples: number[]
}

const MADE = JSON.parse(readFileSync(`${ROOT}test/fixtures/hugging-face/pixels.json`, 'utf8')) as Made[]

const filesOf = (preprocessor: Record<string, unknown>, config: Record<string, unknown> = {}) => ({
  folder: '/nowhere',
  config: { model_type: 'unknown', ...config },
  preprocessor,
})

const modelOf = (preprocessor: Record<string, unknown>): Model => ({
  name: 'test',
  file: '/nowhere/model.onnx',
  signature: {
    inputs: [{ name: 'pixel_values', type: 'float32', dims: ['n', 3, 'h', 'w'] }],
    outputs: [],
    rows: 'dynamic',
  },
  config: { ...parseServingConfig(''), preprocess: readImageProcessor(filesOf(preprocessor)) },
})

/** As many values as were taken, evenly. */
const sample = (data: Float32Array, count: number): number[] =>
  Array.from({ length: count }, (_, i) => data[Math.floor((i * (data.length - 1)) / (count - 1))] as number)

for (const processor of new Set(MADE.map((made) => made.processor))) {
  t.test(`${processor}ImageProcessor gives the pixels of transformers`, async (t) => {
    for (const { config, file, dims, sum, samples } of MADE.filter((made) => made.processor === processor)) {
      const model = modelOf({ image_processor_type: `${processor}ImageProcessor`, ...config })
      const bytes = readFileSync(`${ROOT}test/fixtures/images/${file}`)
      const { tensor } = await imageToTensor(bytes, model)
      const what = `${file} ${JSON.stringify(config)}`
      t.strictSame(tensor.dims, dims, what)
      const data = tensor.data as Float32Array
      const scale = Math.max(1, ...samples.map(Math.abs))
      const worst = Math.max(
        ...sample(data, samples.length).map((value, i) => Math.abs(value - (samples[i] as number))),
      )
      t.ok(worst <= 1e-6 * scale, `${what}: ${worst}`)
      const difference = Math.abs(data.reduce((total, value) => total + value, 0) - sum)
      t.ok(difference <= 1e-6 * scale * data.length, `${what}: all together ${difference}`)
    }
  })
}

t.test('the class is found by its older and newer names, else by the type of the model', async (t) => {
  const expected = readImageProcessor(filesOf({ image_processor_type: 'ViTImageProcessor' }))
  const same: [Record<string, unknown>, string][] = [
    [{ image_processor_type: 'ViTImageProcessorFast' }, 'vit'],
    [{ image_processor_type: 'ViTImageProcessorPil' }, 'vit'],
    [{ feature_extractor_type: 'ViTFeatureExtractor' }, 'vit'],
    [{}, 'vit'],
    [{}, 'swin'],
  ]
  for (const [preprocessor, model_type] of same)
    t.strictSame(readImageProcessor(filesOf(preprocessor, { model_type })), expected)
})

/** Keys that files have beside those that matter, as they were saved by several versions. */
const HARMLESS = {
  _processor_class: null,
  _valid_processor_keys: ['images', 'do_resize'],
  crop_pct: 0.9,
  crop_size: null,
  data_format: 'channels_first',
  default_to_square: true,
  device: null,
  do_center_crop: null,
  do_convert_rgb: null,
  do_reduce_labels: false,
  input_data_format: null,
  pad_size: null,
  processor_class: 'CLIPProcessor',
  return_tensors: null,
}

t.test('what changes no pixel may stand there', async (t) => {
  const plain = { image_processor_type: 'ViTImageProcessor' }
  t.strictSame(readImageProcessor(filesOf({ ...plain, ...HARMLESS })), readImageProcessor(filesOf(plain)))
})

const refusalOf = (preprocessor: Record<string, unknown>): string => {
  try {
    return `taken for ${JSON.stringify(readImageProcessor(filesOf(preprocessor)))}`
  } catch (error) {
    return (error as Error).message
  }
}

const REFUSED: [name: string, preprocessor: Record<string, unknown>, message: string][] = [
  [
    'an unknown class',
    { image_processor_type: 'ImageGPTImageProcessor' },
    'the image processor "ImageGPTImageProcessor", and ViT,',
  ],
  [
    'a class of JavaScript’s',
    { image_processor_type: 'constructor' },
    'the image processor "constructor", and',
  ],
  ['no class', {}, 'no image_processor_type, and ViT,'],
  ['an unknown key', { antialias: true }, '"antialias" is not understood'],
  ['code of its own', { auto_map: { AutoImageProcessor: 'x.X' } }, '"auto_map" is not understood'],
  ['a fixed canvas', { pad_size: { height: 9, width: 9 } }, '"pad_size" is not understood'],
  ['a filter that is not there', { resample: 4 }, 'resample: expected 0, 1, 2 or 3'],
  ['a filter by name', { resample: 'bilinear' }, 'resample: expected 0, 1, 2 or 3'],
  ['no pixels', { size: 0 }, 'size.width: expected a number of pixels from 1 to 16384, found 0'],
  [
    'too many pixels',
    { size: 1e9 },
    'size.width: expected a number of pixels from 1 to 16384, found 1000000000',
  ],
  ['a half size', { size: { height: 9 } }, 'size: expected the keys height and width'],
  ['another size', { size: { max_height: 9, max_width: 9 } }, 'size: expected the keys height and width'],
  ['a size in words', { size: 'large' }, 'size: expected pixels'],
  ['a mean of two', { image_mean: [1, 2] }, 'image_mean: expected three numbers, found a list of 2'],
  ['a std of nothing', { image_std: [0, 1, 1] }, 'image_std: expected numbers above 0'],
  [
    'null that means two things',
    { do_resize: null },
    'do_resize: null, which versions of transformers read differently',
  ],
  ['a word for a switch', { do_resize: 'yes' }, 'do_resize: expected true or false, found the string "yes"'],
  ['a factor of nothing', { rescale_factor: 0 }, 'rescale_factor: expected a number above 0, found 0'],
  [
    'a crop of some versions',
    { do_center_crop: true, crop_size: 9 },
    'do_center_crop: true, which this class',
  ],
  [
    'a filter that versions differ in',
    { image_processor_type: 'ConvNextImageProcessor' },
    'it says nothing of "resample"',
  ],
]

for (const [name, given, message] of REFUSED) {
  t.test(`refuses ${name}, with the way out`, async (t) => {
    const preprocessor = name === 'no class' ? given : { image_processor_type: 'ViTImageProcessor', ...given }
    const refusal = refusalOf(preprocessor)
    t.match(refusal, `preprocessor_config.json: ${message}`)
    t.match(refusal, 'Say in serving.yaml what becomes of a picture (preprocess: …')
  })
}
