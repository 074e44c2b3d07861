/** The output that has a vector for each token. */

import { StartupError } from '../../errors.ts'
import type { ModelSignature, TensorSpec } from '../../model/signature.ts'
import { listNames } from '../../words.ts'

/** @throws StartupError if there is none */
export const tokenVectorsOutput = ({ outputs }: Pick<ModelSignature, 'outputs'>): TensorSpec => {
  const spec =
    outputs.find(({ name }) => name === 'last_hidden_state') ?? outputs.find(({ dims }) => dims.length === 3)
  if (spec !== undefined) return spec
  throw new StartupError(
    `the model has no output with a vector for each token, [rows, tokens, numbers], such as last_hidden_state: it gives ${listNames(outputs.map(({ name }) => name))}. Export it for feature extraction`,
  )
}
