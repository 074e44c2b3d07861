/** Media types with their parameters, after RFC 9110, section 8.3.1. */

import { ServingError } from '../errors.ts'
import { excerpt } from '../tensor/values.ts'
import type { MediaType } from './codec.ts'
import { remember } from './remember.ts'

const TOKEN = "[!#$%&'*+.^_`|~0-9A-Za-z-]+"
const TYPE = new RegExp(`[ \\t]*(${TOKEN}/${TOKEN})[ \\t]*`, 'y')
const PARAMETER = new RegExp(`;[ \\t]*(?:(${TOKEN})=(?:(${TOKEN})|"((?:[^"\\\\]|\\\\.)*)"))?[ \\t]*`, 'y')

/**
 * Parses a Content-Type header; nothing or an empty one stands for application/json. The first of two equally named
 * parameters counts.
 *
 * @throws ServingError ERR_UNSUPPORTED_MEDIA_TYPE if it is malformed
 */
export const parseMediaType = remember((header: string | undefined): MediaType => {
  if (header === undefined || header.trim() === '') return { type: 'application/json', parameters: {} }
  TYPE.lastIndex = 0
  const type = TYPE.exec(header)?.[1]?.toLowerCase()
  if (type === undefined) throw malformed(header)
  const parameters: Record<string, string> = {}
  PARAMETER.lastIndex = TYPE.lastIndex
  while (PARAMETER.lastIndex < header.length) {
    const match = PARAMETER.exec(header)
    if (match === null) throw malformed(header)
    const name = match[1]?.toLowerCase()
    if (name !== undefined) parameters[name] ??= match[2] ?? match[3]?.replace(/\\(.)/g, '$1') ?? ''
  }
  return { type, parameters }
})

const malformed = (header: string): ServingError =>
  new ServingError(
    'ERR_UNSUPPORTED_MEDIA_TYPE',
    `Content-Type ${JSON.stringify(excerpt(header))} is malformed.`,
  )
