/** An image as the resampler and the tensor maker take it. */

export type Size = { width: number; height: number }

/** A part of an image. */
export type Window = Size & { left: number; top: number }

export type Pixels = Size & {
  /** Interleaved: 3 for RGB, 1 for gray. */
  channels: 1 | 3
  /** `height` rows of `width` pixels of `channels` values, 0 to 255. */
  data: Uint8Array
}

/**
 * Gray as Pillow's convert('L') computes it (ITU-R 601-2, fixed point, rounded).
 * Pixels whose channels are equal keep their value.
 */
export const toGray = ({ width, height, data }: Pixels): Pixels => {
  const gray = new Uint8Array(width * height)
  for (let i = 0, from = 0; i < gray.length; i++, from += 3) {
    const red = data[from] as number
    const green = data[from + 1] as number
    const blue = data[from + 2] as number
    gray[i] = (red * 19595 + green * 38470 + blue * 7471 + 0x8000) >> 16
  }
  return { width, height, channels: 1, data: gray }
}

/** The image on a canvas of one value, at a place where it fits. */
export const placeOn = (image: Pixels, canvas: Canvas): Pixels => {
  const { width, height, left, top, value } = canvas
  const { channels } = image
  const data = new Uint8Array(width * height * channels).fill(value)
  const rowBytes = image.width * channels
  for (let y = 0; y < image.height; y++) {
    const row = image.data.subarray(y * rowBytes, (y + 1) * rowBytes)
    data.set(row, ((top + y) * width + left) * channels)
  }
  return { width, height, channels, data }
}

/** What an image is placed on, and where. */
export type Canvas = Size & { left: number; top: number; value: number }
