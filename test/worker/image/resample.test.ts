import t from 'tap'
import type { Interpolation } from '../../../src/model/preprocess-config.ts'
import { decodeImage } from '../../../src/worker/image/decode.ts'
import { pillowWeights } from '../../../src/worker/image/filters.ts'
import { resizeAndCrop } from '../../../src/worker/image/finish.ts'
import { type Pixels, toGray } from '../../../src/worker/image/pixels.ts'
import { resample, resampleInTurns } from '../../../src/worker/image/resample.ts'
import { resampleSeparably } from '../../../src/worker/image/separable.ts'
import { goldens, readImage, sha256 } from './goldens.ts'
import { preprocessOf } from './preprocess.ts'

const MAX_PIXELS = 25_000_000
const INTERPOLATIONS: Interpolation[] = ['nearest', 'bilinear', 'bicubic', 'lanczos']

const decoded = new Map<string, Pixels>()

/** Each file is decoded once, for hundreds of cases. */
const decode = async (file: string): Promise<Pixels> => {
  const known = decoded.get(file) ?? (await decodeImage(readImage(file), MAX_PIXELS))
  decoded.set(file, known)
  return known
}

for (const interpolation of INTERPOLATIONS) {
  t.test(`resizes and crops with ${interpolation} to the pixels of Pillow and torchvision`, async (t) => {
    const cases = goldens.resample.filter((golden) => golden.interpolation === interpolation)
    t.ok(cases.length > 50)
    for (const { file, width, height, sha256: expected, pixels, ...section } of cases) {
      const preprocess = preprocessOf(section)
      const whole = await decode(file)
      const image = section.color === 'gray' ? toGray(whole) : whole
      const result = resizeAndCrop(image, preprocess, MAX_PIXELS)
      const name = `${file} ${JSON.stringify(section)}`
      t.same([result.width, result.height], [width, height], name)
      if (pixels !== undefined) t.same([...result.data], pixels, name)
      t.equal(sha256(result.data), expected, name)
    }
  })
}

/** Faster than `Uint8Array.from`, where there are millions. */
const bytes = (length: number, valueAt: (index: number) => number): Uint8Array => {
  const all = new Uint8Array(length)
  for (let i = 0; i < length; i++) all[i] = valueAt(i)
  return all
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

t.test('a large image is resampled in turns, each row as it would be alone', async (t) => {
  let state = 1
  const noise = (width: number, height: number): Pixels => {
    const data = new Uint8Array(width * height * 3)
    for (let i = 0; i < data.length; i++) {
      state = (Math.imul(state, 1103515245) + 12345) | 0
      data[i] = state >>> 16
    }
    return { width, height, channels: 3, data }
  }
  for (const [image, size] of [
    [noise(1500, 1200), { width: 300, height: 240 }],
    [noise(300, 240), { width: 1200, height: 960 }],
  ] as const) {
    const turns = resampleInTurns(image, size, { left: 0, top: 0, ...size }, 'bilinear')
    let yields = 0
    let step = turns.next()
    for (; !step.done; step = turns.next()) yields += 1
    t.ok(yields >= 2, `${yields}`)
    const rowBytes = size.width * 3
    const wrong = Array.from({ length: size.height }, (_, top) => top).filter((top) => {
      const alone = resample(image, size, { left: 0, top, width: size.width, height: 1 }, 'bilinear')
      return Buffer.compare(
        alone.data,
        (step.value as Pixels).data.subarray(top * rowBytes, (top + 1) * rowBytes),
      )
    })
    t.strictSame(wrong, [])
  }
})

t.test('an image that shrinks much is worked on in strips, and gives the same', async (t) => {
  const [width, height, channels] = [240, 20_000, 3] as const
  const data = bytes(width * height * channels, (i) => (i * 2654435761) >>> 24)
  const down = pillowWeights('bilinear', height, 2, 0, 2)
  const across = pillowWeights('bilinear', width, width, 0, width)
  const turns = resampleSeparably({ width, height, channels, data }, across, down)
  let next = turns.next()
  while (!next.done) next = turns.next()
  const rowBytes = width * channels
  const expected = Array.from({ length: 2 * rowBytes }, (_, i) => {
    const [y, x] = [Math.floor(i / rowBytes), i % rowBytes]
    let sum = 2 ** (down.bits - 1)
    for (let k = 0; k < (down.counts[y] as number); k++)
      sum +=
        (data[((down.starts[y] as number) + k) * rowBytes + x] as number) *
        (down.weights[y * down.stride + k] as number)
    return Math.floor(sum / 2 ** down.bits)
  })
  t.strictSame([...next.value.data], expected)
})

t.test('calls for several images may take turns', async (t) => {
  const image = (seed: number) => ({
    width: 1000,
    height: 1400,
    channels: 3 as const,
    data: bytes(1000 * 1400 * 3, (i) => (i * seed) >>> 5),
  })
  const size = { width: 300, height: 420 }
  const images = [image(40_503), image(65_599)]
  const together = images.map((one) => resampleInTurns(one, size, { left: 0, top: 0, ...size }, 'bicubic'))
  const results = together.map((turns) => turns.next())
  while (results.some(({ done }) => !done))
    for (const [i, turns] of together.entries()) if (!results[i]?.done) results[i] = turns.next()
  for (const [i, one] of images.entries()) {
    const alone = resample(one, size, { left: 0, top: 0, ...size }, 'bicubic')
    t.ok(Buffer.from((results[i] as { value: typeof alone }).value.data).equals(alone.data))
  }
})
