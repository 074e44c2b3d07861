/**
 * Pixels to a tensor of one image. Each float value is (value * rescale - mean) / std with every step rounded to float32,
 * as numpy and torchvision compute it, from a table of the 256 possible values a channel.
 */

import type { ImagePreprocess } from '../../model/preprocess-config.ts'
import type { DataType } from '../../tensor/data-type.ts'
import { toFloat16 } from '../../tensor/float16.ts'
import type { Tensor } from '../../tensor/tensor.ts'
import type { Pixels } from './pixels.ts'

type ImageArray = Uint8Array | Uint16Array | Float32Array

/** Input types that an image can be made into: uint8 takes the pixels as they are, without rescale, mean and std. */
export const IMAGE_TYPES = ['uint8', 'float16', 'float32'] as const satisfies readonly DataType[]

export type ImageType = (typeof IMAGE_TYPES)[number]

export const isImageType = (type: DataType): type is ImageType =>
  (IMAGE_TYPES as readonly DataType[]).includes(type)

/** A tensor [1,C,H,W] or [1,H,W,C]. */
export const toTensor = (image: Pixels, preprocess: ImagePreprocess, type: ImageType): Tensor => {
  const { width, height, channels } = image
  const planar = preprocess.layout === 'nchw'
  const pixels = width * height
  const tables = Array.from({ length: channels }, (_, channel) => valueTable(preprocess, channel, type))
  const data = allocateFor(type, pixels * channels)
  for (const [channel, table] of tables.entries()) {
    const source = preprocess.color === 'bgr' ? channels - 1 - channel : channel
    const start = planar ? channel * pixels : channel
    fillChannel(data, start, planar ? 1 : channels, image, source, table)
  }
  const dims = planar ? [1, channels, height, width] : [1, height, width, channels]
  return { type, dims, data }
}

/** A tensor of one image with zeros on its right, up to `width`: PaddleOCR fills lines of text after normalising. */
export const padRight = (tensor: Tensor, { layout }: ImagePreprocess, width: number): Tensor => {
  const axis = layout === 'nchw' ? 3 : 2
  const given = tensor.dims[axis] as number
  if (given === width) return tensor
  const dims = tensor.dims.map((size, at) => (at === axis ? width : size))
  const depth = layout === 'nchw' ? 1 : (tensor.dims[3] as number)
  const source = tensor.data as ImageArray
  const data = allocateFor(tensor.type as ImageType, (source.length / given) * width)
  const rows = source.length / (given * depth)
  for (let row = 0; row < rows; row++) {
    data.set(source.subarray(row * given * depth, (row + 1) * given * depth), row * width * depth)
  }
  return { type: tensor.type, dims, data }
}

const fillChannel = (
  data: ImageArray,
  start: number,
  step: number,
  image: Pixels,
  source: number,
  table: ImageArray,
): void => {
  const { channels, data: pixels } = image
  for (let from = source, to = start; from < pixels.length; from += channels, to += step) {
    data[to] = table[pixels[from] as number] as number
  }
}

const allocateFor = (type: ImageType, length: number): ImageArray => {
  if (type === 'uint8') return new Uint8Array(length)
  return type === 'float16' ? new Uint16Array(length) : new Float32Array(length)
}

/** What each of the 256 values of a channel becomes. Channels are numbered as in the tensor, after `color`. */
const valueTable = (
  { rescale, mean, std }: ImagePreprocess,
  channel: number,
  type: ImageType,
): ImageArray => {
  if (type === 'uint8') return Uint8Array.from({ length: 256 }, (_, value) => value)
  const shift = Math.fround(mean?.[channel] ?? 0)
  const divisor = Math.fround(std?.[channel] ?? 1)
  const floats = Float32Array.from(
    { length: 256 },
    (_, value) => Math.fround(Math.fround(value * rescale) - shift) / divisor,
  )
  return type === 'float32' ? floats : Uint16Array.from(floats, toFloat16)
}
