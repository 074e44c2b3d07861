/** Tokens to a model's inputs. */

import { ServingError, StartupError } from '../../errors.ts'
import type { ModelSignature } from '../../model/signature.ts'
import { allocate } from '../../tensor/data-type.ts'
import type { NamedTensors } from '../../tensor/tensor.ts'
import type { Allowance } from '../allowance.ts'
import type { Padding, Part } from '../task/task.ts'
import type { Hub } from './hub.ts'
import { fixedLength } from './max-tokens.ts'
import type { Encoded, TextTokenizer } from './tokenizer.ts'

/** What each input of a text model holds for each token. */
const VALUES: Readonly<Record<string, (encoded: Encoded, place: number) => number>> = {
  input_ids: ({ ids }, place) => ids[place] as number,
  attention_mask: () => 1,
  token_type_ids: ({ typeIds }, place) => typeIds[place] as number,
  position_ids: (_, place) => place,
}

/** Most tokens of a request, those of all its texts and windows together. */
const MOST_TOKENS = 1_048_576

/** Most texts or pairs of a request: each is a row, and takes about a kilobyte before it is run. */
const MOST_TEXTS = 65_536

/** Texts, or lines with some, that are tokenized at once for one request. */
export const AT_ONCE = 256

/**
 * The same where all of a text is tokenized, however long: after a refusal those that have begun go on. Nothing is lost by it, since
 * such texts are long, or pairs, which are tokenized one by one (batcher.ts).
 */
export const WHOLE_AT_ONCE = 8

/** What a request has so far: each of its lines is read by itself. */
const COUNTS = new WeakMap<Allowance, { texts: number; tokens: number }>()

const countOf = (request: Allowance): { texts: number; tokens: number } => {
  const count = COUNTS.get(request) ?? { texts: 0, tokens: 0 }
  COUNTS.set(request, count)
  return count
}

/** @throws StartupError for a model with other inputs, or that cannot tell text from what fills it up */
export const requireTokenInputs = ({ model }: Hub): void => {
  const { inputs } = model.signature
  const other = inputs.find(({ name }) => !Object.hasOwn(VALUES, name))
  if (other !== undefined)
    throw new StartupError(
      `the input "${other.name}" is none that a tokenizer fills (${Object.keys(VALUES).join(', ')})`,
    )
  const wrong = inputs.find(({ type, dims }) => !/^int(32|64)$/.test(type) || dims.length !== 2)
  if (wrong !== undefined)
    throw new StartupError(`the input "${wrong.name}" is to hold int64 or int32 for each text and token`)
  if (fixedLength(inputs) !== undefined && !inputs.some(({ name }) => name === 'attention_mask'))
    throw new StartupError(
      `the model takes exactly ${fixedLength(inputs)} tokens and has no attention_mask, so that shorter texts cannot be filled up: export it with a free length`,
    )
}

/** A row of the model's inputs. `tokens`: of the text itself, without what fills it up. */
export type TextPart = Part & { tokens: number }

/** Filled up where the model's length is fixed. */
export const toPart = (encoded: Encoded, { inputs }: Pick<ModelSignature, 'inputs'>, padId = 0): TextPart => {
  const { length } = encoded.ids
  const columns = fixedLength(inputs) ?? length
  const tensors: NamedTensors = new Map(
    inputs.map(({ name, type }) => {
      const elementOf = VALUES[name] as (encoded: Encoded, place: number) => number
      const data = allocate(type, columns) as Int32Array
      const write = (place: number, value: number) => {
        data[place] = (type === 'int64' ? BigInt(value) : value) as number
      }
      for (let place = 0; place < length; place++) write(place, elementOf(encoded, place))
      if (name === 'input_ids') for (let place = length; place < columns; place++) write(place, padId)
      return [name, { type, dims: [1, columns], data }]
    }),
  )
  return { inputs: tensors, rows: 1, tokens: length }
}

/** Undefined for a model without a mask, which would take what is filled up for text. */
export const tokenPadding = ({ model }: Hub, { padId }: TextTokenizer): Padding | undefined => {
  const { inputs } = model.signature
  if (!inputs.some(({ name }) => name === 'attention_mask')) return undefined
  return { values: new Map(inputs.map(({ name }) => [name, name === 'input_ids' ? padId : 0])) }
}

/** Tokens with those that fill a row of a fixed length up. */
const filledTokens = (result: { tokens: number } & Partial<Part>): number => {
  const [first] = result.inputs?.values() ?? []
  return Math.max(result.tokens, first?.data.length ?? 0)
}

/** Adds to the texts that a request has. @throws ServingError ERR_INVALID_INPUT for too many */
export const countTexts = (request: Allowance, texts: number): void => {
  const count = countOf(request)
  count.texts += texts
  requireTextsWithin(count.texts)
}

/**
 * As `items.map(read)`, some at a time, so that a request of many texts takes no more memory than its tokens do.
 * @param read to the tokens of an item, which may be several windows
 * @param atOnce items that are read at the same time
 * @throws ServingError ERR_INVALID_INPUT for too many items or tokens; what `read` throws; the reason why the request was given up
 */
export const readTokens = async <T, R extends { tokens: number }>(
  items: readonly T[],
  read: (item: T, index: number) => Promise<R>,
  allowance: Allowance,
  atOnce: number = AT_ONCE,
): Promise<R[]> => {
  const count = countOf(allowance)
  countTexts(allowance, items.length)
  const results: R[] = []
  while (results.length < items.length) {
    const start = results.length
    if (start > 0) allowance.signal.throwIfAborted()
    // Another line may have had the last.
    requireTextsWithin(count.texts)
    const next = items.slice(start, start + atOnce).map(async (item, index) => {
      const result = await read(item, start + index)
      count.tokens += filledTokens(result)
      requireTokensWithin(count.tokens)
      return result
    })
    results.push(...(await Promise.all(next)))
  }
  return results
}

/** @throws ServingError ERR_INVALID_INPUT */
export const requireTokensWithin = (tokens: number): void => {
  if (tokens > MOST_TOKENS)
    throw new ServingError(
      'ERR_INVALID_INPUT',
      `the texts of this request have more than ${MOST_TOKENS} tokens; send them in parts`,
    )
}

/** @throws ServingError ERR_INVALID_INPUT */
export const requireTextsWithin = (texts: number): void => {
  if (texts > MOST_TEXTS)
    throw new ServingError(
      'ERR_INVALID_INPUT',
      `the request has ${texts} texts, and at most ${MOST_TEXTS} are allowed; send them in parts`,
    )
}
