/** Sizes after resize and crop, with torchvision's arithmetic: truncated long side, crop offset rounded half to even. */

import type { ImagePreprocess } from '../../model/serving-config.ts'
import type { Window } from './resample.ts'

export type Size = { width: number; height: number }

/** The whole image's size after resize. */
export const resizedSize = ({ width, height }: Size, resize: ImagePreprocess['resize']): Size => {
  if (resize === undefined) return { width, height }
  if ('width' in resize) return resize
  const { shortest } = resize
  return width <= height
    ? { width: shortest, height: Math.trunc((shortest * height) / width) }
    : { width: Math.trunc((shortest * width) / height), height: shortest }
}

/** The centre of `size` that is kept; all of it without a crop. The crop must fit. */
export const cropWindow = (size: Size, crop: ImagePreprocess['crop']): Window => {
  const { width, height } = crop ?? size
  return {
    left: roundHalfToEven((size.width - width) / 2),
    top: roundHalfToEven((size.height - height) / 2),
    width,
    height,
  }
}

const roundHalfToEven = (value: number): number =>
  value % 1 === 0.5 ? 2 * Math.round(value / 2) : Math.round(value)
