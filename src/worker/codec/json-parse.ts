/** JSON text to values, refusing what would cost memory or cannot be a tensor before it is parsed. */

import { ServingError } from '../../errors.ts'

/** Lists and objects inside one another; far above the rank of any tensor. */
const MAX_DEPTH = 64

/**
 * Lists and objects of one text. The smallest, `[],`, takes 3 bytes of text and about 50 of memory; this many are twice as
 * many as the rows of a request.
 */
const MAX_LISTS = 2_000_000

/** Fewer members than this are never too many; the message of whoever reads them says more. */
const FEW_MEMBERS = 10_000

/** Most of a body is numbers: a search finds the few characters between them faster than a loop over all. */
const STRUCTURE = /[[\]{}":]/g

/**
 * Parses one JSON text.
 *
 * @param place what to call the text in messages, as 'The body'
 * @param inputs inputs of the model, which are the most members that an object can have
 * @throws ServingError ERR_INVALID_BODY for text that is not JSON, for nesting deeper than 64, and for more lists, objects
 * and members than the inputs of a model can have
 */
export const parseJson = (text: string, place: string, inputs: number): unknown => {
  refuseBulk(text, place, Math.max(inputs, 1))
  try {
    return JSON.parse(text)
  } catch (error) {
    throw new ServingError('ERR_INVALID_BODY', `${place} is not JSON: ${explain(error, text)}`)
  }
}

/** V8's message has the position or the 20 characters around it, and no more of the text. */
const explain = (error: unknown, text: string): string => {
  if (text.trim() === '') return 'it is empty'
  const message = (error instanceof Error ? error.message : String(error)).slice(0, 160)
  const hint = /token '[NI]'|minus sign/.test(message) ? '; write NaN and Infinity as strings: "NaN"' : ''
  return `${message.replace(/ is not valid JSON$/, '')}${hint}`
}

const tooMany = (place: string, what: string): ServingError =>
  new ServingError('ERR_INVALID_BODY', `${place} ${what}; send it in parts, or as application/x-npy`)

/** Counts before anything is parsed, since lists and objects take ten times the memory of their text and more. */
const refuseBulk = (text: string, place: string, membersOfObject: number): void => {
  let depth = 0
  let lists = 0
  let objects = 0
  let members = 0
  STRUCTURE.lastIndex = 0
  while (STRUCTURE.test(text)) {
    const character = text[STRUCTURE.lastIndex - 1]
    if (character === '"') STRUCTURE.lastIndex = endOfString(text, STRUCTURE.lastIndex)
    else if (character === ']' || character === '}') depth--
    else if (character === ':') members++
    else {
      depth++
      if (character === '[') lists++
      else objects++
      if (depth > MAX_DEPTH) {
        throw new ServingError('ERR_INVALID_BODY', `${place} is nested deeper than ${MAX_DEPTH} levels`)
      }
      if (lists + objects > MAX_LISTS) throw tooMany(place, `has more than ${MAX_LISTS} lists and objects`)
    }
  }
  if (members > FEW_MEMBERS && members > objects * membersOfObject) {
    throw tooMany(
      place,
      `has ${members} members in ${objects} objects, more than the ${membersOfObject} inputs of the model allow`,
    )
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
