/** Bodies of requests, whole: SageMaker's client needs their length. */

import type { IncomingMessage } from 'node:http'
import { errorAnswer } from './invocation-error.ts'
import type { Reply } from './switch.ts'

/** Above what SageMaker takes by any of its documents (6 MB, 25 MB): what is too large for it, it says itself. */
export const MAX_BODY_BYTES = 32 * 1024 * 1024

/** Of all requests that are being read or answered. */
export const MAX_TOTAL_BYTES = 256 * 1024 * 1024

const TOO_LARGE = errorAnswer(413, 'PayloadTooLarge', `a body has ${MAX_BODY_BYTES} bytes at most`)
const NO_ROOM = errorAnswer(
  503,
  'Overloaded',
  `the bodies of all requests at hand have ${MAX_TOTAL_BYTES} bytes at most; try again`,
)

export type Room = { bytes: number }

/**
 * The body, or the refusal. Its bytes count in `room` until `done`, which may be called more than once. What is too much is read
 * and forgotten, so that the refusal arrives.
 */
export const readBody = (
  request: IncomingMessage,
  room: Room,
): { body: Promise<Buffer | Reply>; done: () => void } => {
  const chunks: Buffer[] = []
  let bytes = 0
  let refused = false
  const done = () => {
    chunks.length = 0
    room.bytes -= bytes
    bytes = 0
  }
  const body = new Promise<Buffer | Reply>((resolve, reject) => {
    const refuse = (reply: Reply) => {
      refused = true
      done()
      resolve(reply)
    }
    const announced = Number(request.headers['content-length'] ?? 0)
    if (announced > MAX_BODY_BYTES) refuse(TOO_LARGE)
    else if (room.bytes + announced > MAX_TOTAL_BYTES) refuse(NO_ROOM)
    request.on('error', reject)
    request.on('data', (chunk: Buffer) => {
      if (refused) return
      bytes += chunk.length
      room.bytes += chunk.length
      chunks.push(chunk)
      if (bytes > MAX_BODY_BYTES) refuse(TOO_LARGE)
      else if (room.bytes > MAX_TOTAL_BYTES) refuse(NO_ROOM)
    })
    request.on('end', () => resolve(Buffer.concat(chunks)))
  })
  return { body, done }
}
