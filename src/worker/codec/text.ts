/** Bytes of a body as text. */

import { ServingError } from '../../errors.ts'
import { quote } from '../../words.ts'
import type { MediaType } from './codec.ts'

const decoder = new TextDecoder('utf-8', { fatal: true })

/**
 * Decodes UTF-8, without a byte order mark if there is one.
 *
 * @throws ServingError ERR_INVALID_BODY for bytes that are not UTF-8
 */
export const decodeUtf8 = (body: Uint8Array): string => {
  try {
    return decoder.decode(body)
  } catch {
    throw new ServingError('ERR_INVALID_BODY', 'the body is not valid UTF-8')
  }
}

/** @throws ServingError ERR_UNSUPPORTED_MEDIA_TYPE if the type's charset is not UTF-8 or its subset US-ASCII */
export const requireUtf8 = (mediaType: MediaType): void => {
  const { charset } = mediaType.parameters
  if (charset === undefined || /^(utf-?8|us-ascii)$/i.test(charset)) return
  const message = `charset ${quote(charset)} is not supported; send ${mediaType.type} as utf-8`
  throw new ServingError('ERR_UNSUPPORTED_MEDIA_TYPE', message)
}
