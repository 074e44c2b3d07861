/** What a model takes and gives, as ONNX says it. */

import type { DataType } from '../tensor/data-type.ts'

/** A dimension is a number, or the name (perhaps empty) of one that is free. */
export type TensorSpec = { name: string; type: DataType; dims: readonly (number | string)[] }

/**
 * How rows (the first dimension) relate to runs:
 * - 'dynamic': the first dimension of every input is free, and of every output is free, or 1 (which LightGBM's exporter
 *   writes of any number of labels); requests are batched.
 * - 'single': it is 1 everywhere; a request of n rows becomes n runs.
 * - 'none': anything else; a request is one run with exactly the model's shapes.
 */
export type RowMode = 'dynamic' | 'single' | 'none'

export type ModelSignature = {
  inputs: readonly TensorSpec[]
  outputs: readonly TensorSpec[]
  rows: RowMode
  /** An input without values would end the process. */
  recurrent?: boolean
}

/** Derives the row mode from the specs. A model without inputs or outputs has none. */
export const rowMode = (inputs: readonly TensorSpec[], outputs: readonly TensorSpec[]): RowMode => {
  if (inputs.length === 0 || outputs.length === 0) return 'none'
  const first = inputs.map(({ dims }) => dims[0])
  const given = outputs.map(({ dims }) => dims[0])
  if (first.every((dim) => typeof dim === 'string'))
    return given.every((dim) => typeof dim === 'string' || dim === 1) ? 'dynamic' : 'none'
  if ([...first, ...given].every((dim) => dim === 1)) return 'single'
  return 'none'
}
