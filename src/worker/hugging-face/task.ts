/**
 * The worker's task for a Hugging Face folder: the request's JSON in, the task's answer as JSON out, as Hugging Face's own
 * containers on SageMaker have them.
 */

import { ServingError } from '../../errors.ts'
import type { HuggingFaceFolder } from '../../model/layouts/hugging-face.ts'
import type { Model } from '../../model/model.ts'
import type { LoadOptions } from '../../protocol/messages.ts'
import { describe } from '../../words.ts'
import { decodeContent } from '../codec/content-encoding.ts'
import { parseJson } from '../codec/json-parse.ts'
import { parseMediaType } from '../codec/media-type.ts'
import { decodeUtf8, requireUtf8 } from '../codec/text.ts'
import type { Task, Written } from '../task/task.ts'
import { chooseTask } from './all.ts'
import { openHub } from './hub.ts'
import type { HubRequest } from './hub-task.ts'
import { readPictureBody } from './picture-body.ts'

const JSON_TYPE = 'application/json'

/** Members of objects that a request may have: a task's inputs are lists or have a few members. */
const MOST_MEMBERS = 16

export const createHuggingFaceTask = (
  model: Model,
  files: HuggingFaceFolder,
  { maxBodyBytes }: Pick<LoadOptions, 'maxBodyBytes'>,
): Task => {
  const task = chooseTask(files, model.config.task)
  const { padding, read, write } = task.create(openHub(model, files))
  const toWritten = (answer: unknown): Written => {
    const body = JSON.stringify(answer)
    const { maxResponseBytes } = model.config.limits
    if (body.length > maxResponseBytes)
      throw new ServingError('ERR_RESPONSE_TOO_LARGE', `the reply has more than ${maxResponseBytes} bytes`)
    return { body, contentType: JSON_TYPE }
  }
  return {
    ...(padding && { padding }),
    read: async ({ headers, body }, allowance) => {
      const plain = await decodeContent(body, headers['content-encoding'], maxBodyBytes, allowance)
      const type = headers['content-type']
      const pictures = task.takesPictures ? readPictureBody(plain, type) : undefined
      const request = pictures === undefined ? readBody(plain, type) : { inputs: pictures, parameters: {} }
      const found = await read(request, allowance)
      return 'answer' in found ? { written: toWritten(found.answer) } : found
    },
    write: (outputs, context) => toWritten(write(outputs, context)),
  }
}

const readBody = (body: Uint8Array, contentType: string | undefined): HubRequest => {
  const mediaType = parseMediaType(contentType ?? JSON_TYPE)
  if (mediaType.type !== JSON_TYPE)
    throw new ServingError(
      'ERR_UNSUPPORTED_MEDIA_TYPE',
      `Content-Type ${mediaType.type} is not supported by this model: send ${JSON_TYPE}`,
    )
  requireUtf8(mediaType)
  const value = parseJson(decodeUtf8(body), 'the body', MOST_MEMBERS)
  if (typeof value !== 'object' || value === null || !('inputs' in value))
    throw new ServingError(
      'ERR_INVALID_BODY',
      `expected {"inputs": …, "parameters": {…}}, found ${describe(value)}`,
    )
  const { inputs, parameters = {} } = value as { inputs: unknown; parameters?: unknown }
  if (typeof parameters !== 'object' || parameters === null || Array.isArray(parameters))
    throw new ServingError(
      'ERR_INVALID_INPUT',
      `parameters: expected an object, found ${describe(parameters)}`,
    )
  return { inputs, parameters: parameters as HubRequest['parameters'] }
}
