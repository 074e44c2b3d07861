/** Nearest neighbours, as Pillow finds them. */

import type { Pixels, Size, Window } from './pixels.ts'

export const resampleNearest = (image: Pixels, size: Size, window: Window): Pixels => {
  const columns = nearestIndices(image.width, size.width, window.left, window.width)
  const rows = nearestIndices(image.height, size.height, window.top, window.height)
  return pick(image, columns, rows)
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
