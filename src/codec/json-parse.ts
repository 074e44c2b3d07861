/** JSON text to values, refusing what would cost memory or cannot be a tensor before it is parsed. */

import { ServingError } from '../errors.ts'
import { decodeUtf8 } from './text.ts'

/** Lists and objects inside one another; far above the rank of any tensor. */
const MAX_DEPTH = 64

const QUOTE = 0x22
const BACKSLASH = 0x5c

/**
 * Parses one JSON text.
 *
 * @param place what to call the text in messages, as 'The body'
 * @throws ServingError ERR_INVALID_BODY for nesting deeper than 64, for bytes that are not UTF-8, and for other text
 */
export const parseJson = (body: Uint8Array, place: string): unknown => {
  refuseDeepNesting(body, place)
  const text = decodeUtf8(body)
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

const refuseDeepNesting = (body: Uint8Array, place: string): void => {
  let depth = 0
  for (let i = 0; i < body.length; i++) {
    const byte = body[i] as number
    // '[' is 0x5b and ']' 0x5d; '{' and '}' differ from them by 0x20. All that numbers are made of is lower, but 'e'.
    if (byte >= 0x5b) {
      const folded = byte & 0xdf
      if (folded === 0x5b) {
        if (++depth > MAX_DEPTH) {
          throw new ServingError('ERR_INVALID_BODY', `${place} is nested deeper than ${MAX_DEPTH} levels.`)
        }
      } else if (folded === 0x5d) depth--
    } else if (byte === QUOTE) i = endOfString(body, i + 1)
  }
}

/** Index of the quote that ends the string whose first character is at `start`, or the body's end. */
const endOfString = (body: Uint8Array, start: number): number => {
  let quote = body.indexOf(QUOTE, start)
  while (quote !== -1) {
    let before = quote
    while (before > start && body[before - 1] === BACKSLASH) before--
    if ((quote - before) % 2 === 0) return quote
    quote = body.indexOf(QUOTE, quote + 1)
  }
  return body.length
}
