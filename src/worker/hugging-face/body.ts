/** Bodies of requests: JSON, lines of JSON, a text, or for some tasks bytes such as an image's. */

import { ServingError } from '../../errors.ts'
import { describe, listNames, quote } from '../../words.ts'
import { parseJson } from '../codec/json-parse.ts'
import { parseMediaType } from '../codec/media-type.ts'
import { decodeUtf8, requireUtf8 } from '../codec/text.ts'
import type { HubRequest, HubTask } from './hub-task.ts'

export const JSON_TYPE = 'application/json'
export const LINES_TYPE = 'application/jsonlines'

/** Of JSON lines there is a request for each line. */
export type Body = { requests: readonly HubRequest[]; isLines: boolean }

/** Members of objects that a request may have: a task's inputs are lists, or have a few members. */
const MOST_MEMBERS = 16

/** @throws ServingError ERR_UNSUPPORTED_MEDIA_TYPE, ERR_INVALID_BODY, ERR_INVALID_INPUT */
export const readBody = (
  body: Uint8Array,
  contentType: string | undefined,
  { name, bytes }: Pick<HubTask, 'name' | 'bytes'>,
): Body => {
  const mediaType = parseMediaType(contentType ?? JSON_TYPE)
  const { type } = mediaType
  if (bytes?.test(type)) return { requests: [{ inputs: body, parameters: {} }], isLines: false }
  if (type !== JSON_TYPE && type !== LINES_TYPE && type !== 'text/plain')
    throw new ServingError(
      'ERR_UNSUPPORTED_MEDIA_TYPE',
      `Content-Type ${quote(type)} is not supported for ${name}; send ${JSON_TYPE}, ${LINES_TYPE} or text/plain`,
    )
  requireUtf8(mediaType)
  const text = decodeUtf8(body)
  if (type === 'text/plain') return { requests: [{ inputs: text, parameters: {} }], isLines: false }
  if (type === JSON_TYPE) return { requests: [readRequest(text, 'the body')], isLines: false }
  return { requests: readLines(text), isLines: true }
}

const readLines = (text: string): HubRequest[] => {
  const requests = text
    .split('\n')
    .flatMap((line, index) => (line.trim() === '' ? [] : [readRequest(line, `line ${index + 1}`)]))
  if (requests.length > 0) return requests
  throw new ServingError('ERR_INVALID_BODY', 'the body has no line with a request')
}

const readRequest = (text: string, place: string): HubRequest => {
  const value = parseJson(text, place, MOST_MEMBERS)
  if (typeof value !== 'object' || value === null || !('inputs' in value))
    throw new ServingError(
      'ERR_INVALID_BODY',
      `${place}: expected {"inputs": …, "parameters": {…}}, found ${describe(value)}${value instanceof Object ? ' without "inputs"' : ''}`,
    )
  const { inputs, parameters = {}, ...others } = value as { inputs: unknown; parameters?: unknown }
  const unknown = Object.keys(others)
  if (unknown.length > 0)
    throw new ServingError(
      'ERR_INVALID_INPUT',
      `${place}: ${listNames(unknown)} beside "inputs" is not supported: what a task takes stands in "parameters"`,
    )
  if (typeof parameters !== 'object' || Array.isArray(parameters))
    throw new ServingError(
      'ERR_INVALID_INPUT',
      `parameters: expected an object, found ${describe(parameters)}`,
    )
  return { inputs, parameters: (parameters ?? {}) as HubRequest['parameters'] }
}
