/** Bodies of requests: JSON, lines of JSON, a text, or for some tasks bytes such as an image's. */

import { ServingError } from '../../errors.ts'
import type { Route } from '../../protocol/routes.ts'
import { describe, listNames, quote } from '../../words.ts'
import { parseJson } from '../codec/json-parse.ts'
import { parseMediaType } from '../codec/media-type.ts'
import { decodeUtf8, requireUtf8 } from '../codec/text.ts'
import type { HubRequest, HubTask } from './hub-task.ts'
import { PICTURE_TYPES, readPictureBody } from './picture-body.ts'
import { requireTextsWithin } from './tokens.ts'

export const JSON_TYPE = 'application/json'
export const LINES_TYPE = 'application/jsonlines'
const TEXT_TYPE = 'text/plain'

/** Of JSON lines there is a request for each line. */
export type Body = { requests: readonly HubRequest[]; isLines: boolean }

const INPUTS = 'inputs'

type Task = Pick<HubTask, 'name' | 'takesPictures' | 'forms' | 'routes' | 'isFlat' | 'onHub'>

/** The member of a body by which its form is told: that of the path, or any that the task knows. */
const membersOf = ({ routes, forms = [] }: Task, route: Route | undefined): readonly string[] => {
  const member = route && routes?.[route]
  return member === undefined ? [INPUTS, ...forms] : [member]
}

/** Members of objects that a request may have: a task's inputs are lists, or have a few members. */
const MOST_MEMBERS = 16

/** @throws ServingError ERR_UNSUPPORTED_MEDIA_TYPE, ERR_INVALID_BODY, ERR_INVALID_INPUT */
export const readBody = (
  body: Uint8Array,
  contentType: string | undefined,
  task: Task,
  route?: Route,
): Body => {
  const { name, takesPictures } = task
  const pictures = takesPictures ? readPictureBody(body, contentType) : undefined
  if (pictures !== undefined) return { requests: [{ inputs: pictures, parameters: {} }], isLines: false }
  const mediaType = parseMediaType(contentType ?? JSON_TYPE)
  const { type } = mediaType
  const types = [
    ...(route && task.routes?.[route] ? [JSON_TYPE] : [JSON_TYPE, LINES_TYPE, TEXT_TYPE]),
    ...(takesPictures ? PICTURE_TYPES : []),
  ]
  if (!types.includes(type))
    throw new ServingError(
      'ERR_UNSUPPORTED_MEDIA_TYPE',
      `Content-Type ${quote(type)} is not supported for ${name}; send ${types.join(' or ')}`,
    )
  requireUtf8(mediaType)
  const text = decodeUtf8(body)
  if (type === TEXT_TYPE) return { requests: [{ inputs: text, parameters: {} }], isLines: false }
  if (type === JSON_TYPE) return { requests: [readRequest(text, 'the body', task, route)], isLines: false }
  return { requests: readLines(text, task, route), isLines: true }
}

const readLines = (text: string, task: Task, route: Route | undefined): HubRequest[] => {
  const lines = text
    .split('\n')
    .flatMap((line, index) => (line.trim() === '' ? [] : [{ line, place: `line ${index + 1}` }]))
  requireTextsWithin(lines.length)
  if (lines.length > 0) return lines.map(({ line, place }) => readRequest(line, place, task, route))
  throw new ServingError('ERR_INVALID_BODY', 'the body has no line with a request')
}

const readRequest = (text: string, place: string, task: Task, route: Route | undefined): HubRequest => {
  const value = parseJson(text, place, MOST_MEMBERS)
  const told = membersOf(task, route)
  const form = told.find((member) => value instanceof Object && Object.hasOwn(value, member))
  if (form === undefined)
    throw new ServingError(
      'ERR_INVALID_BODY',
      `${place}: expected ${told.map((member) => `{${quote(member)}: …}`).join(' or ')}, found ${describe(value)}${value instanceof Object ? ` without ${told.map(quote).join(' or ')}` : ''}`,
    )
  if (form !== INPUTS) {
    const { [form]: inputs, ...parameters } = value as Record<string, unknown>
    return { inputs, parameters, form }
  }
  const { inputs, parameters = {}, ...others } = value as { inputs: unknown; parameters?: unknown }
  const unknown = Object.keys(others)
  if (unknown.length > 0 && !task.isFlat)
    throw new ServingError(
      'ERR_INVALID_INPUT',
      `${place}: ${listNames(unknown)} beside "inputs" is not supported: what a task takes stands in "parameters"`,
    )
  if (typeof parameters !== 'object' || Array.isArray(parameters))
    throw new ServingError(
      'ERR_INVALID_INPUT',
      `parameters: expected an object, found ${describe(parameters)}`,
    )
  const usual = route === '/' ? task.onHub?.parameters : undefined
  return { inputs, parameters: { ...usual, ...others, ...parameters } }
}
