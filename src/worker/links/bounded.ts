/** Reads what comes of a link, and no more of it than may be. */

import { ServingError } from '../../errors.ts'

/** What the client gets of a link that leads nowhere it may, or to nothing that can be had. */
export const invalidLink = (message: string): ServingError => new ServingError('ERR_INVALID_LINK', message)

/** @param announced bytes, if the other side says so */
export const readBounded = async (
  chunks: AsyncIterable<Uint8Array>,
  announced: number | undefined,
  maxBytes: number,
): Promise<Uint8Array> => {
  const tooLarge = () => invalidLink(`what the link leads to has more than ${maxBytes} bytes`)
  if (announced !== undefined && announced > maxBytes) throw tooLarge()
  const parts: Uint8Array[] = []
  let bytes = 0
  for await (const chunk of chunks) {
    bytes += chunk.byteLength
    if (bytes > maxBytes) throw tooLarge()
    parts.push(chunk)
  }
  return Buffer.concat(parts)
}
