/**
 * Prepares replies for their way to the server. Large bodies go first, in pieces: one message is read and copied by the
 * server in one go, during which it does nothing else, and one of 4 GiB would kill it.
 */

import { type CrossingReplies, type FromWorker, PIECE_BYTES } from '../protocol/messages.ts'
import type { Replies } from './pipeline.ts'

/** In UTF-8 a character, counted as JavaScript does, has at most three bytes. */
const PIECE_CHARACTERS = Math.floor(PIECE_BYTES / 3)

const isHighSurrogate = (code: number): boolean => code >= 0xd800 && code <= 0xdbff

/** The bytes of a body, in order, at most PIECE_BYTES at a time; a text is not written out as a whole. */
export function* piecesOf(body: Uint8Array | string | Uint8Array[]): Generator<Uint8Array> {
  if (Array.isArray(body)) {
    for (const part of body) yield* piecesOf(part)
  } else if (typeof body === 'string') {
    for (let start = 0; start < body.length; ) {
      let end = Math.min(body.length, start + PIECE_CHARACTERS)
      // Two halves of one character stay together.
      if (end < body.length && isHighSurrogate(body.charCodeAt(end - 1))) end -= 1
      yield Buffer.from(body.slice(start, end))
      start = end
    }
  } else {
    for (let start = 0; start < body.byteLength; start += PIECE_BYTES)
      yield body.subarray(start, start + PIECE_BYTES)
  }
}

const isSmall = (body: Uint8Array | string | Uint8Array[]): boolean => {
  if (Array.isArray(body)) return false
  return typeof body === 'string' ? body.length <= PIECE_CHARACTERS : body.byteLength <= PIECE_BYTES
}

/**
 * Sends the large bodies. Resolves with what is left to be sent in one message.
 * @param replies emptied on the way: what has crossed is not kept
 * @param isWanted false for a request that was cancelled: nothing more of its reply is sent
 * @param send calls back when the message has been written; the next piece waits for it
 */
export const sendLargeBodies = async (
  batch: number,
  replies: Replies,
  isWanted: (item: number) => boolean,
  send: (message: FromWorker, then?: () => void) => void,
): Promise<CrossingReplies> => {
  const crossing: CrossingReplies = []
  for (let next = replies.shift(); next !== undefined; next = replies.shift()) {
    const [item, reply] = next
    if (!reply.ok || isSmall(reply.body)) {
      crossing.push(next as CrossingReplies[number])
      continue
    }
    let sent = 0
    for (const bytes of piecesOf(reply.body)) {
      if (!isWanted(item)) break
      sent += bytes.byteLength
      await new Promise<void>((written) => send({ type: 'piece', batch, item, bytes }, written))
    }
    const { body: _, ...head } = reply
    crossing.push([item, { ...head, sent }])
  }
  return crossing.filter(([item]) => isWanted(item))
}
