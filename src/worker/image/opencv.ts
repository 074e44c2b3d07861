/**
 * OpenCV's resize with INTER_LINEAR, of 8 bits: two neighbours a side however much the image shrinks, weights as 11-bit
 * fixed point from positions in float32, and a second pass that drops bits before it multiplies (imgproc/src/resize.cpp).
 */

import { roundHalfToEven } from './geometry.ts'
import type { Pixels, Size, Window } from './pixels.ts'
import { inBands } from './separable.ts'

const ONE = 2048

/** Resizes to `size` and returns its `window`, which must lie inside. */
export function* resampleOpencv(image: Pixels, size: Size, window: Window): Generator<void, Pixels> {
  const across = neighbours(image.width, size.width, window.left, window.width, true)
  const down = neighbours(image.height, size.height, window.top, window.height, false)
  const { width, height } = window
  const { channels } = image
  const rowLength = width * channels
  const data = new Uint8Array(height * rowLength)
  // The two rows that the last output was made of: the next one often needs one of them, or both.
  const rows = [new Int32Array(rowLength), new Int32Array(rowLength)]
  const held = [-1, -1]
  const rowAt = (y: number, keep: number): number => {
    const known = held.indexOf(y)
    if (known !== -1) return known
    const slot = held[0] === keep ? 1 : 0
    blendRow(rows[slot] as Int32Array, image, y, across)
    held[slot] = y
    return slot
  }
  for (const [from, to] of inBands(0, height, width)) {
    if (from > 0) yield
    for (let y = from; y < to; y++) {
      const second = down.second[y] as number
      const firstSlot = rowAt(down.first[y] as number, second)
      const secondSlot = rowAt(second, down.first[y] as number)
      const one = rows[firstSlot] as Int32Array
      const other = rows[secondSlot] as Int32Array
      const near = down.near[y] as number
      const far = down.far[y] as number
      for (let i = 0, to = y * rowLength; i < rowLength; i++, to++) {
        data[to] =
          (((((one[i] as number) >> 4) * near) >> 16) + ((((other[i] as number) >> 4) * far) >> 16) + 2) >> 2
      }
    }
  }
  return { width, height, channels, data }
}

/** For each output its two inputs and their weights. */
type Neighbours = { first: Int32Array; second: Int32Array; near: Int32Array; far: Int32Array }

/** Outside the image lies its edge: along a row the weight goes to the edge as well, along a column it stays where it is. */
const neighbours = (
  inputs: number,
  outputs: number,
  from: number,
  length: number,
  clampsWeights: boolean,
): Neighbours => {
  const scale = 1 / (outputs / inputs)
  const last = inputs - 1
  const first = new Int32Array(length)
  const second = new Int32Array(length)
  const near = new Int32Array(length)
  const far = new Int32Array(length)
  for (let i = 0; i < length; i++) {
    const position = Math.fround((from + i + 0.5) * scale - 0.5)
    const start = Math.floor(position)
    const isOutside = clampsWeights && (start < 0 || start >= last)
    const share = isOutside ? 0 : Math.fround(position - start)
    first[i] = Math.min(Math.max(start, 0), last)
    second[i] = Math.min(Math.max(start + 1, 0), last)
    near[i] = roundHalfToEven(Math.fround(Math.fround(1 - share) * ONE))
    far[i] = roundHalfToEven(Math.fround(share * ONE))
  }
  return { first, second, near, far }
}

const blendRow = (
  out: Int32Array,
  { width, channels, data }: Pixels,
  y: number,
  across: Neighbours,
): void => {
  const { first, second, near, far } = across
  const start = y * width * channels
  for (let x = 0, to = 0; x < first.length; x++) {
    const one = start + (first[x] as number) * channels
    const other = start + (second[x] as number) * channels
    for (let channel = 0; channel < channels; channel++, to++) {
      out[to] =
        (data[one + channel] as number) * (near[x] as number) +
        (data[other + channel] as number) * (far[x] as number)
    }
  }
}
