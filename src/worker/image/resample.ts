/**
 * Resampling with the arithmetic of the library that the model was trained with, so that it gets those pixels, to the bit. Only
 * the pixels that the crop needs are computed.
 */

import type { Interpolation, Library } from '../../model/preprocess-config.ts'
import { pillowWeights, torchvisionWeights } from './filters.ts'
import { resampleNearest } from './nearest.ts'
import { resampleOpencv } from './opencv.ts'
import type { Pixels, Size, Window } from './pixels.ts'
import { resampleSeparably } from './separable.ts'

/**
 * Resizes to `size` and returns its `window`, which must lie inside. Yields now and then, so that it need not be done in one go.
 *
 * @param library Pillow 13 (3.3 to 12 do rows first whatever the sizes are, which changes some values by one); torchvision on uint8
 * tensors with antialias; OpenCV's INTER_LINEAR, whatever `interpolation` says
 */
export function* resampleInTurns(
  image: Pixels,
  size: Size,
  window: Window,
  interpolation: Interpolation,
  library: Library = 'pillow',
): Generator<void, Pixels> {
  if (interpolation === 'nearest') return resampleNearest(image, size, window)
  if (library === 'opencv') return yield* resampleOpencv(image, size, window)
  const { left, top, width, height } = window
  const weigh = library === 'pillow' ? pillowWeights : torchvisionWeights
  const across = weigh(interpolation, image.width, size.width, left, width)
  const down = weigh(interpolation, image.height, size.height, top, height)
  return yield* resampleSeparably(image, across, down, isColumnsFirst(image, size, library))
}

/** Pillow 13 begins with the columns where the height loses more than twice as many pixels as the width. */
export const isColumnsFirst = (image: Size, size: Size, library: Library): boolean => {
  const lost = image.height - size.height
  return library === 'pillow' && lost > 0 && lost > 2 * (image.width - size.width)
}

/** The same in one go. */
export const resample = (
  image: Pixels,
  size: Size,
  window: Window,
  interpolation: Interpolation,
  library?: Library,
): Pixels => {
  const turns = resampleInTurns(image, size, window, interpolation, library)
  for (;;) {
    const { done, value } = turns.next()
    if (done) return value
  }
}
