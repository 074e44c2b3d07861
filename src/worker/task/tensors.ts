/**
 * The task that serves any model: a body is decoded by its media type into the model's inputs as they are, or into images,
 * and the outputs are written in a media type that Accept allows.
 */

import type { Model } from '../../model/model.ts'
import type { LoadOptions } from '../../protocol/messages.ts'
import type { DecodedRequest, Form } from '../codec/codec.ts'
import { decodeContent } from '../codec/content-encoding.ts'
import { parseMediaType } from '../codec/media-type.ts'
import type { Encoder } from '../codec/registry.ts'
import { fillLeftOut } from './left-out.ts'
import { MEDIA_TYPES } from './media-types.ts'
import { postprocess } from './postprocess.ts'
import type { Reading, Task } from './task.ts'
import { validateInputs } from './validate.ts'

type Context = { form: Form; encoder: Encoder }

export const createTensorsTask = (
  model: Model,
  { defaultAccept, maxBodyBytes }: Pick<LoadOptions, 'defaultAccept' | 'maxBodyBytes'>,
): Task<Context> => ({
  read: ({ headers, body }, allowance) => {
    const encoder = MEDIA_TYPES.negotiate(headers.accept, defaultAccept)
    const mediaType = parseMediaType(headers['content-type'])
    const { decode } = MEDIA_TYPES.findDecoder(mediaType)
    const finish = ({ inputs, form }: DecodedRequest): Reading<Context> => ({
      ...validateInputs(fillLeftOut(inputs, model.signature), model.signature, model.config.limits.maxRows),
      context: { form, encoder },
    })
    const plain = decodeContent(body, headers['content-encoding'], maxBodyBytes, allowance)
    const decoded =
      plain instanceof Promise
        ? plain.then((bytes) => decode(bytes, mediaType, model, allowance))
        : decode(plain, mediaType, model, allowance)
    return decoded instanceof Promise ? decoded.then(finish) : finish(decoded)
  },
  write: ({ outputs, byRow }, { form, encoder }) => {
    const prediction = postprocess(outputs, byRow, model)
    const body = encoder.encode(prediction, form, model.config.limits.maxResponseBytes)
    return { body, contentType: encoder.mediaTypes[0] ?? 'application/octet-stream' }
  },
})
