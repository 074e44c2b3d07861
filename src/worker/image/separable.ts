/**
 * Separable resampling in fixed point: along the rows, then along the columns, each rounded and clipped to 8 bits. In turns,
 * since a large image takes a while.
 */

import { arrange, passes, putNumbers, viewAt } from './kernel.ts'
import type { Pixels } from './pixels.ts'
import { release } from './release.ts'

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

/**
 * Both passes, which round and so do not give the same in the other order. The rows that `down` does not use are not computed.
 */
export function* resampleSeparably(
  image: Pixels,
  across: Weights,
  down: Weights,
  isColumnsFirst = false,
): Generator<void, Pixels> {
  if (isColumnsFirst) {
    const columns = yield* alongColumns(rowsOf(image, down.first, down.end), down)
    const resized = yield* alongRows(columns, across, 0, columns.height)
    release(columns.data)
    return resized
  }
  const rows = yield* alongRows(image, across, down.first, down.end)
  const resized = yield* alongColumns(rows, down)
  release(rows.data)
  return resized
}

const rowsOf = ({ width, channels, data }: Pixels, from: number, to: number): Pixels => {
  const rowBytes = width * channels
  return { width, height: to - from, channels, data: data.subarray(from * rowBytes, to * rowBytes) }
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
  const data = new Uint8Array(width * height * channels)
  for (const [from, to] of inBands(firstRow, endRow, Math.max(image.width, width))) {
    if (from > firstRow) yield
    data.set(bandAlongRows(image, across, from, to), (from - firstRow) * width * channels)
  }
  return { width, height, channels, data }
}

/** Rows `from` to `to`, as a view of the module's memory. */
const bandAlongRows = (
  { width: imageWidth, channels, data }: Pixels,
  { starts, counts, weights, stride, bits }: Weights,
  from: number,
  to: number,
): Uint8Array => {
  const width = starts.length
  const rowBytes = imageWidth * channels
  const source = data.subarray(from * rowBytes, to * rowBytes)
  const bytes = (to - from) * width * channels
  const [a = 0, b = 0, c = 0, d = 0, e = 0] = arrange(
    starts.byteLength,
    counts.byteLength,
    weights.byteLength,
    source.byteLength,
    bytes,
  )
  putNumbers(a, starts)
  putNumbers(b, counts)
  putNumbers(c, weights)
  viewAt(d, source.byteLength).set(source)
  passes.alongRows(d, rowBytes, e, to - from, width, channels, a, b, c, stride, bits)
  return viewAt(e, bytes)
}

/** The second pass. The image begins with the row `down.first`. */
function* alongColumns(image: Pixels, down: Weights): Generator<void, Pixels> {
  const { width, channels } = image
  const height = down.starts.length
  const rowBytes = width * channels
  const data = new Uint8Array(rowBytes * height)
  // As many rows of the image as there are for each of the result.
  const pixels = width * Math.max(1, image.height / height)
  for (const [from, to] of inBands(0, height, pixels)) {
    if (from > 0) yield
    for (const [left, right] of inStrips(rowBytes, rowsFor(down, from, to)))
      copyStrip(bandAlongColumns(image, down, from, to, left, right), data, rowBytes, from, left, right)
  }
  return { width, height, channels, data }
}

/** Rows of the image that rows `from` to `to` of the result are made of. */
const rowsFor = ({ starts, counts, first }: Weights, from: number, to: number) => ({
  top: (starts[from] as number) - first,
  end: (starts[to - 1] as number) + (counts[to - 1] as number) - first,
})

/** Most bytes of the image that the module gets at once: an image that shrinks much is worked on in strips. */
const STRIP_BYTES = 2 ** 22

/** Ranges of the bytes of a row. */
function* inStrips(
  rowBytes: number,
  { top, end }: { top: number; end: number },
): Generator<[left: number, right: number]> {
  const width = Math.max(16, Math.floor(STRIP_BYTES / (end - top)))
  for (let left = 0; left < rowBytes; left += width) yield [left, Math.min(rowBytes, left + width)]
}

/** Rows `from` to `to` of the result, their bytes `left` to `right`, as a view of the module's memory. */
const bandAlongColumns = (
  { width, channels, data }: Pixels,
  down: Weights,
  from: number,
  to: number,
  left: number,
  right: number,
): Uint8Array => {
  const { stride, bits, first } = down
  const { top, end } = rowsFor(down, from, to)
  const starts = down.starts.subarray(from, to)
  const counts = down.counts.subarray(from, to)
  const weights = down.weights.subarray(from * stride, to * stride)
  const bytes = (to - from) * (right - left)
  const [a = 0, b = 0, c = 0, d = 0, e = 0] = arrange(
    starts.byteLength,
    counts.byteLength,
    weights.byteLength,
    (end - top) * (right - left),
    bytes,
  )
  putNumbers(a, starts)
  putNumbers(b, counts)
  putNumbers(c, weights)
  const rowBytes = width * channels
  const source = viewAt(d, (end - top) * (right - left))
  if (right - left === rowBytes) source.set(data.subarray(top * rowBytes, end * rowBytes))
  else
    for (let row = top; row < end; row++)
      source.set(data.subarray(row * rowBytes + left, row * rowBytes + right), (row - top) * (right - left))
  passes.alongColumns(d, right - left, first + top, e, to - from, a, b, c, stride, bits)
  return viewAt(e, bytes)
}

const copyStrip = (
  strip: Uint8Array,
  data: Uint8Array,
  rowBytes: number,
  row: number,
  left: number,
  right: number,
): void => {
  const width = right - left
  if (width === rowBytes) {
    data.set(strip, row * rowBytes)
    return
  }
  for (let at = 0, to = row * rowBytes + left; at < strip.length; at += width, to += rowBytes)
    data.set(strip.subarray(at, at + width), to)
}
