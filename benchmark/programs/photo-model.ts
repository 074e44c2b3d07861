/** A model of photos as most have it: 256 pixels, of which the middle 224 are kept. */

import type { Model } from '../../src/model/model.ts'
import { parseServingConfig } from '../../src/model/serving-config.ts'

const dims = ['batch', 3, 224, 224]

export const photoModel: Model = {
  name: '',
  file: '',
  config: parseServingConfig('preprocess: { resize: { shortest: 256 }, crop: { width: 224, height: 224 } }'),
  signature: { inputs: [{ name: 'image', type: 'float32', dims }], outputs: [], rows: 'dynamic' },
}
