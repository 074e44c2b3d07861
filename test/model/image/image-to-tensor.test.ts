import t from 'tap'
import { imageToTensor } from '../../../src/model/image/image-to-tensor.ts'
import type { Model } from '../../../src/model/model.ts'
import { parseServingConfig } from '../../../src/model/serving-config.ts'
import { readImage } from './goldens.ts'

const modelOf = (
  preprocess: object,
  maxImagePixels = 25_000_000,
  dims: (number | string)[] = ['n', 3, 'h', 'w'],
): Model => ({
  name: 'test',
  file: '/nowhere/model.onnx',
  signature: { inputs: [{ name: 'pixels', type: 'float32', dims }], outputs: [], rows: 'dynamic' },
  config: parseServingConfig(JSON.stringify({ preprocess, limits: { maxImagePixels } })),
})

t.test('makes the input of an ImageNet model', async (t) => {
  const model = modelOf({ resize: { shortest: 256 }, crop: { width: 224, height: 224 }, mean: [1, 1, 1] })
  const { type, dims, data } = await imageToTensor(readImage('jpeg-640x480.jpg'), model)
  t.same({ type, dims, length: data.length }, { type: 'float32', dims: [1, 3, 224, 224], length: 150_528 })
  t.ok((data as Float32Array).every((value) => value >= -1 && value <= 0))
})

t.test('makes gray before it resizes, as convert("L") in training does', async (t) => {
  const { dims } = await imageToTensor(readImage('jpeg-420.jpg'), modelOf({ color: 'gray', layout: 'nhwc' }))
  t.same(dims, [1, 120, 160, 1])
})

t.test('refuses an image that is smaller than the crop', async (t) => {
  const model = modelOf({ crop: { width: 161, height: 20 } })
  await t.rejects(imageToTensor(readImage('jpeg-420.jpg'), model), {
    code: 'ERR_INVALID_IMAGE',
    message: 'image: 160x120 is smaller than the crop of 161x20',
  })
})

t.test('refuses to blow an image up beyond the limit of pixels', async (t) => {
  const image = readImage('jpeg-wide.jpg')
  await t.rejects(imageToTensor(image, modelOf({ resize: { shortest: 960 } })), {
    code: 'ERR_INVALID_IMAGE',
    message: 'image: resizing 900x24 to 36000x960 takes more than 25000000 pixels',
  })
  const cropped = modelOf({ resize: { shortest: 960 }, crop: { width: 8, height: 8 } })
  t.same((await imageToTensor(image, cropped)).dims, [1, 3, 8, 8], 'only the crop counts')
})

t.test('counts the pixels between the two passes too', async (t) => {
  const model = modelOf({ resize: { width: 300, height: 2 } }, 160 * 120)
  await t.rejects(imageToTensor(readImage('jpeg-420.jpg'), model), {
    message: /takes more than 19200 pixels/,
  })
})
