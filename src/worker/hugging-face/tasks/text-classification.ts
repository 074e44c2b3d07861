/** Classes of a text, or of a pair of texts: `pipeline("text-classification")`. */

import * as z from 'zod'
import { ServingError } from '../../../errors.ts'
import { requireLabels, requireOutput, requireTokenizer } from '../hub.ts'
import type { HubTask } from '../hub-task.ts'
import { mapInTurns } from '../in-turns.ts'
import { requireClasses } from '../outputs.ts'
import { anyCase, CUTTING, cutOf, readParameters } from '../parameters.ts'
import { type Floats, FUNCTIONS, floatsOf, indexOfLargest, ranked, usualFunction } from '../scores.ts'
import { readTexts } from '../texts.ts'
import { readTokens, requireTokenInputs, tokenPadding, toPart } from '../tokens.ts'

const PARAMETERS = z.strictObject({
  top_k: z.int().min(1).nullable().optional(),
  function_to_apply: anyCase(['sigmoid', 'softmax', 'none']).optional(),
  ...CUTTING,
})

type Context = {
  /** One text and no list. */
  single: boolean
  /** One text, which is answered by a list of one object; a pair by the object. */
  isText: boolean
  top_k: number | null | undefined
  scoresOf(logits: Floats): Floats
}

export const textClassification: HubTask = {
  name: 'text-classification',
  architectures: /ForSequenceClassification$/,
  example: 'I like it.',
  // All classes, in a list for each text.
  onHub: {
    parameters: { top_k: null },
    toAnswer: (answer) => (Array.isArray(answer) && !Array.isArray(answer[0]) ? [answer] : answer),
  },
  create: (hub) => {
    const tokenizer = requireTokenizer(hub)
    requireTokenInputs(hub)
    const output = requireOutput(hub, 'logits', 2)
    requireLabels(hub, output)
    const { signature } = hub.model
    const padding = tokenPadding(hub, tokenizer)
    const usual = usualFunction(hub.files.config.problem_type, hub.labels.length)
    const labelled = (scores: Floats, index: number) => ({ label: hub.labels[index], score: scores[index] })
    return {
      ...(padding && { padding }),
      read: async (request, allowance) => {
        refuseZeroShot(request.parameters)
        const parameters = readParameters(PARAMETERS, request)
        const { texts, single } = readTexts(request.inputs)
        if (texts.length === 0) return { answer: [] }
        const cut = cutOf(parameters)
        const parts = await readTokens(
          texts,
          async ({ text, pair }) => {
            const encoded = await tokenizer.encode(text, pair, cut)
            return toPart(encoded, signature, tokenizer.padId)
          },
          allowance,
        )
        const { top_k, function_to_apply = usual } = parameters
        const scoresOf = FUNCTIONS[function_to_apply]
        const isText = typeof request.inputs === 'string'
        return { parts, context: { single, isText, top_k, scoresOf } satisfies Context }
      },
      write: async (outputs, context) => {
        const { single, isText, top_k, scoresOf } = context as Context
        const answers = await mapInTurns(outputs, (one) => {
          const scores = scoresOf(floatsOf(one, output.name))
          requireClasses(scores.length, hub.labels)
          if (top_k === undefined) return labelled(scores, indexOfLargest(scores))
          return ranked(scores)
            .slice(0, top_k ?? scores.length)
            .map((index) => labelled(scores, index))
        })
        return single && (top_k !== undefined || !isText) ? answers[0] : answers
      },
    }
  },
}

const refuseZeroShot = (parameters: Readonly<Record<string, unknown>>): void => {
  const name = Object.keys(parameters).find((key) => /^candidate_?labels$/i.test(key))
  if (name !== undefined)
    throw new ServingError(
      'ERR_INVALID_INPUT',
      `parameters: ${name} is for zero-shot-classification, and this endpoint serves text-classification: say "task: zero-shot-classification" in serving.yaml if the model was trained on entailment`,
    )
}
