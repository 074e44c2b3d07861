/** A request's body on its way through the server. */

/** One that came in pieces. They stay apart, since to join them is to copy them. */
export type Pieces = { readonly pieces: readonly Uint8Array[]; readonly byteLength: number }

export type Body = Uint8Array | Pieces

export const piecesOf = (body: Body): readonly Uint8Array[] =>
  body instanceof Uint8Array ? [body] : body.pieces

/** All bytes in a row: a copy of them if they are in pieces. */
export const join = (body: Body): Uint8Array =>
  body instanceof Uint8Array ? body : Buffer.concat(body.pieces, body.byteLength)
