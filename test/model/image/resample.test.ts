import t from 'tap'
import { decodeImage } from '../../../src/model/image/decode.ts'
import { resizeAndCrop } from '../../../src/model/image/image-to-tensor.ts'
import { type Pixels, toGray } from '../../../src/model/image/pixels.ts'
import { type Interpolation, resample } from '../../../src/model/image/resample.ts'
import { goldens, readImage, sha256 } from './goldens.ts'
import { preprocessOf } from './preprocess.ts'

const MAX_PIXELS = 25_000_000
const INTERPOLATIONS: Interpolation[] = ['nearest', 'bilinear', 'bicubic', 'lanczos']

for (const interpolation of INTERPOLATIONS) {
  t.test(`resizes and crops with ${interpolation} to the pixels of Pillow and torchvision`, async (t) => {
    const cases = goldens.resample.filter((golden) => golden.interpolation === interpolation)
    t.ok(cases.length > 50)
    for (const { file, width, height, sha256: expected, pixels, ...section } of cases) {
      const preprocess = preprocessOf(section)
      const decoded = await decodeImage(readImage(file), MAX_PIXELS)
      const image = section.color === 'gray' ? toGray(decoded) : decoded
      const result = resizeAndCrop(image, preprocess, MAX_PIXELS)
      const name = `${file} ${JSON.stringify(section)}`
      t.same([result.width, result.height], [width, height], name)
      if (pixels !== undefined) t.same([...result.data], pixels, name)
      t.equal(sha256(result.data), expected, name)
    }
  })
}

/** An image of pixels that all differ from their neighbours. */
const pattern = (width: number, height: number, channels: 1 | 3): Pixels => ({
  width,
  height,
  channels,
  data: Uint8Array.from({ length: width * height * channels }, (_, i) => (i * 73 + (i >> 4) * 151) & 0xff),
})

t.test('gives the same pixels in a window as in the whole image', async (t) => {
  for (const interpolation of INTERPOLATIONS) {
    for (const channels of [1, 3] as const) {
      const image = pattern(37, 29, channels)
      const size = { width: 50, height: 11 }
      const whole = resample(image, size, { left: 0, top: 0, ...size }, interpolation)
      const part = resample(image, size, { left: 7, top: 2, width: 31, height: 8 }, interpolation)
      const rows = Array.from({ length: 8 }, (_, row) => {
        const start = ((row + 2) * 50 + 7) * channels
        return [...whole.data.subarray(start, start + 31 * channels)]
      })
      t.same([...part.data], rows.flat(), `${interpolation}, ${channels} channels`)
    }
  }
})

t.test('leaves an image of the wanted size as it is', async (t) => {
  const image = pattern(20, 10, 3)
  for (const interpolation of INTERPOLATIONS) {
    const { data } = resample(image, image, { left: 0, top: 0, width: 20, height: 10 }, interpolation)
    t.same([...data], [...image.data], interpolation)
  }
})

t.test('keeps an even area even with every filter, and does not overshoot', async (t) => {
  for (const value of [0, 1, 128, 255]) {
    const image: Pixels = { width: 9, height: 9, channels: 1, data: new Uint8Array(81).fill(value) }
    for (const interpolation of INTERPOLATIONS) {
      const size = { width: 20, height: 4 }
      const { data } = resample(image, size, { left: 0, top: 0, ...size }, interpolation)
      t.same(new Set(data), new Set([value]), `${interpolation} of ${value}`)
    }
  }
})
