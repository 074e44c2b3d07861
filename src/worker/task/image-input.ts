/** Encoded images: one image is one row. Reads only. */

import { ServingError } from '../../errors.ts'
import { listNames, quote } from '../../words.ts'
import type { Codec } from '../codec/codec.ts'
import { imageInput, imageToTensor } from '../image/image-to-tensor.ts'

export const imageCodec: Codec = {
  mediaTypes: ['application/x-image', 'image/jpeg', 'image/png', 'image/webp', 'image/gif'],
  extensions: {
    '.png': 'image/png',
    '.jpg': 'image/jpeg',
    '.jpeg': 'image/jpeg',
    '.webp': 'image/webp',
    '.gif': 'image/gif',
  },
  magic: [
    [{ at: 0, text: '\xff\xd8\xff' }],
    [{ at: 0, text: '\x89PNG' }],
    [{ at: 0, text: 'GIF8' }],
    [
      { at: 0, text: 'RIFF' },
      { at: 8, text: 'WEBP' },
    ],
  ],
  decode: async (body, mediaType, model, allowance) => {
    const { preprocess } = model.config
    const input = preprocess && imageInput(model.signature, preprocess)
    if (input === undefined) {
      throw new ServingError(
        'ERR_UNSUPPORTED_MEDIA_TYPE',
        `Content-Type ${mediaType.type} is not supported by this model: add a preprocess section to its serving.yaml`,
      )
    }
    const others = model.signature.inputs.filter(({ name }) => name !== input.name).map(({ name }) => name)
    if (others.length > 0) {
      throw new ServingError(
        'ERR_INVALID_INPUT',
        `an image fills only input ${quote(input.name)}, but the model also takes ${listNames(others)}`,
      )
    }
    const { tensor, view } = await imageToTensor(body, model, allowance)
    return { inputs: new Map([[input.name, tensor]]), form: 'rows', views: [view] }
  },
}
