/** A request's body on its way through the server. */

import { MessageChannel } from 'node:worker_threads'

/** One that came in pieces. They stay apart, since to join them is to copy them; nobody else has any of them. */
export type Pieces = { readonly pieces: readonly Uint8Array[]; readonly byteLength: number }

export type Body = Uint8Array | Pieces

export const piecesOf = (body: Body): readonly Uint8Array[] =>
  body instanceof Uint8Array ? [body] : body.pieces

/** All bytes in a row: a copy of them if they are in pieces. */
export const join = (body: Body): Uint8Array =>
  body instanceof Uint8Array ? body : Buffer.concat(body.pieces, body.byteLength)

/** What is moved to a port whose other end is closed is freed. */
const createNowhere = () => {
  const { port1, port2 } = new MessageChannel()
  port2.close()
  return port1
}
let nowhere: ReturnType<typeof createNowhere> | undefined

/**
 * Gives the memory of a body's pieces back at once; they are empty then. Left to the garbage collector they make it go over all
 * that the process has, again and again, since it minds bytes that it does not see used.
 */
export const free = (body: Body): void => {
  if (body instanceof Uint8Array) return
  const own = body.pieces
    .filter(({ buffer, byteLength }) => byteLength > 0 && buffer.byteLength === byteLength)
    .map(({ buffer }) => buffer)
  nowhere ??= createNowhere()
  try {
    nowhere.postMessage(undefined, own as ArrayBuffer[])
  } catch {
    // Some memory of Node's own cannot be moved: it is left to the garbage collector.
  }
}
