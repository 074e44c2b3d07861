/** Inputs made of zeros (or empty strings), for warming up, for probing, and for the example that the banner shows. */

import type { ModelSignature } from '../../model/signature.ts'
import { allocate } from '../../tensor/data-type.ts'
import { elementCount, type NamedTensors } from '../../tensor/tensor.ts'

/** Every free dimension is 1, but the first of a model with rows, which is `rows`. */
export const exampleInputs = (signature: ModelSignature, rows = 1): NamedTensors =>
  new Map(
    signature.inputs.map(({ name, type, dims }) => {
      const shape = dims.map((dim, axis) => {
        if (axis === 0 && signature.rows === 'dynamic') return rows
        return typeof dim === 'number' ? dim : 1
      })
      return [name, { type, dims: shape, data: allocate(type, elementCount(shape)) }]
    }),
  )
