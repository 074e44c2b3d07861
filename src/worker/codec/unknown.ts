/** application/octet-stream: a body of which its sender says nothing is what its first bytes say. Reads only. */

import { ServingError } from '../../errors.ts'
import { DEFAULT_MEDIA_TYPE } from '../../protocol/defaults.ts'
import type { Codec, Decode, MediaType } from './codec.ts'

export const UNKNOWN_TYPE = 'application/octet-stream'

type Others = {
  findDecoder(mediaType: MediaType): { decode: Decode }
  guess(file: { name: string; body: Uint8Array }): string | undefined
}

const START_OF_JSON = /^(?:\xef\xbb\xbf)?[\s]*[[{]/

/** @param others the codecs of what may be sent; the registry that finds them holds this codec too */
export const createUnknownCodec = ({ findDecoder, guess }: Others): Codec => ({
  mediaTypes: [UNKNOWN_TYPE],
  decode: (body, _mediaType, model, allowance) => {
    const start = Buffer.from(body.subarray(0, 64)).toString('latin1')
    const type = guess({ name: '', body }) ?? (START_OF_JSON.test(start) ? DEFAULT_MEDIA_TYPE : undefined)
    if (type === undefined) {
      throw new ServingError(
        'ERR_UNSUPPORTED_MEDIA_TYPE',
        `${UNKNOWN_TYPE}: the first bytes do not say what this is; send the Content-Type of what it is`,
      )
    }
    const mediaType = { type, parameters: {} }
    return findDecoder(mediaType).decode(body, mediaType, model, allowance)
  },
})
