/** Media types with their parameters, after RFC 9110, section 8.3.1. */

import { parse } from 'content-type'
import { ServingError } from '../../errors.ts'
import { DEFAULT_MEDIA_TYPE } from '../../protocol/defaults.ts'
import { quote } from '../../words.ts'
import { remember } from '../remember.ts'
import type { MediaType } from './codec.ts'

const TYPE = /^[!#$%&'*+.^_`|~0-9a-z-]+\/[!#$%&'*+.^_`|~0-9a-z-]+$/

/**
 * Parses a Content-Type header; nothing or an empty one stands for the default. The first of two equally named
 * parameters counts, and one that is malformed does not.
 *
 * @throws ServingError ERR_UNSUPPORTED_MEDIA_TYPE if the type itself is malformed
 */
export const parseMediaType = remember((header: string | undefined): MediaType => {
  if (header === undefined || header.trim() === '') return { type: DEFAULT_MEDIA_TYPE, parameters: {} }
  const { type, parameters } = parse(header)
  if (TYPE.test(type)) return { type, parameters: { ...parameters } }
  throw new ServingError('ERR_UNSUPPORTED_MEDIA_TYPE', `Content-Type ${quote(header)} is malformed`)
})
