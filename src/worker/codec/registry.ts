/** Which of the codecs reads a request, and which writes its reply. */

import { parse } from 'content-type'
import Negotiator from 'negotiator'
import { ServingError } from '../../errors.ts'
import { quote } from '../../words.ts'
import { remember } from '../remember.ts'
import type { Codec, Decode, Encode, MediaType } from './codec.ts'
import { createGuess } from './guess.ts'
import { createMultipartCodec } from './multipart.ts'
import { createUnknownCodec } from './unknown.ts'

export type Decoder = Codec & { decode: Decode }
export type Encoder = Codec & { encode: Encode }

export type Registry = {
  /** Those that it was made of, and bodies of unknown type and forms of files that those read. */
  codecs: readonly Codec[]
  /** The media type that the first bytes say, else the extension of the name; undefined where neither tells. */
  guess(file: { name: string; body: Uint8Array }): string | undefined
  /** @throws ServingError ERR_UNSUPPORTED_MEDIA_TYPE naming the types that are supported */
  findDecoder(mediaType: MediaType): Decoder
  /**
   * The codec that writes the reply, by an Accept header with quality values and wildcards (RFC 9110, section 12.5.1);
   * parameters of media types are ignored. Where the header is missing or leaves a choice, `defaultAccept` decides, an Accept
   * value too.
   *
   * @throws ServingError ERR_NOT_ACCEPTABLE naming the types that can be written
   */
  negotiate(accept: string | undefined, defaultAccept: string): Encoder
}

const canDecode = (codec: Codec): codec is Decoder => codec.decode !== undefined
const canEncode = (codec: Codec): codec is Encoder => codec.encode !== undefined

const byMediaType = <T extends Codec>(those: readonly T[]): Map<string, T> =>
  new Map(those.flatMap((codec) => codec.mediaTypes.map((type): [string, T] => [type, codec])))

/** What curl says of a body, unless it is told. */
const CURLS_OWN = 'application/x-www-form-urlencoded'

/** @param single a row for each media type; of several that an Accept header likes equally well, the first is written */
export const createRegistry = (single: readonly Codec[]): Registry => {
  const findDecoder = (mediaType: MediaType): Decoder => {
    const codec = decoders.get(mediaType.type)
    if (codec !== undefined) return codec
    const hint = mediaType.type === CURLS_OWN ? ", as curl does with -H 'Content-Type: …'" : ''
    throw new ServingError(
      'ERR_UNSUPPORTED_MEDIA_TYPE',
      `Content-Type ${quote(mediaType.type)} is not supported; send ${[...decoders.keys()].join(', ')}${hint}`,
    )
  }
  const others = { findDecoder, guess: createGuess(single) }
  const codecs = [...single, createUnknownCodec(others), createMultipartCodec(others)]
  const decoders = byMediaType(codecs.filter(canDecode))
  const encoders = byMediaType(codecs.filter(canEncode))
  const negotiate = remember((accept: string | undefined, defaultAccept: string): Encoder => {
    const wanted = accept === undefined || accept.trim() === '' ? defaultAccept : accept
    const types = [...encoders.keys()]
    const inOrder = [...new Set([...preferred(defaultAccept, types), ...types])]
    const codec = encoders.get(preferred(wanted, inOrder)[0] ?? '')
    if (codec !== undefined) return codec
    throw new ServingError('ERR_NOT_ACCEPTABLE', `Accept ${quote(wanted)} allows none of ${types.join(', ')}`)
  })
  return { codecs, guess: others.guess, findDecoder, negotiate }
}

/**
 * An Accept header without parameters other than the quality, since negotiator rightly takes `text/csv; header=absent` for
 * another type than text/csv, and clients mean text/csv. Read by the same parser as negotiator does.
 */
const withoutParameters = (accept: string): string => {
  const ranges: string[] = []
  for (let index = 0; index < accept.length; index++) {
    const range = parse(accept, { comma: true, start: index })
    const q = Number.parseFloat(range.parameters.q ?? '1')
    ranges.push(`${range.type};q=${q}`)
    index = range.index
  }
  return ranges.join(',')
}

/** Those of `types` that the Accept header allows, best first; of those it likes equally well, in their order. */
export const preferred = (accept: string, types: string[]): string[] =>
  new Negotiator({ headers: { accept: withoutParameters(accept) } }).mediaTypes(types)
