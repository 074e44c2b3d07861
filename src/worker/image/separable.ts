/**
 * Separable resampling in fixed point: along the rows, then along the columns, each rounded and clipped to 8 bits. In turns,
 * since a large image takes a while.
 */

import type { Pixels } from './pixels.ts'

/** Pixels after which a large image lets others go first: a few milliseconds' work. */
const PIXELS_IN_ONE_GO = 500_000

/** Ranges from `start` to `end`, each of as many rows of so many pixels as are done in one go. */
export function* inBands(start: number, end: number, pixels: number): Generator<[from: number, to: number]> {
  const rows = Math.ceil(PIXELS_IN_ONE_GO / pixels)
  for (let from = start; from < end; from += rows) yield [from, Math.min(end, from + rows)]
}

/** For each output of a range: `counts[i]` inputs from `starts[i]`, weighted by `weights` from `i * stride`. */
export type Weights = {
  starts: Int32Array
  counts: Int32Array
  weights: Int32Array
  stride: number
  /** What the weights of an output add up to, about: 2 to this power. */
  bits: number
  /** All inputs used lie from `first` (included) to `end` (excluded). */
  first: number
  end: number
}

/** Both passes. The rows that `down` does not use are not computed. */
export function* resampleSeparably(image: Pixels, across: Weights, down: Weights): Generator<void, Pixels> {
  const rows = yield* alongRows(image, across, down.first, down.end)
  return yield* alongColumns(rows, down)
}

type Blend = typeof blendColor

/**
 * One output pixel: the weighted sum of `count` input pixels that lie `step` bytes apart, rounded. The clamped array
 * clips it to 0…255. Sums stay far inside 32 bits, as weights of a pixel add up to 2^22 at most, about.
 */
const blendColor = (
  out: Uint8ClampedArray,
  to: number,
  data: Uint8Array,
  from: number,
  step: number,
  weights: Int32Array,
  firstWeight: number,
  count: number,
  bits: number,
): void => {
  const half = 1 << (bits - 1)
  let red = half
  let green = half
  let blue = half
  const end = firstWeight + count
  for (let k = firstWeight, at = from; k < end; k++, at += step) {
    const weight = weights[k] as number
    red = (red + Math.imul(data[at] as number, weight)) | 0
    green = (green + Math.imul(data[at + 1] as number, weight)) | 0
    blue = (blue + Math.imul(data[at + 2] as number, weight)) | 0
  }
  out[to] = red >> bits
  out[to + 1] = green >> bits
  out[to + 2] = blue >> bits
}

const blendGray: Blend = (out, to, data, from, step, weights, firstWeight, count, bits) => {
  let sum = 1 << (bits - 1)
  const end = firstWeight + count
  for (let k = firstWeight, at = from; k < end; k++, at += step) {
    sum = (sum + Math.imul(data[at] as number, weights[k] as number)) | 0
  }
  out[to] = sum >> bits
}

/** Rows `firstRow` (included) to `endRow` (excluded) of the image, each resampled along its length. */
function* alongRows(
  image: Pixels,
  across: Weights,
  firstRow: number,
  endRow: number,
): Generator<void, Pixels> {
  const { channels } = image
  const width = across.starts.length
  const height = endRow - firstRow
  const out = new Uint8ClampedArray(width * height * channels)
  for (const [from, to] of inBands(firstRow, endRow, Math.max(image.width, width))) {
    if (from > firstRow) yield
    blendAlongRows(out, (from - firstRow) * width * channels, image, across, from, to)
  }
  return { width, height, channels, data: new Uint8Array(out.buffer) }
}

const blendAlongRows = (
  out: Uint8ClampedArray,
  start: number,
  { width: imageWidth, channels, data }: Pixels,
  { starts, counts, weights, stride, bits }: Weights,
  firstRow: number,
  endRow: number,
): void => {
  const blend = channels === 3 ? blendColor : blendGray
  const width = starts.length
  let to = start
  for (let row = firstRow; row < endRow; row++) {
    const rowStart = row * imageWidth * channels
    for (let x = 0; x < width; x++, to += channels) {
      const from = rowStart + (starts[x] as number) * channels
      blend(out, to, data, from, channels, weights, x * stride, counts[x] as number, bits)
    }
  }
}

/** The second pass. The image begins with the row `down.first`. */
function* alongColumns(image: Pixels, down: Weights): Generator<void, Pixels> {
  const { width, channels } = image
  const height = down.starts.length
  const out = new Uint8ClampedArray(width * height * channels)
  // As many rows of the image as there are for each of the result.
  const pixels = width * Math.max(1, image.height / height)
  for (const [from, to] of inBands(0, height, pixels)) {
    if (from > 0) yield
    blendAlongColumns(out, image, down, from, to)
  }
  return { width, height, channels, data: new Uint8Array(out.buffer) }
}

const blendAlongColumns = (
  out: Uint8ClampedArray,
  { width, channels, data }: Pixels,
  { starts, counts, weights, stride, bits, first }: Weights,
  firstRow: number,
  endRow: number,
): void => {
  const blend = channels === 3 ? blendColor : blendGray
  const rowBytes = width * channels
  let to = firstRow * rowBytes
  for (let y = firstRow; y < endRow; y++) {
    const rowStart = ((starts[y] as number) - first) * rowBytes
    const count = counts[y] as number
    for (let x = 0; x < rowBytes; x += channels, to += channels) {
      blend(out, to, data, rowStart + x, rowBytes, weights, y * stride, count, bits)
    }
  }
}
