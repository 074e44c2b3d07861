/** Bodies that are pictures, instead of JSON that holds them. */

import { ServingError } from '../../errors.ts'
import { quote } from '../../words.ts'
import { readFormFiles } from '../codec/form-data.ts'
import { createGuess } from '../codec/guess.ts'
import { parseMediaType } from '../codec/media-type.ts'
import { imageCodec } from '../task/image-input.ts'

const FORM = 'multipart/form-data'
const JSON_TYPE = 'application/json'
const UNKNOWN = 'application/octet-stream'

const guess = createGuess([imageCodec])

/**
 * @returns a picture's bytes, those of several in a form, or undefined for a body of JSON
 * @throws ServingError for what is neither
 */
export const readPictureBody = (
  body: Uint8Array,
  contentType: string | undefined,
): Uint8Array | Uint8Array[] | undefined => {
  const isPicture = guess({ name: '', body }) !== undefined
  if (!contentType?.trim()) return isPicture ? body : undefined
  const { type, parameters } = parseMediaType(contentType)
  if (type === JSON_TYPE) return undefined
  if (imageCodec.mediaTypes.includes(type) || (type === UNKNOWN && isPicture)) return body
  if (type === FORM) {
    const files = readFormFiles(body, parameters.boundary)
    const field = files.find(({ isFile }) => !isFile)
    if (field === undefined) return files.map((file) => file.body)
    throw new ServingError('ERR_INVALID_BODY', `the form field ${quote(field.field)} is not a file`)
  }
  throw new ServingError(
    'ERR_UNSUPPORTED_MEDIA_TYPE',
    type === UNKNOWN
      ? 'the body is no JPEG, PNG, WebP or GIF image, which is what this model takes as application/octet-stream'
      : `Content-Type ${quote(type)} is not supported by this model: send ${[JSON_TYPE, ...imageCodec.mediaTypes, FORM].join(', ')}`,
  )
}
