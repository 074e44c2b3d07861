/** An image as the resampler and the tensor maker take it. */

export type Pixels = {
  width: number
  height: number
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
