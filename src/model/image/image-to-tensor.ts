/** An encoded image to the tensor that the model was trained on: decode, gray, resize, crop, normalise. */

import { ServingError, StartupError } from '../../errors.ts'
import type { Tensor } from '../../tensor/tensor.ts'
import type { Model } from '../model.ts'
import type { ImagePreprocess } from '../serving-config.ts'
import type { ModelSignature, TensorSpec } from '../signature.ts'
import { cropWindow, resizedSize, type Size } from './geometry.ts'
import { isImageType, toTensor } from './normalize.ts'
import { type Pixels, toGray } from './pixels.ts'
import { resample } from './resample.ts'

/** The image library takes a while to load, and a model without images does without it. */
export const loadDecoder = (): Promise<typeof import('./decode.ts')> => import('./decode.ts')

/** The input that takes the image: the one that serving.yaml names, else the first. */
export const imageInput = (
  { inputs }: Pick<ModelSignature, 'inputs'>,
  preprocess: ImagePreprocess,
): TensorSpec | undefined =>
  preprocess.input === undefined ? inputs[0] : inputs.find(({ name }) => name === preprocess.input)

/**
 * A tensor [1,C,H,W], or [1,H,W,C] with layout nhwc. The model needs a `preprocess` section that checkConfig has passed.
 * Throws ServingError ERR_INVALID_IMAGE.
 */
export const imageToTensor = async (bytes: Uint8Array, model: Model): Promise<Tensor> => {
  const { preprocess, limits } = model.config
  const spec = preprocess && imageInput(model.signature, preprocess)
  if (preprocess === undefined || spec === undefined || !isImageType(spec.type)) {
    throw new StartupError('serving.yaml: preprocess does not name an input that takes images')
  }
  const decoded = await (await loadDecoder()).decodeImage(bytes, limits.maxImagePixels)
  const image = preprocess.color === 'gray' ? toGray(decoded) : decoded
  return toTensor(resizeAndCrop(image, preprocess, limits.maxImagePixels), preprocess, spec.type)
}

/** `maxPixels` bounds what resizing may make of an image, also between its two passes. */
export const resizeAndCrop = (image: Pixels, preprocess: ImagePreprocess, maxPixels: number): Pixels => {
  const { resize, crop, interpolation } = preprocess
  if (resize === undefined && crop === undefined) return image
  const size = resizedSize(image, resize)
  if (crop !== undefined && (crop.width > size.width || crop.height > size.height)) {
    throw new ServingError(
      'ERR_INVALID_IMAGE',
      `image: ${format(image)} is smaller than the crop of ${format(crop)}`,
    )
  }
  const window = cropWindow(size, crop)
  if (window.width * Math.max(window.height, image.height) > maxPixels) {
    throw new ServingError(
      'ERR_INVALID_IMAGE',
      `image: resizing ${format(image)} to ${format(size)} takes more than ${maxPixels} pixels`,
    )
  }
  return resample(image, size, window, resize === undefined ? 'nearest' : interpolation)
}

const format = ({ width, height }: Size): string => `${width}x${height}`
