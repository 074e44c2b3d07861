/** Answers as text: JSON, or a line of it for each. */

import { ServingError } from '../../errors.ts'
import { quote } from '../../words.ts'
import { preferred } from '../codec/registry.ts'
import type { Written } from '../task/task.ts'
import { JSON_TYPE, LINES_TYPE } from './body.ts'

/**
 * The media type of the reply: lines are answered by lines, and JSON by JSON, unless Accept says otherwise.
 * @throws ServingError ERR_NOT_ACCEPTABLE
 */
export const chooseType = (accept: string | undefined, isLines: boolean): string => {
  const types = isLines ? [LINES_TYPE, JSON_TYPE] : [JSON_TYPE, LINES_TYPE]
  const [type] = accept?.trim() ? preferred(accept, types) : types
  if (type !== undefined) return type
  throw new ServingError(
    'ERR_NOT_ACCEPTABLE',
    `Accept ${quote(accept ?? '')} allows none of ${types.join(', ')}`,
  )
}

/**
 * @param answers one for each request
 * @throws ServingError ERR_RESPONSE_TOO_LARGE as soon as more than `maxBytes` are found
 */
export const writeReply = (
  answers: readonly unknown[],
  isLines: boolean,
  contentType: string,
  maxBytes: number,
): Written => {
  const text = new BoundedText(maxBytes)
  if (contentType === LINES_TYPE)
    for (const answer of answers) {
      text.addJson(answer)
      text.add('\n')
    }
  else text.addJson(isLines ? answers : answers[0])
  return { body: text.finish(), contentType }
}

class BoundedText {
  readonly #maxBytes: number
  #text = ''

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes
  }

  add(text: string): void {
    this.#text += text
    this.#check(this.#text.length)
  }

  /** A list's entries one by one, so that what is too large is not written to its end. */
  addJson(value: unknown): void {
    if (!Array.isArray(value) || typeof value[0] !== 'object') {
      this.add(JSON.stringify(value))
      return
    }
    this.add('[')
    for (const [index, entry] of value.entries()) {
      if (index > 0) this.add(',')
      this.addJson(entry)
    }
    this.add(']')
  }

  finish(): string {
    // A character has at least a byte.
    this.#check(Buffer.byteLength(this.#text))
    return this.#text
  }

  #check(bytes: number): void {
    if (bytes <= this.#maxBytes) return
    throw new ServingError(
      'ERR_RESPONSE_TOO_LARGE',
      `the reply has more than ${this.#maxBytes} bytes, which is limits.maxResponseBytes of serving.yaml; send fewer inputs in a request`,
    )
  }
}
