/**
 * The task that serves any model: a body is decoded by its media type into the model's inputs as they are, or into images,
 * and the outputs are written in a media type that Accept allows.
 */

import { ServingError } from '../../errors.ts'
import type { Model } from '../../model/model.ts'
import type { LoadOptions } from '../../protocol/messages.ts'
import type { PictureView } from '../../tensor/picture-view.ts'
import type { DecodedRequest, Form } from '../codec/codec.ts'
import { decodeContent } from '../codec/content-encoding.ts'
import { parseMediaType } from '../codec/media-type.ts'
import type { Encoder } from '../codec/registry.ts'
import { UNKNOWN_TYPE } from '../codec/unknown.ts'
import { fillLeftOut } from './left-out.ts'
import { MEDIA_TYPES } from './media-types.ts'
import { createPostprocess } from './postprocess.ts'
import type { Outputs, Reading, Task } from './task.ts'
import { validateInputs } from './validate.ts'

type Context = { form: Form; encoder: Encoder; views?: readonly PictureView[] }

/** Detections and texts are objects, which only JSON holds. Asked before anything is read. */
const requireObjects = ({ mediaTypes }: Encoder, { config }: Model): void => {
  const { boxes, ctc } = config.postprocess
  const [type = ''] = mediaTypes
  if ((boxes === undefined && ctc === undefined) || type.startsWith('application/json')) return
  throw new ServingError(
    'ERR_NOT_ACCEPTABLE',
    `${type} cannot hold what postprocess.${boxes === undefined ? 'ctc' : 'boxes'} of serving.yaml gives; accept application/json or application/jsonlines`,
  )
}

export const createTensorsTask = (
  model: Model,
  { defaultAccept, maxBodyBytes }: Pick<LoadOptions, 'defaultAccept' | 'maxBodyBytes'>,
): Task<Context> => {
  const postprocess = createPostprocess(model)
  return {
    read: ({ headers, body }, allowance) => {
      const encoder = MEDIA_TYPES.negotiate(headers.accept, defaultAccept)
      requireObjects(encoder, model)
      const mediaType = parseMediaType(headers['content-type'])
      const { decode: decodeAs } = MEDIA_TYPES.findDecoder(mediaType)
      const decode = (bytes: Uint8Array) => {
        const guess = headers['content-type']?.trim()
          ? undefined
          : MEDIA_TYPES.guess({ name: '', body: bytes })
        if (guess === undefined) return decodeAs(bytes, mediaType, model, allowance)
        const guessed = parseMediaType(guess)
        return MEDIA_TYPES.findDecoder(guessed).decode(bytes, guessed, model, allowance)
      }
      const finish = ({ inputs, form, views }: DecodedRequest): Reading<Context> => ({
        parts: [
          validateInputs(fillLeftOut(inputs, model.signature), model.signature, model.config.limits.maxRows),
        ],
        context: { form, encoder, ...(views && { views }) },
      })
      const plain = decodeContent(body, headers['content-encoding'], maxBodyBytes, allowance)
      const decoded = plain instanceof Promise ? plain.then(decode) : decode(plain)
      return decoded instanceof Promise ? decoded.then(finish) : finish(decoded)
    },
    write: ([result], { form, encoder, views }) => {
      const { outputs, byRow } = result as Outputs
      const prediction = postprocess(outputs, byRow, views)
      const body = encoder.encode(prediction, form, model.config.limits.maxResponseBytes)
      return { body, contentType: encoder.mediaTypes[0] ?? UNKNOWN_TYPE }
    },
  }
}
