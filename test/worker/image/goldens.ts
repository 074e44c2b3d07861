/** The images of test/fixtures/images and what Pillow and numpy make of them. */

import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'

export type DecodeGolden = { file: string; width: number; height: number; rgb: string; gray: string }

export type ResampleGolden = {
  file: string
  resize?: { shortest: number } | { width: number; height: number }
  crop?: { width: number; height: number }
  interpolation: 'nearest' | 'bilinear' | 'bicubic' | 'lanczos'
  color: 'rgb' | 'gray'
  width: number
  height: number
  sha256: string
  /** Of the smallest only. */
  pixels?: number[]
}

export type TensorGolden = {
  file: string
  /** The preprocess section as it stands in serving.yaml. */
  preprocess: Record<string, unknown>
  type: 'uint8' | 'float16' | 'float32'
  dims: number[]
  sha256: string
  /** The first four values. */
  first: number[]
}

const folder = new URL('../../fixtures/images/', import.meta.url)

export const readImage = (name: string): Uint8Array => readFileSync(new URL(name, folder))

export const goldens = JSON.parse(readFileSync(new URL('goldens.json', folder), 'utf8')) as {
  decode: DecodeGolden[]
  resample: ResampleGolden[]
  tensor: TensorGolden[]
}

export const sha256 = (data: NodeJS.TypedArray): string =>
  createHash('sha256')
    .update(new Uint8Array(data.buffer, data.byteOffset, data.byteLength))
    .digest('hex')
