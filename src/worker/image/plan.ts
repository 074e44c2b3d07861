/** What is to become of an image, by its size alone. */

import { ServingError } from '../../errors.ts'
import type { ImagePreprocess } from '../../model/preprocess-config.ts'
import { libraryOf } from '../../model/resampling.ts'
import { canvasFor, cropWindow, lineWidth, resizedSize } from './geometry.ts'
import type { Canvas, Size, Window } from './pixels.ts'
import { isColumnsFirst } from './resample.ts'

export type Plan = {
  /** What is done to the pixels: resized to `size`, `window` kept, and placed on `canvas`. */
  resizing?: { size: Size; window: Window; canvas?: Canvas }
  /** The tensor's width and height. */
  final: Size
  /** What there is between the two passes of resizing or after them. */
  pixels: number
}

/** What becomes of an image of this size. Throws ServingError ERR_INVALID_IMAGE where that takes more than `maxPixels`. */
export const planResize = (image: Size, preprocess: ImagePreprocess, maxPixels: number): Plan => {
  const { resize, crop } = preprocess
  if (resize === undefined && crop === undefined) return { final: image, pixels: 0 }
  const size = resizedSize(image, resize)
  if (Math.min(size.width, size.height) < 1)
    throw new ServingError(
      'ERR_INVALID_IMAGE',
      `image: resizing ${format(image)} would leave nothing of its shorter side, ${format(size)}`,
    )
  const window = cropWindow(size, crop)
  const canvas = canvasFor(window, preprocess)
  const { width, height } = canvas ?? window
  const final =
    resize !== undefined && 'line' in resize
      ? { width: lineWidth(image, resize.line), height }
      : { width, height }
  const between = isColumnsFirst(image, size, libraryOf(preprocess))
    ? image.width * window.height
    : window.width * Math.max(window.height, image.height)
  const pixels =
    Math.max(between, final.width * final.height) + (canvas === undefined ? 0 : window.width * window.height)
  if (pixels > maxPixels) {
    throw new ServingError(
      'ERR_INVALID_IMAGE',
      `image: resizing ${format(image)} to ${format(size)} takes more than ${maxPixels} pixels`,
    )
  }
  return { resizing: { size, window, ...(canvas !== undefined && { canvas }) }, final, pixels }
}

const format = ({ width, height }: Size): string => `${width}x${height}`
