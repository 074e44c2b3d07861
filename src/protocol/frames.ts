/**
 * Messages as bytes, on the socket between the server and a process of its own: the lengths of the head and of the bodies, the head,
 * and the bodies. The head of what comes with requests is JSON and says how long each body is, since a
 * structured clone takes longer (docs/decisions/0017); that of any other message is all of it, as V8 serializes it.
 */

import { deserialize, serialize } from 'node:v8'
import { type Body, piecesOf } from './body.ts'
import { ProtocolError } from './check.ts'
import type { CrossingReplies, FromInspection, FromWorker, Run, ToInspection, ToWorker } from './messages.ts'

/** The length of the head and that of all bodies, each in four bytes. */
export const LENGTHS = 8

/** A shorter message is one chunk; of a longer one the bodies are not copied. */
export const SHORT_BYTES = 64 * 1024

/** Heads and bodies take a multiple of so many bytes, so that a body may be looked at as numbers of any size. */
const ALIGNED = 8

const FILLING = Buffer.alloc(ALIGNED)

const fillingOf = (bytes: number): number => -bytes & (ALIGNED - 1)

type Part = Body | string

type Message = ToWorker | Run<Body> | FromWorker | ToInspection | FromInspection

const bytesOf = (part: Part): number => (typeof part === 'string' ? Buffer.byteLength(part) : part.byteLength)

const withoutBodies = (replies: CrossingReplies, bodies: Part[]): unknown[] =>
  replies.map((entry) => {
    const [item, reply] = entry
    if (!reply.ok || !('body' in reply)) return entry
    const { body, ...head } = reply
    bodies.push(body)
    return [item, { ...head, [typeof body === 'string' ? 'text' : 'bytes']: bytesOf(body) }]
  })

/** @param bodies those that are not in the head are added to it, in order */
const headOf = (message: Message, bodies: Part[]): string | Buffer => {
  switch (message.type) {
    case 'run':
      for (const { body } of message.items) bodies.push(body)
      return JSON.stringify({
        ...message,
        items: message.items.map((item) => ({ ...item, body: item.body.byteLength })),
      })
    case 'piece':
      bodies.push(message.bytes)
      return JSON.stringify({ ...message, bytes: message.bytes.byteLength })
    case 'replies':
    case 'done':
      return JSON.stringify({ ...message, replies: withoutBodies(message.replies, bodies) })
    default:
      return serialize(message)
  }
}

/** The message in chunks, to be written one after the other. A short one is a single chunk, of which nothing is anybody else's. */
export const encode = (message: Message): Uint8Array[] => {
  const bodies: Part[] = []
  const head = headOf(message, bodies)
  const headBytes = typeof head === 'string' ? Buffer.byteLength(head) : head.byteLength
  const bodiesAt = LENGTHS + headBytes + fillingOf(headBytes)
  let bytes = bodiesAt
  for (const body of bodies) bytes += bytesOf(body) + fillingOf(bytesOf(body))
  const isShort = bytes <= SHORT_BYTES
  const first = Buffer.allocUnsafe(isShort ? bytes : bodiesAt)
  first.writeUInt32LE(headBytes + fillingOf(headBytes), 0)
  first.writeUInt32LE(bytes - bodiesAt, 4)
  if (typeof head === 'string') first.write(head, LENGTHS)
  else first.set(head, LENGTHS)
  // JSON may be followed by spaces.
  first.fill(0x20, LENGTHS + headBytes, bodiesAt)
  if (!isShort) return [first, ...bodies.flatMap(chunksOf)]
  let at = bodiesAt
  for (const body of bodies) {
    const from = at
    if (typeof body === 'string') at += first.write(body, at)
    else
      for (const piece of piecesOf(body)) {
        first.set(piece, at)
        at += piece.byteLength
      }
    at += fillingOf(at - from)
  }
  return [first]
}

const chunksOf = (body: Part): Uint8Array[] => {
  const chunks = typeof body === 'string' ? [Buffer.from(body)] : piecesOf(body)
  return [...chunks, FILLING.subarray(0, fillingOf(bytesOf(body)))].filter(({ byteLength }) => byteLength > 0)
}

/** What V8's serialization begins with, and no JSON. */
const SERIALIZED = 0xff

type Heads = { items?: { body: number | Uint8Array }[]; bytes?: number | Uint8Array; replies?: Headed[] }
type Headed = [item: number, reply: { text?: number; bytes?: number; body?: string | Uint8Array }]

/**
 * The message of a frame. Bodies of requests are views of it, since a batch stays together; those of replies are not.
 * @throws ProtocolError if it holds none
 */
export const decode = (frame: Buffer): unknown => {
  try {
    return read(frame)
  } catch (error) {
    throw new ProtocolError(`it sent what is no message: ${error}`)
  }
}

const read = (frame: Buffer): unknown => {
  const bodiesAt = LENGTHS + frame.readUInt32LE(0)
  const head = frame.subarray(LENGTHS, bodiesAt)
  if (head[0] === SERIALIZED) return deserialize(head)
  const message = JSON.parse(head.toString()) as Heads
  let at = bodiesAt
  const next = (bytes: number): Buffer => {
    const body = frame.subarray(at, at + bytes)
    at += bytes + fillingOf(bytes)
    return body
  }
  for (const item of message.items ?? []) item.body = next(item.body as number)
  if (message.bytes !== undefined) message.bytes = next(message.bytes as number)
  for (const entry of message.replies ?? []) {
    const { text, bytes, ...head } = entry[1]
    if (text !== undefined) entry[1] = { ...head, body: next(text).toString() }
    else if (bytes !== undefined) entry[1] = { ...head, body: Buffer.from(next(bytes)) }
  }
  return message
}
