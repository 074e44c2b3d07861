/** Classes of a text, or of a pair of texts: `pipeline("text-classification")`. */

import { z } from 'zod'
import { ServingError } from '../../../errors.ts'
import { requireTokenizer } from '../hub.ts'
import type { HubTask } from '../hub-task.ts'
import { readParameters } from '../parameters.ts'
import { readTexts } from '../texts.ts'
import { requireTokenInputs, tokenPadding, toPart } from '../tokens.ts'

const PARAMETERS = z.strictObject({
  top_k: z.int().min(1).nullable().optional(),
  function_to_apply: z.enum(['sigmoid', 'softmax', 'none']).optional(),
})

type Context = { single: boolean; top_k: number | null | undefined }

export const textClassification: HubTask = {
  name: 'text-classification',
  architectures: /ForSequenceClassification$/,
  example: 'I like it.',
  create: (hub) => {
    const tokenizer = requireTokenizer(hub)
    requireTokenInputs(hub)
    const { signature } = hub.model
    const padding = tokenPadding(hub, tokenizer)
    return {
      ...(padding && { padding }),
      read: async (request) => {
        const { top_k } = readParameters(PARAMETERS, request)
        const { texts, single } = readTexts(request.inputs)
        if (texts.length === 0) return { answer: [] }
        const parts = await Promise.all(
          texts.map(async ({ text, pair }) => toPart(await tokenizer.encode(text, pair), signature)),
        )
        return { parts, context: { single, top_k } satisfies Context }
      },
      write: (outputs, context) => {
        const { single, top_k } = context as Context
        const rows = outputs.map(({ outputs }) => {
          const logits = outputs.get('logits')
          if (logits === undefined) throw new ServingError('ERR_INTERNAL', 'no logits')
          const scores = softmax(logits.data as Float32Array)
          const ranked = [...scores.keys()]
            .sort((a, b) => (scores[b] as number) - (scores[a] as number))
            .map((index) => ({ label: hub.labels[index], score: scores[index] }))
          return top_k === undefined ? ranked[0] : ranked.slice(0, top_k ?? ranked.length)
        })
        return single && top_k !== undefined ? rows[0] : rows
      },
    }
  },
}

const softmax = (logits: Float32Array): number[] => {
  const largest = Math.max(...logits)
  const powers = Array.from(logits, (logit) => Math.exp(logit - largest))
  const sum = powers.reduce((total, power) => total + power, 0)
  return powers.map((power) => power / sum)
}
