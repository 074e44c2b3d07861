/** Sizes and places after resize, crop and padding, each with the arithmetic of the library that the recipe comes from. */

import type { ImagePreprocess, Resize } from '../../model/preprocess-config.ts'
import { libraryOf } from '../../model/resampling.ts'
import type { Canvas, Size, Window } from './pixels.ts'

/** The whole image's size after resize. */
export const resizedSize = (image: Size, resize: Resize | undefined): Size => {
  if (resize === undefined) return image
  if ('width' in resize) return resize
  if ('longest' in resize) return betweenSides(image, resize)
  if ('shortest' in resize) return shortestSide(image, resize.shortest)
  if ('letterbox' in resize) return letterboxed(image, resize.letterbox)
  if ('line' in resize) return lineSize(image, resize.line)
  return limited(image, resize)
}

/** torchvision's Resize(n): the long side is truncated. */
const shortestSide = ({ width, height }: Size, shortest: number): Size =>
  width <= height
    ? { width: shortest, height: Math.trunc((shortest * height) / width) }
    : { width: Math.trunc((shortest * width) / height), height: shortest }

/**
 * transformers' get_size_with_aspect_ratio: the shorter side as asked, or less so that the longer one is within its limit. YOLOS
 * has both sides down to a multiple.
 */
const betweenSides = (
  { width, height }: Size,
  {
    shortest,
    longest,
    multipleOf = 1,
  }: { shortest: number; longest: number; multipleOf?: number | undefined },
): Size => {
  const shorter = Math.min(width, height)
  const longer = Math.max(width, height)
  const exceeds = (longer / shorter) * shortest > longest
  const exact = exceeds ? (longest * shorter) / longer : shortest
  const short = exceeds ? roundHalfToEven(exact) : shortest
  // YOLOS computes the height anew even where the width stays as it is, which may give one less.
  const stays = shorter === short && !(multipleOf > 1 && width < height)
  const long = stays ? longer : Math.trunc((exact * longer) / shorter)
  const down = (side: number): number => side - (side % multipleOf)
  return width < height
    ? { width: down(short), height: down(long) }
    : { width: down(long), height: down(short) }
}

/** Ultralytics' LetterBox. */
const letterboxed = (image: Size, { width, height, scaleUp }: Size & { scaleUp: boolean }): Size => {
  const fits = Math.min(height / image.height, width / image.width)
  const ratio = scaleUp ? fits : Math.min(fits, 1)
  return {
    width: Math.max(1, roundHalfToEven(image.width * ratio)),
    height: Math.max(1, roundHalfToEven(image.height * ratio)),
  }
}

/** PaddleOCR's recogniser: the height is given, the width follows, up to that of `lineWidth`. */
const lineSize = (image: Size, line: Size): Size => ({
  width: Math.min(lineWidth(image, line), Math.ceil(line.height * (image.width / image.height))),
  height: line.height,
})

/** The width of the tensor that a line of text lies in: `line.width`, or what a longer line takes. */
export const lineWidth = (image: Size, { width, height }: Size): number =>
  Math.max(1, Math.trunc(height * Math.max(width / height, image.width / image.height)))

/** PaddleOCR's detector (DetResizeForTest): one side within a limit, then both to the nearest multiple. */
const limited = (
  { width, height }: Size,
  limit: { multipleOf: number } & ({ atLeast: number } | { atMost: number }),
): Size => {
  const shorter = Math.min(width, height)
  const longer = Math.max(width, height)
  let ratio = 1
  if ('atLeast' in limit && shorter < limit.atLeast) ratio = limit.atLeast / shorter
  if ('atMost' in limit && longer > limit.atMost) ratio = limit.atMost / longer
  const { multipleOf } = limit
  const rounded = (length: number): number =>
    Math.max(multipleOf, roundHalfToEven(Math.trunc(length * ratio) / multipleOf) * multipleOf)
  return { width: rounded(width), height: rounded(height) }
}

/**
 * The centre of `size` that is kept, torchvision's CenterCrop or transformers' center_crop; a side that is shorter than the crop's
 * is kept whole.
 */
export const cropWindow = (size: Size, crop: ImagePreprocess['crop']): Window => {
  const width = Math.min(size.width, crop?.width ?? size.width)
  const height = Math.min(size.height, crop?.height ?? size.height)
  const middle = crop?.library === 'transformers' ? Math.floor : roundHalfToEven
  return { left: middle((size.width - width) / 2), top: middle((size.height - height) / 2), width, height }
}

/** What the kept window is placed on, where it does not fill the tensor: a larger crop's black, or a letterbox. */
export const canvasFor = ({ width, height }: Size, preprocess: ImagePreprocess): Canvas | undefined => {
  const { resize, crop } = preprocess
  if (crop !== undefined) {
    if (crop.width === width && crop.height === height) return undefined
    // The image processors of transformers that work with torchvision do as that does.
    const isOwn = crop.library === 'transformers' && libraryOf(preprocess) === 'pillow'
    const margin = (spare: number): number => (isOwn ? Math.ceil(spare / 2) : Math.floor(spare / 2))
    const { width: across, height: down } = crop
    return { width: across, height: down, left: margin(across - width), top: margin(down - height), value: 0 }
  }
  if (resize === undefined || !('letterbox' in resize)) return undefined
  const { letterbox } = resize
  const across = margins(letterbox.width - width, letterbox.multipleOf)
  const down = margins(letterbox.height - height, letterbox.multipleOf)
  return {
    width: width + across.before + across.after,
    height: height + down.before + down.after,
    left: across.before,
    top: down.before,
    value: letterbox.value,
  }
}

/** Ultralytics' halves of what is to be filled; with `multipleOf` (its `auto`) of what is left over. */
const margins = (spare: number, multipleOf = Number.POSITIVE_INFINITY): { before: number; after: number } => {
  const half = (spare % multipleOf) / 2
  return { before: roundHalfToEven(half - 0.1), after: roundHalfToEven(half + 0.1) }
}

/** Python's round. */
export const roundHalfToEven = (value: number): number =>
  Math.abs(value % 1) === 0.5 ? 2 * Math.round(value / 2) : Math.round(value)
