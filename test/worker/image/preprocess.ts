/** A preprocess section with its defaults, as serving.yaml would give it. */

import type { ImagePreprocess } from '../../../src/model/preprocess-config.ts'
import { parseServingConfig } from '../../../src/model/serving-config.ts'

export const preprocessOf = (section: Record<string, unknown>): ImagePreprocess => {
  const { preprocess } = parseServingConfig(JSON.stringify({ preprocess: section }))
  if (preprocess === undefined) throw new Error('no preprocess section')
  return preprocess
}
