/** PNGs that are much larger than their files. */

import { deflateSync } from 'node:zlib'
import { png, pngHeader } from '../../test/worker/image/hostile.ts'

const TRUECOLOUR = 2
const CHANNELS = 3

/** A black image of three channels with a side of so many pixels: 5,000 are 75 MB in 73 KB. */
export const blackPng = (side: number): Buffer => {
  const header = pngHeader(side, side)
  header[9] = TRUECOLOUR
  return png(header, deflateSync(Buffer.alloc(side * (1 + CHANNELS * side)), { level: 9 }))
}
