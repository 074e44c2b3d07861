/** application/x-npz: an archive of NumPy arrays, one for each input, and one for each output. */

import { zipSync } from 'fflate'
import { ServingError } from '../../errors.ts'
import type { Model } from '../../model/model.ts'
import { requireInputNames } from '../../model/names.ts'
import { quote } from '../../words.ts'
import type { Codec } from './codec.ts'
import { readNpy, writeNpy } from './npy-array.ts'
import { readZip } from './zip-read.ts'

/** The bytes of an archive beside its files: two headers for each, and the end. */
const OVERHEAD = 256

/** The oldest time that an archive can hold, so that the same outputs are the same bytes. */
const EPOCH = '1980-01-01T00:00:00'

/** The arrays by the inputs' names; the only array is the only input's, whatever it is called. */
const byInput = (files: Map<string, Uint8Array>, { signature }: Model): Map<string, Uint8Array> => {
  const arrays = new Map([...files].map(([file, bytes]) => [file.replace(/\.npy$/, ''), bytes]))
  const [only, ...others] = signature.inputs
  const [array, ...more] = arrays.values()
  if (only !== undefined && others.length === 0 && array !== undefined && more.length === 0)
    return new Map([[only.name, array]])
  if (arrays.size < files.size)
    throw new ServingError('ERR_INVALID_BODY', 'the NPZ archive has an array twice')
  requireInputNames([...arrays.keys()], signature.inputs, 'the NPZ archive')
  return arrays
}

/** What is wrong with an array, with its name. */
const named = <T>(name: string, read: () => T): T => {
  try {
    return read()
  } catch (error) {
    throw error instanceof ServingError
      ? new ServingError(error.code, `array ${quote(name)}: ${error.message}`)
      : error
  }
}

export const npzCodec: Codec = {
  mediaTypes: ['application/x-npz'],
  extensions: { '.npz': 'application/x-npz' },
  magic: [[{ at: 0, text: 'PK\x03\x04' }]],
  decode: async (body, _mediaType, model, allowance) => {
    const files = await readZip(body, model.signature.inputs.length, allowance)
    const arrays = byInput(files, model)
    const inputs = model.signature.inputs.flatMap((spec) => {
      const file = arrays.get(spec.name)
      return file === undefined ? [] : [{ spec, file }]
    })
    return {
      inputs: new Map(
        inputs.map(({ spec, file }) => [spec.name, named(spec.name, () => readNpy(file, spec, model))]),
      ),
      form: 'rows',
    }
  },
  encode: ({ outputs }, _form, maxBytes) => {
    let room = maxBytes
    const files = [...outputs].map(([name, tensor]): [string, Uint8Array] => {
      room -= OVERHEAD + 4 * name.length
      const file = Buffer.concat(writeNpy(tensor, Math.max(0, room)))
      room -= file.length
      return [`${name}.npy`, file]
    })
    return zipSync(Object.fromEntries(files), { level: 0, mtime: EPOCH })
  },
}
