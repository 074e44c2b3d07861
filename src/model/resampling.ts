/** Whose arithmetic resizes. Apart from preprocess-config.ts, so that a worker loads no parser of it. */

import type { ImagePreprocess, Library } from './preprocess-config.ts'

/** The recipes of Ultralytics and PaddleOCR resize with OpenCV. */
export const libraryOf = ({ resize, resample }: Pick<ImagePreprocess, 'resize' | 'resample'>): Library => {
  if (resample !== undefined) return resample
  return resize === undefined || 'shortest' in resize || 'width' in resize ? 'pillow' : 'opencv'
}
