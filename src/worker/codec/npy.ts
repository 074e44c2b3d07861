/** application/x-npy: one NumPy array for the model's only input, and the first output as one. */

import { ServingError } from '../../errors.ts'
import type { Codec } from './codec.ts'
import { readNpy, writeNpy } from './npy-array.ts'

export const npyCodec: Codec = {
  mediaTypes: ['application/x-npy'],
  extensions: { '.npy': 'application/x-npy' },
  magic: [[{ at: 0, text: '\x93NUMPY' }]],
  decode: (body, _mediaType, model) => {
    const [spec, ...others] = model.signature.inputs
    if (spec === undefined || others.length > 0) {
      throw new ServingError(
        'ERR_INVALID_INPUT',
        `NPY holds one array, the model has ${others.length + 1} inputs; send application/x-npz or application/json`,
      )
    }
    return { inputs: new Map([[spec.name, readNpy(body, spec, model)]]), form: 'rows' }
  },
  encode: ({ outputs }, _form, maxBytes) => {
    const [first] = outputs.values()
    if (first === undefined)
      throw new ServingError('ERR_NOT_ACCEPTABLE', 'NPY cannot hold a reply without outputs')
    return Buffer.concat(writeNpy(first, maxBytes))
  },
}
