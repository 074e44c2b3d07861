/** What a model makes of a picture, as numbers: `pipeline("image-feature-extraction")`. */

import { z } from 'zod'
import { ServingError, StartupError } from '../../../errors.ts'
import type { Tensor } from '../../../tensor/tensor.ts'
import type { HubTask } from '../hub-task.ts'
import { toNested } from '../outputs.ts'
import { readParameters } from '../parameters.ts'
import { createReadPictures, ONE_PIXEL } from '../pictures.ts'

const PARAMETERS = z.strictObject({ pool: z.boolean().nullable().optional() })

type Context = { single: boolean; pool: boolean }

/** Of a pooling layer on top of the model. */
const POOLED = 'pooler_output'

export const imageFeatureExtraction: HubTask = {
  name: 'image-feature-extraction',
  architectures:
    /^(Beit|Bit|ConvNext(V2)?|Cvt|Data2VecVision|DeiT|Dinat|Dinov2(WithRegisters)?|EfficientNet|FocalNet|Hiera|IJepa|Levit|MobileNetV[12]|MobileViT(V2)?|PoolFormer|Pvt(V2)?|RegNet|ResNet|Segformer|SiglipVision|SwiftFormer|Swin(v2)?|ViT(MAE|MSN)?|CLIPVision)Model$/,
  example: ONE_PIXEL,
  takesPictures: true,
  create: (hub) => {
    const read = createReadPictures(hub)
    const { outputs } = hub.model.signature
    const [first] = outputs
    if (first === undefined) throw new StartupError('the model has no output')
    const hasPooled = outputs.some(({ name }) => name === POOLED)
    return {
      read: async (request, allowance) => {
        const { pool } = readParameters(PARAMETERS, request)
        if (pool && !hasPooled)
          throw new ServingError(
            'ERR_INVALID_INPUT',
            `parameters.pool: the model has no output "${POOLED}"; leave it out, or export the model with its pooling layer`,
          )
        const { parts, single } = await read(request.inputs, allowance)
        if (parts.length === 0) return { answer: [] }
        return { parts, context: { single, pool: pool ?? false } satisfies Context }
      },
      write: (given, context) => {
        const { single, pool } = context as Context
        const name = pool ? POOLED : first.name
        const answers = given.map((part) => toNested(part.outputs.get(name) as Tensor))
        return single ? answers[0] : answers
      },
    }
  },
}
