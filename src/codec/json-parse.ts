/** JSON text to values, refusing what would cost memory or cannot be a tensor before it is parsed. */

import { ServingError } from '../errors.ts'
import { decodeUtf8 } from './text.ts'

/** Lists and objects inside one another; far above the rank of any tensor. */
const MAX_DEPTH = 64

/** Most of a body is numbers: a search finds the few characters between them faster than a loop over all. */
const STRUCTURE = /[[\]{}"]/g

/**
 * Parses one JSON text.
 *
 * @param place what to call the text in messages, as 'The body'
 * @throws ServingError ERR_INVALID_BODY for nesting deeper than 64, for bytes that are not UTF-8, and for other text
 */
export const parseJson = (body: Uint8Array, place: string): unknown => {
  const text = decodeUtf8(body)
  refuseDeepNesting(text, place)
  try {
    return JSON.parse(text)
  } catch (error) {
    throw new ServingError('ERR_INVALID_BODY', `${place} is not JSON: ${explain(error, text)}`)
  }
}

/** V8's message has the position or the 20 characters around it, and no more of the text. */
const explain = (error: unknown, text: string): string => {
  if (text.trim() === '') return 'it is empty.'
  const message = (error instanceof Error ? error.message : String(error)).slice(0, 160)
  const hint = /token '[NI]'|minus sign/.test(message) ? ' Write NaN and Infinity as strings: "NaN".' : ''
  return `${message.replace(/ is not valid JSON$/, '')}.${hint}`
}

const refuseDeepNesting = (text: string, place: string): void => {
  let depth = 0
  STRUCTURE.lastIndex = 0
  while (STRUCTURE.test(text)) {
    const character = text[STRUCTURE.lastIndex - 1]
    if (character === '"') STRUCTURE.lastIndex = endOfString(text, STRUCTURE.lastIndex)
    else if (character === ']' || character === '}') depth--
    else if (++depth > MAX_DEPTH) {
      throw new ServingError('ERR_INVALID_BODY', `${place} is nested deeper than ${MAX_DEPTH} levels.`)
    }
  }
}

/** Index behind the quote that ends the string whose first character is at `start`, or the text's end. */
const endOfString = (text: string, start: number): number => {
  let quote = text.indexOf('"', start)
  while (quote !== -1) {
    let before = quote
    while (before > start && text[before - 1] === '\\') before--
    if ((quote - before) % 2 === 0) return quote + 1
    quote = text.indexOf('"', quote + 1)
  }
  return text.length
}
