/**
 * Classes that the request names, by a model that was trained on entailment: `pipeline("zero-shot-classification")`. A folder says
 * "task: zero-shot-classification" in serving.yaml, since its model is of the same class as one that has classes of its own.
 */

import * as z from 'zod'
import { ServingError, StartupError } from '../../../errors.ts'
import { describe, listNames } from '../../../words.ts'
import { type Hub, requireLabels, requireOutput, requireTokenizer } from '../hub.ts'
import type { HubTask } from '../hub-task.ts'
import { hypothesisOf } from '../hypothesis.ts'
import { mapInTurns } from '../in-turns.ts'
import { requireClasses } from '../outputs.ts'
import { readParameters } from '../parameters.ts'
import { floatsOf, softmax } from '../scores.ts'
import { requireText, requireTextList } from '../texts.ts'
import { readTokens, requireTextsWithin, requireTokenInputs, tokenPadding, toPart } from '../tokens.ts'

const LABELS = z.union([z.string(), z.array(z.string())], {
  error: 'a list of texts, or one text with commas between them',
})

const PARAMETERS = z.strictObject({
  candidate_labels: LABELS,
  hypothesis_template: z.string().optional(),
  multi_label: z.boolean().optional(),
})

type Context = { texts: readonly string[]; single: boolean; labels: readonly string[]; multi: boolean }

export const zeroShotClassification: HubTask = {
  name: 'zero-shot-classification',
  architectures: /^$/,
  example: 'My parcel is late.',
  exampleParameters: { candidate_labels: ['delivery', 'refund'] },
  onHub: { toAnswer: (answer) => (Array.isArray(answer) ? answer.map(asList) : asList(answer)) },
  create: (hub) => {
    const tokenizer = requireTokenizer(hub)
    requireTokenInputs(hub)
    const output = requireOutput(hub, 'logits', 2)
    requireLabels(hub, output)
    const entailment = entailmentOf(hub)
    const contradiction = entailment === 0 ? hub.labels.length - 1 : 0
    const { signature } = hub.model
    const padding = tokenPadding(hub, tokenizer)
    return {
      ...(padding && { padding }),
      read: async (request, allowance) => {
        const parameters = readParameters(PARAMETERS, request)
        const labels = labelsOf(parameters.candidate_labels)
        const toHypothesis = hypothesisOf(parameters.hypothesis_template ?? 'This example is {}.')
        const { texts, single } = readTexts(request.inputs)
        requireTextsWithin(texts.length * labels.length)
        const pairs = texts.flatMap((text) => labels.map((label) => ({ text, label })))
        const parts = await readTokens(
          pairs,
          async ({ text, label }) => {
            const encoded = await tokenizer.encode(text, toHypothesis(label), { strategy: 'only_first' })
            return toPart(encoded, signature, tokenizer.padId)
          },
          allowance,
        )
        const multi = parameters.multi_label === true || labels.length === 1
        return { parts, context: { texts, single, labels, multi } satisfies Context }
      },
      write: async (outputs, context) => {
        const { texts, single, labels, multi } = context as Context
        const answers = await mapInTurns(texts, (sequence, index) => {
          const logits = labels.map((_, label) => {
            const row = floatsOf(outputs[index * labels.length + label] as never, output.name)
            requireClasses(row.length, hub.labels)
            return [row[contradiction] as number, row[entailment] as number] as const
          })
          const scores = multi
            ? logits.map((two) => softmax(Float32Array.from(two))[1] as number)
            : [...softmax(Float32Array.from(logits, ([, entails]) => entails))]
          // As Python reverses what it has sorted, equal ones come in the other order.
          const order = [...scores.keys()]
            .sort((a, b) => (scores[a] as number) - (scores[b] as number))
            .reverse()
          return {
            sequence,
            labels: order.map((label) => labels[label]),
            scores: order.map((label) => scores[label]),
          }
        })
        return single ? answers[0] : answers
      },
    }
  },
}

const asList = (answer: unknown): { label: string; score: number }[] => {
  const { labels, scores } = answer as { labels: string[]; scores: number[] }
  return labels.map((label, index) => ({ label, score: scores[index] as number }))
}

/** Which class says that the second text follows from the first. */
const entailmentOf = ({ labels }: Hub): number => {
  const entailment = labels.findIndex((label) => /^entail/i.test(label))
  if (entailment !== -1 && labels.length > 1) return entailment
  throw new StartupError(
    `zero-shot-classification needs a model that was trained on entailment, and none of its labels begins with "entail" (${listNames(labels)}): name them in label2id and id2label of config.json, or in labels of serving.yaml`,
  )
}

const labelsOf = (candidates: string | string[]): string[] => {
  const labels =
    typeof candidates === 'string'
      ? candidates
          .split(',')
          .map((label) => label.trim())
          .filter((label) => label !== '')
      : candidates
  if (labels.length === 0)
    throw new ServingError('ERR_INVALID_INPUT', 'parameters: candidate_labels: expected at least one label')
  return requireTextList(labels, 'parameters: candidate_labels')
}

const readTexts = (inputs: unknown): { texts: string[]; single: boolean } => {
  const single = !Array.isArray(inputs)
  const texts = single ? [requireText(inputs, 'inputs')] : requireTextList(inputs, 'inputs')
  if (texts.length > 0 && texts.every((text) => text !== '')) return { texts, single }
  throw new ServingError(
    'ERR_INVALID_INPUT',
    `inputs: expected a text, or a list with at least one, none of them empty, found ${describe(inputs)}`,
  )
}
