/** Colour channels. Apart from serving-config.ts, so that a worker, which is told what the file says, loads no parser of it. */

import type { ImagePreprocess } from './preprocess-config.ts'

/** Channels of the tensor that preprocessing makes. */
export const channelCount = (color: ImagePreprocess['color']): number => (color === 'gray' ? 1 : 3)
