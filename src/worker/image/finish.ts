/** Decoded pixels to a tensor: all that is done in JavaScript and WebAssembly, and can be done on any thread. */

import type { ImagePreprocess } from '../../model/preprocess-config.ts'
import { libraryOf } from '../../model/resampling.ts'
import type { Tensor } from '../../tensor/tensor.ts'
import { type ImageType, padRight, toTensor } from './normalize.ts'
import { orient } from './orientation.ts'
import { type Pixels, placeOn, toGray } from './pixels.ts'
import { type Plan, planResize } from './plan.ts'
import { release } from './release.ts'
import { resampleInTurns } from './resample.ts'
import { type Decoded, toRgb } from './to-rgb.ts'

/** Plain data, which can be sent to another thread. */
export type Unfinished = {
  decoded: Decoded
  /** By EXIF's numbers. */
  orientation: number
  plan: Plan
  preprocess: ImagePreprocess
  type: ImageType
}

/** Yields now and then, so that it need not be done in one go. */
export function* finishing({
  decoded,
  orientation,
  plan,
  preprocess,
  type,
}: Unfinished): Generator<void, Tensor> {
  const upright = orient(toRgb(decoded), orientation)
  const image = preprocess.color === 'gray' ? toGray(upright) : upright
  const resized = yield* resizing(image, plan, preprocess)
  const tensor = toTensor(resized, preprocess, type)
  if (resized !== image) release(resized.data)
  return padRight(tensor, preprocess, plan.final.width)
}

function* resizing(image: Pixels, plan: Plan, preprocess: ImagePreprocess): Generator<void, Pixels> {
  if (plan.resizing === undefined) return image
  const { size, window, canvas } = plan.resizing
  const interpolation = preprocess.resize === undefined ? 'nearest' : preprocess.interpolation
  const resized = yield* resampleInTurns(image, size, window, interpolation, libraryOf(preprocess))
  return canvas === undefined ? resized : placeOn(resized, canvas)
}

/** What the steps of such work give in the end, in one go. */
export const inOneGo = <T>(turns: Generator<void, T>): T => {
  for (;;) {
    const { done, value } = turns.next()
    if (done) return value
  }
}

/** All of an image that is left by resizing it. */
export const resizeAndCrop = (image: Pixels, preprocess: ImagePreprocess, maxPixels: number): Pixels =>
  inOneGo(resizing(image, planResize(image, preprocess, maxPixels), preprocess))
