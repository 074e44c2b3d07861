import { deflateSync } from 'node:zlib'
import t from 'tap'
import { ServingError } from '../../../src/errors.ts'
import { decodeImage } from '../../../src/worker/image/decode.ts'
import { toGray } from '../../../src/worker/image/pixels.ts'
import { goldens, readImage, sha256 } from './goldens.ts'
import { hostileImages, png, pngHeader } from './hostile.ts'

const MAX_PIXELS = 25_000_000
const MEGABYTE = 1024 * 1024

t.test('decodes to the pixels of Pillow', async (t) => {
  for (const { file, width, height, rgb, gray } of goldens.decode) {
    await t.test(file, async (t) => {
      const image = await decodeImage(readImage(file), MAX_PIXELS)
      t.same([image.width, image.height, image.channels], [width, height, 3])
      t.equal(sha256(image.data), rgb, 'RGB')
      t.equal(sha256(toGray(image).data), gray, 'gray')
    })
  }
})

t.test('keeps the orientation that the pixels have, whatever EXIF says', async (t) => {
  const { width, height } = await decodeImage(readImage('jpeg-rotated-90.jpg'), MAX_PIXELS)
  t.same([width, height], [64, 48])
})

for (const { name, bytes, expected } of await hostileImages()) {
  t.test(`refuses ${name}, in little memory, and decodes the next image`, async (t) => {
    const before = process.memoryUsage().rss
    const error = await decodeImage(bytes, MAX_PIXELS).catch((error: unknown) => error)
    t.type(error, ServingError)
    if (!(error instanceof ServingError)) return
    t.equal(error.code, 'ERR_INVALID_IMAGE')
    t.match(error.message, expected)
    t.ok(error.message.length < 200)
    t.ok(process.memoryUsage().rss - before < 100 * MEGABYTE)
    t.equal((await decodeImage(readImage('jpeg-420.jpg'), MAX_PIXELS)).width, 160)
  })
}

for (const file of [
  'jpeg-420.jpg',
  'jpeg-progressive.jpg',
  'png-rgb.png',
  'webp-lossy.webp',
  'gif-still.gif',
]) {
  t.test(`refuses ${file} wherever it is cut`, async (t) => {
    const bytes = readImage(file)
    for (let percent = 0; percent < 100; percent += 3) {
      const cut = bytes.subarray(0, Math.floor((bytes.length * percent) / 100))
      await t.rejects(decodeImage(cut, MAX_PIXELS), { code: 'ERR_INVALID_IMAGE' }, `${percent} %`)
    }
  })
}

t.test('takes exactly as many pixels as the limit says', async (t) => {
  const bytes = readImage('jpeg-420.jpg')
  t.equal((await decodeImage(bytes, 160 * 120)).height, 120)
  await t.rejects(decodeImage(bytes, 160 * 120 - 1), {
    code: 'ERR_INVALID_IMAGE',
    message: 'image: 160x120 is 19200 pixels; at most 19199 are allowed',
  })
})

t.test('decodes an image of one row of 65,535 pixels', async (t) => {
  const row = deflateSync(Buffer.alloc(1 + 65_535))
  const { width, height, data } = await decodeImage(png(pngHeader(65_535, 1), row), MAX_PIXELS)
  t.same([width, height, data.length], [65_535, 1, 65_535 * 3])
})

t.test('refuses a GIF that ends inside its extensions', async (t) => {
  const gif = readImage('gif-transparent.gif')
  const paletteEnd = 13 + 3 * 2 ** (((gif[10] ?? 0) & 7) + 1)
  for (const length of [13, paletteEnd, paletteEnd + 1, paletteEnd + 3]) {
    await t.rejects(decodeImage(gif.subarray(0, length), MAX_PIXELS), { code: 'ERR_INVALID_IMAGE' })
  }
})
