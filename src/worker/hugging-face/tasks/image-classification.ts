/** Classes of a picture: `pipeline("image-classification")`. */

import { z } from 'zod'
import { FUNCTIONS, functionOf, rank, toScores } from '../class-scores.ts'
import type { HubTask } from '../hub-task.ts'
import { forLabels, requireOutput, rowsOf } from '../outputs.ts'
import { readParameters } from '../parameters.ts'
import { createReadPictures, ONE_PIXEL } from '../pictures.ts'

const PARAMETERS = z.strictObject({
  top_k: z.int().min(1).nullable().optional(),
  function_to_apply: z.preprocess(
    (name) => (typeof name === 'string' ? name.toLowerCase() : name),
    z.enum(FUNCTIONS).nullable().optional(),
  ),
})

type Context = { single: boolean } & z.output<typeof PARAMETERS>

/** The pipeline's `top_k`. */
const MOST = 5

export const imageClassification: HubTask = {
  name: 'image-classification',
  architectures: /ForImageClassification(WithTeacher)?$/,
  example: ONE_PIXEL,
  takesPictures: true,
  create: (hub) => {
    const read = createReadPictures(hub)
    const { labels } = hub
    const logits = requireOutput(hub, 'logits', ['rows', labels.length], forLabels(hub))
    const usual = functionOf(hub.files.config, labels.length)
    return {
      read: async (request, allowance) => {
        const parameters = readParameters(PARAMETERS, request)
        const { parts, single } = await read(request.inputs, allowance)
        if (parts.length === 0) return { answer: [] }
        return { parts, context: { single, ...parameters } satisfies Context }
      },
      write: (outputs, context) => {
        const { single, top_k, function_to_apply } = context as Context
        const answers = rowsOf(outputs, logits).map((values) =>
          rank(toScores(values, function_to_apply ?? usual), labels, top_k ?? MOST),
        )
        return single ? answers[0] : answers
      },
    }
  },
}
