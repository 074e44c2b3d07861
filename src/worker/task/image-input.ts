/** Encoded images: one image is one row. Reads only. */

import { ServingError } from '../../errors.ts'
import type { Codec } from '../codec/codec.ts'
import { imageInput, imageToTensor } from '../image/image-to-tensor.ts'

export const imageCodec: Codec = {
  mediaTypes: ['application/x-image', 'image/jpeg', 'image/png', 'image/webp', 'image/gif'],
  decode: async (body, mediaType, model, allowance) => {
    const { preprocess } = model.config
    const input = preprocess && imageInput(model.signature, preprocess)
    if (input === undefined) {
      throw new ServingError(
        'ERR_UNSUPPORTED_MEDIA_TYPE',
        `Content-Type ${mediaType.type} is not taken by this model: add a preprocess section to its serving.yaml`,
      )
    }
    const others = model.signature.inputs.filter(({ name }) => name !== input.name).map(({ name }) => name)
    if (others.length > 0) {
      throw new ServingError(
        'ERR_INVALID_INPUT',
        `an image fills only input "${input.name}", but the model also takes ${others.slice(0, 5).join(', ')}`,
      )
    }
    return { inputs: new Map([[input.name, await imageToTensor(body, model, allowance)]]), form: 'rows' }
  },
}
