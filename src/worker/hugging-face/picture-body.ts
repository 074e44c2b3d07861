/** Bodies that are pictures, instead of JSON that holds them. */

import { ServingError } from '../../errors.ts'
import { quote } from '../../words.ts'
import { readFormFiles } from '../codec/form-data.ts'
import { createGuess } from '../codec/guess.ts'
import { parseMediaType } from '../codec/media-type.ts'
import { imageCodec } from '../task/image-input.ts'

const FORM = 'multipart/form-data'
const UNKNOWN = 'application/octet-stream'

export const PICTURE_TYPES = [...imageCodec.mediaTypes, FORM, UNKNOWN]

const guess = createGuess([imageCodec])

/**
 * @returns a picture's bytes, those of several in a form, or undefined for a body that is of no type of pictures
 * @throws ServingError ERR_INVALID_BODY
 */
export const readPictureBody = (
  body: Uint8Array,
  contentType: string | undefined,
): Uint8Array | Uint8Array[] | undefined => {
  if (!contentType?.trim()) return guess({ name: '', body }) === undefined ? undefined : body
  const { type, parameters } = parseMediaType(contentType)
  if (type === UNKNOWN || imageCodec.mediaTypes.includes(type)) return body
  if (type !== FORM) return undefined
  const files = readFormFiles(body, parameters.boundary)
  const field = files.find(({ isFile }) => !isFile)
  if (field === undefined) return files.map((file) => file.body)
  throw new ServingError('ERR_INVALID_BODY', `the form field ${quote(field.field)} is not a file`)
}
