/** As much of a text is tokenized as the model can take, since that of 10 MB would take a minute and 2 GB. */

import type { Encoding } from 'tokenizers'
import { ServingError } from '../../errors.ts'
import type { EncodeTexts, Texts } from './batcher.ts'

/** Most characters of a text, by UTF-16, that are tokenized. */
export const MOST_CHARACTERS = 2 ** 20

/** A token has 4 to 5 characters in most languages; blanks have none. */
const CHARACTERS_OF_A_TOKEN = 8

/** Where a text has no words, such as Chinese, what follows changes a few of the last tokens. */
const UNSETTLED_TOKENS = 64
const SETTLED_CHARACTERS = 4096

/**
 * Encodes the texts, or a beginning of each that has the same first `needed` tokens as the whole.
 *
 * @param needed Infinity for all of them
 * @throws ServingError ERR_INVALID_INPUT for a text whose first 1,048,576 characters do not have so many tokens
 */
export const encodeEnough = async (encode: EncodeTexts, texts: Texts, needed: number): Promise<Encoding> => {
  const isTooLong = texts.some(({ length }) => length > MOST_CHARACTERS)
  if (isTooLong && needed === Number.POSITIVE_INFINITY) throw tooLong(texts)
  const enough = needed * CHARACTERS_OF_A_TOKEN + UNSETTLED_TOKENS
  for (let characters = enough; ; characters *= 4) {
    const limit = Math.min(characters, MOST_CHARACTERS)
    // To encode what is hardly longer is cheaper than to encode twice.
    const whole = Math.min(2 * limit, MOST_CHARACTERS)
    const parts = texts.map((text) => (text.length <= whole ? text : beginningOf(text, limit)))
    const encoding = await encode(parts as unknown as Texts)
    const isEnough = texts.every(
      (text, index) => text === parts[index] || settledTokens(encoding, index, limit) >= needed,
    )
    if (isEnough) return encoding
    if (limit === MOST_CHARACTERS) throw tooLong(texts)
  }
}

/** No character is cut in two. */
const beginningOf = (text: string, length: number): string =>
  /[\ud800-\udbff]/.test(text.charAt(length - 1)) ? text.slice(0, length - 1) : text.slice(0, length)

/** How many tokens at the beginning of the text are as they are in a longer one: not those of its last two words. */
const settledTokens = (encoding: Encoding, sequence: number, characters: number): number => {
  const sequences = encoding.getSequenceIds()
  const words = encoding.getWordIds().filter((_, place) => sequences[place] === sequence)
  const last = words.findLast((word) => typeof word === 'number') ?? 0
  const settled = words.findIndex((word) => typeof word === 'number' && word >= last - 1)
  return characters < SETTLED_CHARACTERS ? settled : Math.max(settled, words.length - UNSETTLED_TOKENS)
}

const tooLong = (texts: Texts): ServingError =>
  new ServingError(
    'ERR_INVALID_INPUT',
    `a text has ${Math.max(...texts.map(({ length }) => length))} characters, and its first ${MOST_CHARACTERS} make less than the model takes: no more of a text is read; send it in parts`,
  )
