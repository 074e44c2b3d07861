import { extname } from 'node:path'
import { typesByExtension } from '../../src/worker/codec/guess.ts'
import { MEDIA_TYPES } from '../../src/worker/task/media-types.ts'

const BY_EXTENSION = typesByExtension(MEDIA_TYPES.codecs)

/** The media type of a request body by the name of its file; undefined where the name does not tell. */
export const mediaTypeOf = (file: string): string | undefined => BY_EXTENSION.get(extname(file).toLowerCase())
