/** An encoded image to the tensor that the model was trained on: decode, gray, resize, crop, normalise. */

import { setImmediate as nextTurn } from 'node:timers/promises'
import { ServingError, StartupError } from '../../errors.ts'
import { channelCount } from '../../model/channels.ts'
import type { Model } from '../../model/model.ts'
import type { ImagePreprocess } from '../../model/preprocess-config.ts'
import { libraryOf } from '../../model/resampling.ts'
import type { ModelSignature, TensorSpec } from '../../model/signature.ts'
import { DATA_TYPES } from '../../tensor/data-type.ts'
import type { PictureView } from '../../tensor/picture-view.ts'
import type { Tensor } from '../../tensor/tensor.ts'
import type { Allowance } from '../allowance.ts'
import { Budget } from '../budget.ts'
import { canvasFor, cropWindow, lineWidth, resizedSize } from './geometry.ts'
import { isImageType, padRight, toTensor } from './normalize.ts'
import { orient, orientedSize } from './orientation.ts'
import { type Canvas, type Pixels, placeOn, type Size, toGray, type Window } from './pixels.ts'
import { isColumnsFirst, resampleInTurns } from './resample.ts'

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
 * A tensor [1,C,H,W], or [1,H,W,C] with layout nhwc, and how the picture lies in it. The model needs a `preprocess` section that checkConfig has passed.
 * All that can be refused by the header is refused before a pixel is decoded.
 * Throws ServingError ERR_INVALID_IMAGE, and what `allowance` throws.
 */
export const imageToTensor = async (
  bytes: Uint8Array,
  model: Model,
  allowance?: Pick<Allowance, 'signal' | 'hold'>,
): Promise<{ tensor: Tensor; view: PictureView }> => {
  const { preprocess, limits } = model.config
  const spec = preprocess && imageInput(model.signature, preprocess)
  if (preprocess === undefined || spec === undefined || !isImageType(spec.type)) {
    throw new StartupError('serving.yaml: preprocess does not name an input that takes images')
  }
  const { type } = spec
  const { openImage, decodeOpened } = await loadDecoder()
  const opened = await openImage(bytes, limits.maxImagePixels)
  const orientation = preprocess.orientation === 'exif' ? (opened.header.orientation ?? 1) : 1
  const upright = orientedSize(opened, orientation)
  const plan = planResize(upright, preprocess, limits.maxImagePixels)
  const { width, height } = plan.final
  allowance?.hold(width * height * channelCount(preprocess.color) * DATA_TYPES[type].bytes)
  const copies = orientation === 1 ? 1 : 2
  const pixels = copies * opened.width * opened.height + plan.pixels
  const decode = async () => {
    const decoded = orient(await decodeOpened(opened), orientation)
    const image = preprocess.color === 'gray' ? toGray(decoded) : decoded
    const resized = await resizeInTurns(image, plan, preprocess)
    return padRight(toTensor(resized, preprocess, type), preprocess, width)
  }
  const tensor = await PIXELS_AT_ONCE.use(pixels, decode, allowance?.signal)
  return { tensor, view: viewOf(upright, plan) }
}

type Plan = {
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

/** @param image the picture, turned upright */
const viewOf = (image: Size, { resizing }: Plan): PictureView => {
  const { size, window, canvas } = resizing ?? { size: image, window: { left: 0, top: 0 } }
  return {
    left: (canvas?.left ?? 0) - window.left,
    top: (canvas?.top ?? 0) - window.top,
    scaleX: size.width / image.width,
    scaleY: size.height / image.height,
    width: image.width,
    height: image.height,
  }
}

/** A large image takes a while, during which the worker must be able to say that it is well. */
const resizeInTurns = async (image: Pixels, plan: Plan, preprocess: ImagePreprocess): Promise<Pixels> => {
  const turns = resizing(image, plan, preprocess)
  for (;;) {
    const { done, value } = turns.next()
    if (done) return value
    await nextTurn()
  }
}

function* resizing(image: Pixels, plan: Plan, preprocess: ImagePreprocess): Generator<void, Pixels> {
  if (plan.resizing === undefined) return image
  const { size, window, canvas } = plan.resizing
  const interpolation = preprocess.resize === undefined ? 'nearest' : preprocess.interpolation
  const resized = yield* resampleInTurns(image, size, window, interpolation, libraryOf(preprocess))
  return canvas === undefined ? resized : placeOn(resized, canvas)
}

/** The same in one go. */
export const resizeAndCrop = (image: Pixels, preprocess: ImagePreprocess, maxPixels: number): Pixels => {
  const turns = resizing(image, planResize(image, preprocess, maxPixels), preprocess)
  for (;;) {
    const { done, value } = turns.next()
    if (done) return value
  }
}

const format = ({ width, height }: Size): string => `${width}x${height}`
