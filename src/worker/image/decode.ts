/**
 * Encoded images to the pixels of Pillow's `Image.open(…).convert('RGB')`: the first frame, alpha dropped, embedded colour
 * profiles and EXIF orientation ignored. Only JPEG, PNG, WebP and GIF are decoded; libvips' other loaders stay blocked.
 */

import type { Metadata, Sharp, SharpOptions } from 'sharp'
import { ServingError } from '../../errors.ts'
import { withoutTransparency } from './gif.ts'
import type { Pixels } from './pixels.ts'
import { sharp } from './sharp.ts'
import { type Decoded, toRgb } from './to-rgb.ts'

sharp.cache(false)
sharp.concurrency(1)
sharp.block({ operation: ['VipsForeignLoad'] })
sharp.unblock({
  operation: [
    'VipsForeignLoadJpegBuffer',
    'VipsForeignLoadPngBuffer',
    'VipsForeignLoadWebpBuffer',
    'VipsForeignLoadNsgifBuffer',
  ],
})

/** The longest side of a JPEG or GIF. Longer PNGs are refused: resampling them costs far more than their pixels say. */
const MAX_SIDE = 65_535

/** The largest images take well under a second; libvips gives up after this, so that no image keeps a thread for good. */
const MAX_SECONDS = 20

/** In a PNG's header: where the colour type is, and its value for gray without an alpha channel. */
const PNG_COLOUR_TYPE = 25
const PNG_GRAY = 0

/** An image whose header has been read and checked; no pixel is decoded yet. */
export type OpenedImage = { width: number; height: number; header: Metadata; bytes: Uint8Array }

/** Throws ServingError ERR_INVALID_IMAGE if the header cannot be read or says that the image is too large. */
export const openImage = async (bytes: Uint8Array, maxPixels: number): Promise<OpenedImage> => {
  if (bytes.length === 0) throw invalidImage('the body is empty')
  const header = await readHeader(bytes)
  checkSize(header, maxPixels)
  return { width: header.width, height: header.height, header, bytes }
}

/** Decodes, on a thread of libuv's. Throws ServingError ERR_INVALID_IMAGE. */
export const decodeOpened = async ({ width, height, header, bytes }: OpenedImage): Promise<Decoded> => {
  const source = header.format === 'gif' ? withoutTransparency(bytes) : bytes
  const options: SharpOptions = {
    ignoreIcc: true,
    sequentialRead: true,
    failOn: 'warning',
    limitInputPixels: width * height,
  }
  const image = sharp(source, options).timeout({ seconds: MAX_SECONDS })
  try {
    return { width, height, ...(await decodePixels(image, header, source)) }
  } catch (error) {
    const format = header.format.toUpperCase()
    if (error instanceof Error && error.message.startsWith('timeout')) {
      throw invalidImage(`the ${format} takes longer than ${MAX_SECONDS} s to decode`)
    }
    throw invalidImage(`the ${format} is damaged or truncated`)
  }
}

/** Both in one. */
export const decodeImage = async (bytes: Uint8Array, maxPixels: number): Promise<Pixels> =>
  toRgb(await decodeOpened(await openImage(bytes, maxPixels)))

const decodePixels = async (
  image: Sharp,
  { space }: Metadata,
  bytes: Uint8Array,
): Promise<Pick<Decoded, 'form' | 'data'>> => {
  if (space === 'cmyk') {
    const inks = image.pipelineColourspace('cmyk').toColourspace('cmyk')
    return { form: 'cmyk', data: await inks.raw().toBuffer() }
  }
  if (space === 'grey16' && bytes[PNG_COLOUR_TYPE] === PNG_GRAY) {
    const wide = image.removeAlpha().toColourspace('grey16')
    return { form: 'gray16', data: await wide.raw({ depth: 'ushort' }).toBuffer() }
  }
  return { form: 'rgb', data: await image.removeAlpha().toColourspace('srgb').raw().toBuffer() }
}

const readHeader = async (bytes: Uint8Array): Promise<Metadata> => {
  try {
    return await sharp(bytes, { limitInputPixels: false }).metadata()
  } catch {
    throw invalidImage('not a readable JPEG, PNG, WebP or GIF image')
  }
}

const checkSize = ({ width, height }: Metadata, maxPixels: number): void => {
  if (width * height > maxPixels) {
    throw invalidImage(`${width}x${height} is ${width * height} pixels; at most ${maxPixels} are allowed`)
  }
  if (Math.max(width, height) > MAX_SIDE) {
    throw invalidImage(`${width}x${height} is too long; at most ${MAX_SIDE} pixels a side are allowed`)
  }
}

const invalidImage = (message: string): ServingError =>
  new ServingError('ERR_INVALID_IMAGE', `image: ${message}`)
