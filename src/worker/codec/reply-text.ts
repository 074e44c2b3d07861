/** A reply of text while it is written; refused as soon as it is larger than a reply may be. */

import { ServingError } from '../../errors.ts'

export type ReplyText = {
  /** @throws ServingError ERR_RESPONSE_TOO_LARGE */
  add(text: string): void
  /** Refuses a reply that has at least `characters` more to come, before they are made. */
  expect(characters: number): void
  finish(): string
}

/** Characters after which what was added becomes one block. */
const PIECE = 65_536

/** @param size what the reply has, where that is known; else it is only known to be larger than `maxBytes` */
export const replyTooLarge = (maxBytes: number, size?: number): ServingError =>
  new ServingError(
    'ERR_RESPONSE_TOO_LARGE',
    `the reply has ${size === undefined ? `more than ${maxBytes}` : size} bytes; limits.maxResponseBytes of serving.yaml ` +
      `allows ${maxBytes}; send fewer rows, or raise it where the caller accepts more`,
  )

/** @param maxBytes `limits.maxResponseBytes`, of UTF-8 */
export const createReplyText = (maxBytes: number): ReplyText => {
  let pieces = ''
  let last = ''
  let length = 0
  return {
    expect: (characters) => {
      if (length + characters > maxBytes) throw replyTooLarge(maxBytes)
    },
    add: (text) => {
      length += text.length
      if (length > maxBytes) throw replyTooLarge(maxBytes)
      last += text
      if (last.length < PIECE) return
      pieces += flat(last)
      last = ''
    },
    finish: () => {
      const text = pieces + last
      // A character takes up to 3 bytes for each unit of UTF-16.
      if (text.length * 3 > maxBytes) {
        const size = Buffer.byteLength(text)
        if (size > maxBytes) throw replyTooLarge(maxBytes, size)
      }
      return text
    },
  }
}

/** The same text as one block: V8 keeps a node of 32 bytes for each addition until a text is read. */
const flat = (text: string): string => {
  Number(text)
  return text
}
