/** JPEGs that cost as much to send and to decode as photos do: smooth noise at all scales, and grain. */

import { sharp } from '../../src/worker/image/sharp.ts'
import { type Random, seededRandom } from './random.ts'

const SIZES = [
  { width: 500, height: 375 },
  { width: 640, height: 480 },
]
const QUALITY = 88
const GRAIN = 12
/** Pixels between the points of the coarsest and of the finest noise of brightness; colour has only coarse ones. */
const COARSEST = 256
const FINEST = 2
const FINEST_COLOUR = 32
/** How far brightness and colour reach around their middle, of 255. */
const BRIGHTNESS_RANGE = 110
const COLOUR_RANGE = 50

/** Adds noise that is random at points `step` pixels apart and smooth between them. */
const addNoise = (target: Float32Array, width: number, step: number, limit: number, random: Random) => {
  const height = target.length / width
  const columns = Math.ceil(width / step) + 1
  const points = random(columns * (Math.ceil(height / step) + 1), limit)
  const at = (index: number) => points[index] as number
  const ease = (part: number) => part * part * (3 - 2 * part)
  for (let y = 0; y < height; y++) {
    const row = Math.floor(y / step)
    const down = ease(y / step - row)
    for (let x = 0; x < width; x++) {
      const column = Math.floor(x / step)
      const right = ease(x / step - column)
      const corner = row * columns + column
      const above = at(corner) * (1 - right) + at(corner + 1) * right
      const below = at(corner + columns) * (1 - right) + at(corner + columns + 1) * right
      target[y * width + x] = (target[y * width + x] as number) + above * (1 - down) + below * down
    }
  }
}

/** Noise whose amplitude halves with its scale, as it does in photos. */
const plane = (pixels: number, width: number, finest: number, range: number, random: Random) => {
  const target = new Float32Array(pixels)
  for (let step = COARSEST, limit = range; step >= finest; step /= 2, limit /= 2) {
    addNoise(target, width, step, limit, random)
  }
  return target
}

const photo = (width: number, height: number): Promise<Buffer> => {
  const pixels = width * height
  const random = seededRandom(width)
  const brightness = plane(pixels, width, FINEST, BRIGHTNESS_RANGE, random)
  const grain = random(pixels, GRAIN)
  const colours = [0, 1, 2].map(() => plane(pixels, width, FINEST_COLOUR, COLOUR_RANGE, random))
  const rgb = new Uint8ClampedArray(3 * pixels)
  for (let pixel = 0; pixel < pixels; pixel++) {
    const gray = 128 + (brightness[pixel] as number) + (grain[pixel] as number)
    for (const [channel, colour] of colours.entries())
      rgb[3 * pixel + channel] = gray + (colour[pixel] as number)
  }
  return sharp(rgb, { raw: { width, height, channels: 3 } })
    .jpeg({ quality: QUALITY })
    .toBuffer()
}

/** The photos by file name, e.g. `500x375.jpg`. */
export const photos = async (): Promise<Record<string, Uint8Array>> => {
  const named = SIZES.map(
    async ({ width, height }) => [`${width}x${height}.jpg`, await photo(width, height)] as const,
  )
  return Object.fromEntries(await Promise.all(named))
}
