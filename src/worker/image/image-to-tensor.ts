/** An encoded image to the tensor that the model was trained on: decode, gray, resize, crop, normalise. */

import { StartupError } from '../../errors.ts'
import { channelCount } from '../../model/channels.ts'
import type { Model } from '../../model/model.ts'
import type { ImagePreprocess } from '../../model/preprocess-config.ts'
import type { ModelSignature, TensorSpec } from '../../model/signature.ts'
import { DATA_TYPES } from '../../tensor/data-type.ts'
import type { PictureView } from '../../tensor/picture-view.ts'
import type { Tensor } from '../../tensor/tensor.ts'
import type { Allowance } from '../allowance.ts'
import { Budget } from '../budget.ts'
import { isImageType } from './normalize.ts'
import { orientedSize } from './orientation.ts'
import type { Size } from './pixels.ts'
import { type Plan, planResize } from './plan.ts'
import { finish } from './threads.ts'

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
  const make = async () =>
    finish({ decoded: await decodeOpened(opened), orientation, plan, preprocess, type })
  const tensor = await PIXELS_AT_ONCE.use(pixels, make, allowance?.signal)
  return { tensor, view: viewOf(upright, plan) }
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
