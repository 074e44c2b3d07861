/** The inputs that a request need not have, made from its token ids. */

import { ServingError } from '../../errors.ts'
import type { ModelSignature } from '../../model/signature.ts'
import { IDS, leftOutValues, MASK } from '../../model/token-inputs.ts'
import { allocate } from '../../tensor/data-type.ts'
import type { NamedTensors, Tensor } from '../../tensor/tensor.ts'

/**
 * The request's inputs and those that it left out.
 *
 * @throws ServingError ERR_INVALID_INPUT where the mask was left out, and a row looks as if its sender had padded it
 */
export const fillLeftOut = (inputs: NamedTensors, signature: ModelSignature): NamedTensors => {
  if (inputs.size >= signature.inputs.length) return inputs
  const ids = inputs.get(IDS)
  if (ids === undefined) return inputs
  const values = leftOutValues(signature.inputs)
  const filled: NamedTensors = new Map(inputs)
  for (const { name, type } of signature.inputs) {
    const value = values.get(name)
    if (value === undefined || inputs.has(name)) continue
    if (name === MASK) refusePadding(ids)
    const data = allocate(type, ids.data.length) as Int32Array
    filled.set(name, {
      type,
      dims: ids.dims,
      data: data.fill((type === 'int64' ? BigInt(value) : value) as never),
    })
  }
  return filled
}

/** Ids that end in 0, or in one id twice, are padding by every tokenizer that ends a text with an id of its own. */
const refusePadding = ({ dims: [rows = 0, length = 0], data }: Tensor): void => {
  for (let row = 0; row < rows && length > 1; row++) {
    const end = (row + 1) * length
    const last = Number(data[end - 1])
    if (last !== 0 && last !== Number(data[end - 2])) continue
    throw new ServingError(
      'ERR_INVALID_INPUT',
      `row ${row} of ${IDS} ends in ${last === 0 ? 'the id 0' : `the id ${last} twice`}, which looks like padding; send ${MASK} too`,
    )
  }
}
