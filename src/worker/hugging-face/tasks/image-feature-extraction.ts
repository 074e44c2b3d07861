/** What a model makes of a picture, as numbers: `pipeline("image-feature-extraction")`. */

import * as z from 'zod'
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

/** Models whose pooling layer takes the first token as it is, so that an export can do without it. */
const POOLS_FIRST = ['dinov2', 'dinov2_with_registers']

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
    const isFirstPooled = !hasPooled && POOLS_FIRST.includes(String(hub.files.config.model_type))
    return {
      read: async (request, allowance) => {
        const { pool } = readParameters(PARAMETERS, request)
        if (pool && !hasPooled && !isFirstPooled)
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
        const name = pool && hasPooled ? POOLED : first.name
        const answers = given.map((part) => {
          const tensor = part.outputs.get(name) as Tensor
          return toNested(pool && isFirstPooled ? firstToken(tensor) : tensor)
        })
        return single ? answers[0] : answers
      },
    }
  },
}

/** [1, tokens, numbers] to [1, numbers]. */
const firstToken = ({ type, dims, data }: Tensor): Tensor => ({
  type,
  dims: [1, dims[2] as number],
  data: (data as Float32Array).subarray(0, dims[2]),
})
