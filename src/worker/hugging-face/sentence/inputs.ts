/** What is to be embedded: texts, or token ids of the model's own tokenizer. */

import { ServingError } from '../../../errors.ts'
import { describe } from '../../../words.ts'
import { requireText } from '../texts.ts'
import type { Encoded } from '../tokenizer.ts'

export type EmbedInput = string | readonly number[]

/** One or a list; token ids are a list of numbers. @throws ServingError */
export const readEmbedInputs = (value: unknown, place: string): readonly EmbedInput[] => {
  if (Array.isArray(value)) {
    if (typeof value[0] === 'number') return [readIds(value, place)]
    return value.map((one, index) =>
      Array.isArray(one) ? readIds(one, `${place}[${index}]`) : requireText(one, `${place}[${index}]`),
    )
  }
  return [requireText(value, place, 'a text or a list of texts')]
}

const readIds = (ids: readonly unknown[], place: string): readonly number[] => {
  const wrong = ids.findIndex((id) => !Number.isSafeInteger(id) || (id as number) < 0)
  if (wrong !== -1) throw refused(`${place}[${wrong}]: expected a token id, found ${describe(ids[wrong])}`)
  return ids as readonly number[]
}

/**
 * Token ids as they came. Clients that count in OpenAI's tokens send its ids, which would stand for other words here: ids are
 * taken for the model's own by the special tokens at both ends.
 * @param empty ids of an empty text
 * @throws ServingError ERR_INVALID_INPUT for ids that the model's own tokenizer does not give, or that are too many
 */
export const checkIds = (
  ids: readonly number[],
  empty: readonly number[],
  maxTokens: number,
  vocabulary: number,
): Encoded => {
  const [first, last] = [empty[0], empty.at(-1)]
  if (first === undefined || ids.length < empty.length || ids[0] !== first || ids.at(-1) !== last)
    throw refused(
      `token ids are taken only as this model's own tokenizer gives them${first === undefined ? '' : `, from ${first} to ${last}`}: send texts (check_embedding_ctx_length=False in LangChain)`,
    )
  const unknown = ids.find((id) => id >= vocabulary)
  if (unknown !== undefined)
    throw refused(`the token id ${unknown} is not below ${vocabulary}, the vocabulary's size`)
  if (ids.length > maxTokens)
    throw refused(`${ids.length} token ids are more than the ${maxTokens} that the model takes`)
  return { ids, typeIds: ids.map(() => 0) }
}

const refused = (message: string): ServingError => new ServingError('ERR_INVALID_INPUT', message)
