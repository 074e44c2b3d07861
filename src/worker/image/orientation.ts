/** EXIF orientations as Pillow's ImageOps.exif_transpose applies them. */

import type { Pixels, Size } from './pixels.ts'

/** EXIF's numbers from 5 on exchange width and height. */
export const isSideways = (orientation: number): boolean => orientation >= 5 && orientation <= 8

export const orientedSize = ({ width, height }: Size, orientation: number): Size =>
  isSideways(orientation) ? { width: height, height: width } : { width, height }

/** The upright picture. Numbers other than 2 to 8 leave it as it is. */
export const orient = (image: Pixels, orientation: number): Pixels => {
  if (!(orientation >= 2 && orientation <= 8)) return image
  const { channels } = image
  const { width, height } = orientedSize(image, orientation)
  const data = new Uint8Array(image.data.length)
  // How far the source moves with a step to the right and one down, and where it starts.
  const right = image.width - 1
  const bottom = image.width * (image.height - 1)
  const [start, across, down] = (
    {
      2: [right, -1, image.width],
      3: [right + bottom, -1, -image.width],
      4: [bottom, 1, -image.width],
      5: [0, image.width, 1],
      6: [bottom, -image.width, 1],
      7: [right + bottom, -image.width, -1],
      8: [right, image.width, -1],
    } as Record<number, [number, number, number]>
  )[orientation] as [number, number, number]
  let to = 0
  for (let y = 0; y < height; y++) {
    let from = (start + y * down) * channels
    for (let x = 0; x < width; x++, from += across * channels) {
      for (let channel = 0; channel < channels; channel++) data[to++] = image.data[from + channel] as number
    }
  }
  return { width, height, channels, data }
}
