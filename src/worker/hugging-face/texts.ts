/** The texts of a request: one, a list, or pairs as `{"text": …, "text_pair": …}`. */

import { ServingError } from '../../errors.ts'
import { describe } from '../../words.ts'

export type Text = { text: string; pair?: string }

/** @returns `single` if `inputs` is one text and no list, which decides how the answer is nested */
export const readTexts = (inputs: unknown): { texts: readonly Text[]; single: boolean } =>
  Array.isArray(inputs)
    ? { texts: inputs.map((input, index) => readText(input, `inputs[${index}]`)), single: false }
    : { texts: [readText(inputs, 'inputs')], single: true }

const readText = (input: unknown, place: string): Text => {
  if (typeof input === 'string') return { text: input }
  if (typeof input === 'object' && input !== null && 'text' in input) {
    const { text, text_pair: pair } = input as { text: unknown; text_pair?: unknown }
    if (typeof text === 'string' && (pair === undefined || typeof pair === 'string'))
      return { text, ...(pair !== undefined && { pair }) }
  }
  throw new ServingError(
    'ERR_INVALID_INPUT',
    `${place}: expected a text or {"text": …, "text_pair": …}, found ${describe(input)}`,
  )
}
