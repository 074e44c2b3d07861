/**
 * Resampling with Pillow's arithmetic, so that a model gets the pixels it was trained on, to the bit: separable filters
 * whose support grows when the image shrinks, weights as 22-bit fixed point, first along rows, then along columns,
 * each rounded and clipped to 8 bits (Pillow 3.3 to 12, Resample.c; from 13 on, Pillow does columns first where the height
 * shrinks much more than the width, which changes some values by one). Only the pixels that the crop needs are computed.
 */

import type { Pixels } from './pixels.ts'

export type Interpolation = 'nearest' | 'bilinear' | 'bicubic' | 'lanczos'

/** The part of the resized image to compute. */
export type Window = { left: number; top: number; width: number; height: number }

type Size = { width: number; height: number }

/** Pixels after which a large image lets others go first: a few milliseconds' work. */
const PIXELS_IN_ONE_GO = 500_000

/** Resizes to `size` and returns its `window`, which must lie inside. Yields now and then, so that it need not be done in one go. */
export function* resampleInTurns(
  image: Pixels,
  size: Size,
  window: Window,
  interpolation: Interpolation,
): Generator<void, Pixels> {
  const { left, top, width, height } = window
  if (interpolation === 'nearest') {
    const columns = nearestIndices(image.width, size.width, left, width)
    const rows = nearestIndices(image.height, size.height, top, height)
    return pick(image, columns, rows)
  }
  const filter = FILTERS[interpolation]
  const across = computeWeights(image.width, size.width, left, width, filter)
  const down = computeWeights(image.height, size.height, top, height, filter)
  const rows = yield* alongRows(image, across, down.first, down.end)
  return yield* alongColumns(rows, down)
}

/** The same in one go. */
export const resample = (image: Pixels, size: Size, window: Window, interpolation: Interpolation): Pixels => {
  const turns = resampleInTurns(image, size, window, interpolation)
  for (;;) {
    const { done, value } = turns.next()
    if (done) return value
  }
}

/** Ranges from `start` to `end`, each of as many rows of so many pixels as are done in one go. */
function* inBands(start: number, end: number, pixels: number): Generator<[from: number, to: number]> {
  const rows = Math.ceil(PIXELS_IN_ONE_GO / pixels)
  for (let from = start; from < end; from += rows) yield [from, Math.min(end, from + rows)]
}

type Filter = { support: number; at: (x: number) => number }

const sinc = (x: number): number => (x === 0 ? 1 : Math.sin(x * Math.PI) / (x * Math.PI))

const FILTERS: Record<Exclude<Interpolation, 'nearest'>, Filter> = {
  bilinear: { support: 1, at: (x) => Math.max(0, 1 - Math.abs(x)) },
  bicubic: {
    support: 2,
    at: (signed) => {
      const x = Math.abs(signed)
      if (x < 1) return (1.5 * x - 2.5) * x * x + 1
      return x < 2 ? (((x - 5) * x + 8) * x - 4) * -0.5 : 0
    },
  },
  lanczos: { support: 3, at: (x) => (x >= -3 && x < 3 ? sinc(x) * sinc(x / 3) : 0) },
}

const PRECISION_BITS = 22
const HALF = 1 << (PRECISION_BITS - 1)

/** For each output of a range: `counts[i]` inputs from `starts[i]`, weighted by `weights` from `i * stride`. */
type Weights = {
  starts: Int32Array
  counts: Int32Array
  weights: Int32Array
  stride: number
  /** All inputs used lie from `first` (included) to `end` (excluded). */
  first: number
  end: number
}

const computeWeights = (
  inputs: number,
  outputs: number,
  from: number,
  length: number,
  filter: Filter,
): Weights => {
  const scale = inputs / outputs
  const stretch = Math.max(scale, 1)
  const support = filter.support * stretch
  const stride = Math.ceil(support) * 2 + 1
  const starts = new Int32Array(length)
  const counts = new Int32Array(length)
  const weights = new Int32Array(length * stride)
  const exact = new Float64Array(stride)
  for (let i = 0; i < length; i++) {
    const center = (from + i + 0.5) * scale
    const start = Math.max(0, Math.trunc(center - support + 0.5))
    const count = Math.min(inputs, Math.trunc(center + support + 0.5)) - start
    let sum = 0
    for (let k = 0; k < count; k++) {
      exact[k] = filter.at((k + start - center + 0.5) * (1 / stretch))
      sum += exact[k] as number
    }
    for (let k = 0; k < count; k++) {
      const weight = ((exact[k] as number) / (sum === 0 ? 1 : sum)) * (1 << PRECISION_BITS)
      weights[i * stride + k] = Math.trunc(weight < 0 ? weight - 0.5 : weight + 0.5)
    }
    starts[i] = start
    counts[i] = count
  }
  const last = length - 1
  const end = (starts[last] as number) + (counts[last] as number)
  return { starts, counts, weights, stride, first: starts[0] as number, end }
}

type Blend = typeof blendColor

/**
 * One output pixel: the weighted sum of `count` input pixels that lie `step` bytes apart, rounded. The clamped array
 * clips it to 0…255. Sums stay far inside 32 bits, as weights of a pixel add up to about 2^22.
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
): void => {
  let red = HALF
  let green = HALF
  let blue = HALF
  const end = firstWeight + count
  for (let k = firstWeight, at = from; k < end; k++, at += step) {
    const weight = weights[k] as number
    red = (red + Math.imul(data[at] as number, weight)) | 0
    green = (green + Math.imul(data[at + 1] as number, weight)) | 0
    blue = (blue + Math.imul(data[at + 2] as number, weight)) | 0
  }
  out[to] = red >> PRECISION_BITS
  out[to + 1] = green >> PRECISION_BITS
  out[to + 2] = blue >> PRECISION_BITS
}

const blendGray: Blend = (out, to, data, from, step, weights, firstWeight, count) => {
  let sum = HALF
  const end = firstWeight + count
  for (let k = firstWeight, at = from; k < end; k++, at += step) {
    sum = (sum + Math.imul(data[at] as number, weights[k] as number)) | 0
  }
  out[to] = sum >> PRECISION_BITS
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
  { starts, counts, weights, stride }: Weights,
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
      blend(out, to, data, from, channels, weights, x * stride, counts[x] as number)
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
  { starts, counts, weights, stride, first }: Weights,
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
      blend(out, to, data, rowStart + x, rowBytes, weights, y * stride, count)
    }
  }
}

/** Source positions as Pillow finds them: by adding up the scale, so that its rounding errors are the same. */
const nearestIndices = (inputs: number, outputs: number, from: number, length: number): Int32Array => {
  const scale = inputs / outputs
  const indices = new Int32Array(length)
  let position = scale * 0.5
  for (let i = 0; i < from + length; i++) {
    if (i >= from) indices[i - from] = Math.trunc(position)
    position += scale
  }
  return indices
}

const pick = (image: Pixels, columns: Int32Array, rows: Int32Array): Pixels => {
  const { channels, data } = image
  const out = new Uint8Array(columns.length * rows.length * channels)
  let to = 0
  for (const row of rows) {
    for (const column of columns) {
      const from = (row * image.width + column) * channels
      for (let channel = 0; channel < channels; channel++) out[to++] = data[from + channel] as number
    }
  }
  return { width: columns.length, height: rows.length, channels, data: out }
}
