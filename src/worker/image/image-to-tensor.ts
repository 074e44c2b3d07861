/** An encoded image to the tensor that the model was trained on: decode, gray, resize, crop, normalise. */

import { setImmediate as nextTurn } from 'node:timers/promises'
import { ServingError, StartupError } from '../../errors.ts'
import { channelCount } from '../../model/channels.ts'
import type { Model } from '../../model/model.ts'
import type { ImagePreprocess } from '../../model/serving-config.ts'
import type { ModelSignature, TensorSpec } from '../../model/signature.ts'
import { DATA_TYPES } from '../../tensor/data-type.ts'
import type { Tensor } from '../../tensor/tensor.ts'
import type { Allowance } from '../allowance.ts'
import { Budget } from '../budget.ts'
import { cropWindow, resizedSize, type Size } from './geometry.ts'
import { isImageType, toTensor } from './normalize.ts'
import { type Pixels, toGray } from './pixels.ts'
import { type Interpolation, resample, resampleInTurns, type Window } from './resample.ts'

/** The image library takes a while to load, and a model without images does without it. */
export const loadDecoder = (): Promise<typeof import('./decode.ts')> => import('./decode.ts')

/** The input that takes the image: the one that serving.yaml names, else the first. */
export const imageInput = (
  { inputs }: Pick<ModelSignature, 'inputs'>,
  preprocess: ImagePreprocess,
): TensorSpec | undefined =>
  preprocess.input === undefined ? inputs[0] : inputs.find(({ name }) => name === preprocess.input)

/**
 * Pixels that images in this process have at once, decoded or on the way through resizing: one of the largest that are
 * accepted by default, or several smaller ones. A pixel is 3 bytes; what is freed may linger until it is collected, so
 * that the process may hold three times as much.
 */
const PIXELS_AT_ONCE = new Budget(32_000_000)

/**
 * A tensor [1,C,H,W], or [1,H,W,C] with layout nhwc. The model needs a `preprocess` section that checkConfig has passed.
 * All that can be refused by the header is refused before a pixel is decoded.
 * Throws ServingError ERR_INVALID_IMAGE, and what `allowance` throws.
 */
export const imageToTensor = async (
  bytes: Uint8Array,
  model: Model,
  allowance?: Pick<Allowance, 'signal' | 'hold'>,
): Promise<Tensor> => {
  const { preprocess, limits } = model.config
  const spec = preprocess && imageInput(model.signature, preprocess)
  if (preprocess === undefined || spec === undefined || !isImageType(spec.type)) {
    throw new StartupError('serving.yaml: preprocess does not name an input that takes images')
  }
  const { type } = spec
  const { openImage, decodeOpened } = await loadDecoder()
  const opened = await openImage(bytes, limits.maxImagePixels)
  const resizing = planResize(opened, preprocess, limits.maxImagePixels)
  const { width, height } = resizing?.window ?? opened
  allowance?.hold(width * height * channelCount(preprocess.color) * DATA_TYPES[type].bytes)
  const pixels = opened.width * opened.height + (resizing?.pixels ?? 0)
  const decode = async () => {
    const decoded = await decodeOpened(opened)
    const image = preprocess.color === 'gray' ? toGray(decoded) : decoded
    return toTensor(await resizeInTurns(image, resizing, preprocess), preprocess, type)
  }
  return PIXELS_AT_ONCE.use(pixels, decode, allowance?.signal)
}

type Resizing = { size: Size; window: Window; pixels: number }

/**
 * The size that an image is resized to and the window of it that is kept; undefined if it stays as it is. `maxPixels` bounds
 * `pixels`, what there is between the two passes of resizing or after them.
 */
const planResize = (image: Size, preprocess: ImagePreprocess, maxPixels: number): Resizing | undefined => {
  const { resize, crop } = preprocess
  if (resize === undefined && crop === undefined) return undefined
  const size = resizedSize(image, resize)
  if (crop !== undefined && (crop.width > size.width || crop.height > size.height)) {
    throw new ServingError(
      'ERR_INVALID_IMAGE',
      `image: ${format(image)} is smaller than the crop of ${format(crop)}`,
    )
  }
  const window = cropWindow(size, crop)
  const pixels = window.width * Math.max(window.height, image.height)
  if (pixels > maxPixels) {
    throw new ServingError(
      'ERR_INVALID_IMAGE',
      `image: resizing ${format(image)} to ${format(size)} takes more than ${maxPixels} pixels`,
    )
  }
  return { size, window, pixels }
}

const interpolationOf = ({ resize, interpolation }: ImagePreprocess): Interpolation =>
  resize === undefined ? 'nearest' : interpolation

/** A large image takes a while, during which the worker must be able to say that it is well. */
const resizeInTurns = async (
  image: Pixels,
  resizing: Resizing | undefined,
  preprocess: ImagePreprocess,
): Promise<Pixels> => {
  if (resizing === undefined) return image
  const turns = resampleInTurns(image, resizing.size, resizing.window, interpolationOf(preprocess))
  for (;;) {
    const { done, value } = turns.next()
    if (done) return value
    await nextTurn()
  }
}

/** The same in one go. */
export const resizeAndCrop = (image: Pixels, preprocess: ImagePreprocess, maxPixels: number): Pixels => {
  const resizing = planResize(image, preprocess, maxPixels)
  if (resizing === undefined) return image
  return resample(image, resizing.size, resizing.window, interpolationOf(preprocess))
}

const format = ({ width, height }: Size): string => `${width}x${height}`
