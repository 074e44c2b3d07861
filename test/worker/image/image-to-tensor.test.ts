import t from 'tap'
import type { Model } from '../../../src/model/model.ts'
import { parseServingConfig } from '../../../src/model/serving-config.ts'
import { imageToTensor } from '../../../src/worker/image/image-to-tensor.ts'
import { sharp } from '../../../src/worker/image/sharp.ts'
import { readImage } from './goldens.ts'
import { largePng } from './hostile.ts'

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
  const { type, dims, data } = (await imageToTensor(readImage('jpeg-640x480.jpg'), model)).tensor
  t.same({ type, dims, length: data.length }, { type: 'float32', dims: [1, 3, 224, 224], length: 150_528 })
  t.ok((data as Float32Array).every((value) => value >= -1 && value <= 0))
})

t.test('makes gray before it resizes, as convert("L") in training does', async (t) => {
  const { dims } = (
    await imageToTensor(readImage('jpeg-420.jpg'), modelOf({ color: 'gray', layout: 'nhwc' }))
  ).tensor
  t.same(dims, [1, 120, 160, 1])
})

t.test('refuses to blow an image up beyond the limit of pixels', async (t) => {
  const image = readImage('jpeg-wide.jpg')
  await t.rejects(imageToTensor(image, modelOf({ resize: { shortest: 960 } })), {
    code: 'ERR_INVALID_IMAGE',
    message: 'image: resizing 900x24 to 36000x960 takes more than 25000000 pixels',
  })
  const cropped = modelOf({ resize: { shortest: 960 }, crop: { width: 8, height: 8 } })
  t.same((await imageToTensor(image, cropped)).tensor.dims, [1, 3, 8, 8], 'only the crop counts')
})

t.test('counts the pixels between the two passes too', async (t) => {
  const model = modelOf({ resize: { width: 300, height: 2 }, resample: 'torchvision' }, 160 * 120)
  await t.rejects(imageToTensor(readImage('jpeg-420.jpg'), model), {
    message: /takes more than 19200 pixels/,
  })
})

/**
 * The most images that libvips had at once, decoding or else waiting for a thread, while `work` was done.
 *
 * @param when the counters are read; at once if nothing is said. sharp calls back before it counts an image as done, so that the next one may have begun:
 * one that takes long is read a moment later, which is much less than it takes
 */
const mostAtOnce = async (
  work: () => Promise<unknown>,
  when: (count: () => void) => void = (count) => count(),
): Promise<number> => {
  let most = 0
  const count = () => {
    const { queue, process } = sharp.counters()
    // Not their sum: an image that just gets its thread is for a moment in both.
    most = Math.max(most, queue, process)
  }
  const changed = () => when(count)
  sharp.queue.on('change', changed)
  try {
    await work()
  } finally {
    sharp.queue.off('change', changed)
  }
  return most
}

t.test(
  'large images are decoded one after the other, whoever sent them, and small ones together',
  async (t) => {
    const [model, other] = [modelOf({ resize: { shortest: 8 } }), modelOf({ resize: { shortest: 16 } })]
    const [large, small] = [largePng(), readImage('jpeg-420.jpg')]
    const all = (bytes: Uint8Array) => () =>
      Promise.all(Array.from({ length: 3 }, (_, i) => imageToTensor(bytes, i % 2 ? model : other)))
    t.equal(await mostAtOnce(all(large), (count) => setTimeout(count, 10)), 1)
    t.ok((await mostAtOnce(all(small))) > 1)
  },
)

t.test('what the header allows to refuse is refused before a pixel is decoded', async (t) => {
  const large = largePng()
  const refused = [
    modelOf({ resize: { width: 16_384, height: 1 }, resample: 'torchvision' }),
    modelOf({ crop: { width: 16_384, height: 16_384 } }),
    modelOf({}, 24_999_999),
  ]
  const most = await mostAtOnce(async () => {
    for (const model of refused) await t.rejects(imageToTensor(large, model), { code: 'ERR_INVALID_IMAGE' })
    const late = new AbortController()
    const hold = () => {
      throw new Error('too much')
    }
    await t.rejects(imageToTensor(large, modelOf({}), { signal: late.signal, hold }), { message: 'too much' })
    late.abort(new Error('too late'))
    const model = modelOf({ resize: { shortest: 8 } })
    await t.rejects(imageToTensor(large, model, { signal: late.signal, hold: () => {} }), {
      message: 'too late',
    })
  })
  t.equal(most, 0)
})

t.test('says how many bytes a tensor takes before it is made', async (t) => {
  const held: number[] = []
  const allowance = { signal: new AbortController().signal, hold: (bytes: number) => held.push(bytes) }
  for (const section of [
    {},
    { crop: { width: 8, height: 4 } },
    { color: 'gray', resize: { width: 5, height: 7 } },
  ]) {
    const { data } = (await imageToTensor(readImage('jpeg-420.jpg'), modelOf(section), allowance)).tensor
    t.equal(held.pop(), (data as Float32Array).byteLength)
  }
})
