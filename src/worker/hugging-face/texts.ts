/** The texts of a request: one, a list, or pairs as `{"text": …, "text_pair": …}`. */

import { ServingError } from '../../errors.ts'
import { describe, listNames } from '../../words.ts'

export type Text = { text: string; pair?: string }

/** @throws ServingError ERR_INVALID_INPUT for what is no text, or has half a character that UTF-8 cannot hold */
export const requireText = (value: unknown, place: string, expected = 'a text'): string => {
  if (typeof value !== 'string')
    throw new ServingError('ERR_INVALID_INPUT', `${place}: expected ${expected}, found ${describe(value)}`)
  if (/\p{Surrogate}/u.test(value))
    throw new ServingError(
      'ERR_INVALID_INPUT',
      `${place}: the text has an unpaired surrogate (\\ud800 to \\udfff), which is no character`,
    )
  return value
}

/** @throws ServingError ERR_INVALID_INPUT */
export const requireTextList = (value: readonly unknown[], place: string): string[] =>
  value.map((text, index) => requireText(text, `${place}[${index}]`))

/** @returns `single` if `inputs` is one text and no list, which decides how the answer is nested */
export const readTexts = (inputs: unknown): { texts: readonly Text[]; single: boolean } =>
  Array.isArray(inputs)
    ? { texts: inputs.map((input, index) => readText(input, `inputs[${index}]`)), single: false }
    : { texts: [readText(inputs, 'inputs')], single: true }

const readText = (input: unknown, place: string): Text => {
  if (typeof input !== 'object' || input === null || !('text' in input))
    return { text: requireText(input, place, 'a text or {"text": …, "text_pair": …}') }
  const { text, text_pair: pair, ...others } = input as Record<string, unknown>
  const unknown = Object.keys(others)
  if (unknown.length > 0)
    throw new ServingError(
      'ERR_INVALID_INPUT',
      `${place}: expected "text" and "text_pair" alone, found ${listNames(unknown)} too`,
    )
  return {
    text: requireText(text, `${place}.text`),
    ...(pair !== undefined && pair !== null && { pair: requireText(pair, `${place}.text_pair`) }),
  }
}
