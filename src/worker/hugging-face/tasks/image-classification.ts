/** Classes of a picture: `pipeline("image-classification")`. */

import * as z from 'zod'
import { requireLabels, requireOutput } from '../hub.ts'
import type { HubTask } from '../hub-task.ts'
import { requireClasses } from '../outputs.ts'
import { anyCase, readParameters } from '../parameters.ts'
import { createReadPictures, ONE_PIXEL } from '../pictures.ts'
import { FUNCTIONS, floatsOf, ranked, usualFunction } from '../scores.ts'

/** The pipeline's `top_k`. */
const MOST = 5

const PARAMETERS = z.strictObject({
  top_k: z.int().min(1).nullable().optional(),
  function_to_apply: anyCase(['sigmoid', 'softmax', 'none']).nullable().optional(),
})

type Context = { single: boolean } & z.output<typeof PARAMETERS>

export const imageClassification: HubTask = {
  name: 'image-classification',
  architectures: /ForImageClassification(WithTeacher)?$/,
  example: ONE_PIXEL,
  takesPictures: true,
  create: (hub) => {
    const read = createReadPictures(hub)
    const { labels } = hub
    const output = requireOutput(hub, 'logits', 2)
    requireLabels(hub, output)
    const usual = usualFunction(hub.files.config.problem_type, labels.length)
    return {
      read: async (request, allowance) => {
        const parameters = readParameters(PARAMETERS, request)
        const { parts, single } = await read(request.inputs, allowance)
        if (parts.length === 0) return { answer: [] }
        return { parts, context: { single, ...parameters } satisfies Context }
      },
      write: (outputs, context) => {
        const { single, top_k, function_to_apply } = context as Context
        const scoresOf = FUNCTIONS[function_to_apply ?? usual]
        const answers = outputs.map((one) => {
          const scores = scoresOf(floatsOf(one, output.name))
          requireClasses(scores.length, labels)
          return ranked(scores)
            .slice(0, top_k ?? MOST)
            .map((index) => ({ label: labels[index] as string, score: scores[index] as number }))
        })
        return single ? answers[0] : answers
      },
    }
  },
}
