/** The table of media types, and which of them reads a request and writes its answer. */

import Negotiator from 'negotiator'
import { ServingError } from '../errors.ts'
import { excerpt } from '../tensor/values.ts'
import type { Codec, Encode, MediaType } from './codec.ts'
import { jsonCodec } from './json.ts'

export type Encoder = Codec & { encode: Encode }

/** Of several types that an Accept header likes equally well, the first is written. */
export const codecs: readonly Codec[] = [jsonCodec]

const canEncode = (codec: Codec): codec is Encoder => codec.encode !== undefined

const decoders = new Map(
  codecs.flatMap((codec) => (codec.decode ? codec.mediaTypes.map((type) => [type, codec]) : [])),
)
const encoders = new Map(
  codecs.filter(canEncode).flatMap((codec) => codec.mediaTypes.map((type) => [type, codec])),
)

/** @throws ServingError ERR_UNSUPPORTED_MEDIA_TYPE naming the types that are taken */
export const findDecoder = (mediaType: MediaType): Codec => {
  const codec = decoders.get(mediaType.type)
  if (codec !== undefined) return codec
  throw new ServingError(
    'ERR_UNSUPPORTED_MEDIA_TYPE',
    `Content-Type ${JSON.stringify(excerpt(mediaType.type))} is not taken; send ${[...decoders.keys()].join(', ')}.`,
  )
}

/**
 * The codec that writes the answer, by an Accept header with quality values and wildcards; parameters of media types
 * are ignored. Where the header is missing or leaves a choice, `defaultAccept` decides, an Accept value too.
 *
 * @throws ServingError ERR_NOT_ACCEPTABLE naming the types that can be written
 */
export const negotiate = (accept: string | undefined, defaultAccept: string): Encoder => {
  const wanted = accept === undefined || accept.trim() === '' ? defaultAccept : accept
  const types = [...encoders.keys()]
  const inOrder = [...new Set([...preferred(defaultAccept, types), ...types])]
  const codec = encoders.get(preferred(wanted, inOrder)[0] ?? '')
  if (codec !== undefined) return codec
  throw new ServingError(
    'ERR_NOT_ACCEPTABLE',
    `Accept ${JSON.stringify(excerpt(wanted))} allows none of ${types.join(', ')}.`,
  )
}

/** A parameter of an Accept header other than q, its quoted value included. */
const PARAMETER = /;[ \t]*(?![qQ][ \t]*=)(?:[^;,"]|"(?:[^"\\]|\\.)*")*/g

const preferred = (accept: string, types: string[]): string[] =>
  new Negotiator({ headers: { accept: accept.replace(PARAMETER, '') } }).mediaTypes(types)
