/**
 * The inputs that a tokenizer fills, by Hugging Face's names. Where they can be told from `input_ids`, a request need not have
 * them: `attention_mask` is 1 for each id that was sent, and `token_type_ids` is 0, as transformers itself takes them.
 */

import type { TensorSpec } from './signature.ts'

export const IDS = 'input_ids'
export const MASK = 'attention_mask'

/** What stands in for each id that was sent. */
const DEFAULTS: Readonly<Record<string, number>> = { [MASK]: 1, token_type_ids: 0 }

const isOfIds = ({ name, type, dims }: TensorSpec): boolean =>
  (name === IDS || Object.hasOwn(DEFAULTS, name)) && /^int(32|64)$/.test(type) && dims.length === 2

/** For each input that a request may leave out: what its elements are then. */
export const leftOutValues = (inputs: readonly TensorSpec[]): ReadonlyMap<string, number> => {
  const ofIds = inputs.filter(isOfIds)
  if (!ofIds.some(({ name }) => name === IDS)) return new Map()
  return new Map(
    ofIds.flatMap(({ name }): [string, number][] => (name === IDS ? [] : [[name, DEFAULTS[name] ?? 0]])),
  )
}

/**
 * True if rows of the input may have uneven lengths: it has a place for each id, and the model has a mask that tells it which to
 * look at. The others are 0, which any vocabulary has: under a mask of 0, which id stands there makes no difference.
 */
export const isPadded = (spec: TensorSpec, inputs: readonly TensorSpec[]): boolean =>
  isOfIds(spec) && typeof spec.dims[1] === 'string' && leftOutValues(inputs).has(MASK)
