/** Vectors cut to fewer numbers, for models that were trained so that the first ones say most (matryoshka). */

import { ServingError } from '../../../errors.ts'
import type { Json } from '../../../model/layouts/hugging-face.ts'

/**
 * @param config config.json, whose `matryoshka_dimensions` or `is_matryoshka` says that vectors may be cut, as vLLM reads them
 * @param full numbers of a whole vector
 * @throws ServingError ERR_INVALID_INPUT if vectors cut so would be no embeddings
 */
export const checkDimensions = (asked: number, full: number | undefined, config: Json): void => {
  if (asked === full) return
  const { matryoshka_dimensions: listed, is_matryoshka: isMatryoshka } = config
  const allowed = Array.isArray(listed) ? listed : undefined
  if (allowed?.includes(asked)) return
  if (allowed === undefined && isMatryoshka === true && full !== undefined && asked <= full) return
  const other =
    allowed !== undefined
      ? `or one of ${allowed.slice(0, 20).join(', ')}`
      : isMatryoshka === true
        ? 'or fewer'
        : 'since config.json does not say that the model was trained for fewer (matryoshka_dimensions)'
  throw new ServingError(
    'ERR_INVALID_INPUT',
    `dimensions: expected ${full ?? 'what the model gives'}, ${other}, found ${asked}`,
  )
}
