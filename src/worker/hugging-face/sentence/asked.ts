/** What a request for vectors asks, whichever form its body has. */

import * as z from 'zod'
import { ServingError } from '../../../errors.ts'
import { listNames } from '../../../words.ts'
import type { HubRequest } from '../hub-task.ts'
import { BASE64_BYTES, JSON_BYTES } from '../large-reply.ts'
import { anyCase, readParameters } from '../parameters.ts'
import { requireText, requireTextList } from '../texts.ts'
import { cosine } from './encoder.ts'
import { type EmbedInput, readEmbedInputs } from './inputs.ts'
import { openAiReply } from './openai.ts'

const COMMON = {
  normalize: z.boolean().nullish(),
  prompt_name: z.string().nullish(),
  truncate: z.boolean().nullish(),
  truncation_direction: anyCase(['right']).nullish(),
  dimensions: z.int().min(1).nullish(),
}

const PARAMETERS = z.strictObject(COMMON)

const OPENAI = z.strictObject({
  model: z.string().nullish(),
  encoding_format: z.enum(['float', 'base64']).nullish(),
  user: z.string().nullish(),
  ...COMMON,
})

export type Asked = {
  inputs: readonly EmbedInput[]
  parameters: z.output<typeof PARAMETERS>
  /** Of a number in the reply. */
  bytesEach: number
  /** @param tokens of all inputs */
  answer(vectors: readonly Float32Array[], tokens: number): unknown
}

/** @param model its name, which OpenAI's form answers. @throws ServingError */
export const readAsked = (request: HubRequest, model: string): Asked => {
  const { inputs, form } = request
  if (form !== undefined) {
    const { model: _, user: __, encoding_format: encoding, ...parameters } = readParameters(OPENAI, request)
    const texts = readEmbedInputs(inputs, form)
    if (texts.length === 0)
      throw new ServingError('ERR_INVALID_INPUT', 'input: expected at least one text, found none')
    return {
      inputs: texts,
      parameters,
      bytesEach: encoding === 'base64' ? BASE64_BYTES : JSON_BYTES,
      answer: (vectors, tokens) => openAiReply(vectors, encoding ?? 'float', model, tokens),
    }
  }
  const parameters = readParameters(PARAMETERS, request)
  if (isComparison(inputs)) {
    const { source_sentence: source, sentences, ...others } = inputs
    refuseOthers(others, 'source_sentence and sentences')
    return {
      inputs: [
        requireText(source, 'inputs.source_sentence'),
        ...requireTextList(sentences, 'inputs.sentences'),
      ],
      parameters,
      bytesEach: 0,
      answer: ([first, ...others]) => others.map((other) => cosine(first as Float32Array, other)),
    }
  }
  // By the name of its argument, as Hugging Face's inference toolkit takes it.
  const byName = typeof inputs === 'object' && inputs !== null && 'sentences' in inputs
  const { sentences, ...others } = byName ? inputs : { sentences: inputs }
  refuseOthers(others, 'sentences')
  return {
    inputs: readEmbedInputs(sentences, byName ? 'inputs.sentences' : 'inputs'),
    parameters,
    bytesEach: JSON_BYTES,
    answer: (vectors) => {
      const lists = vectors.map((vector) => Array.from(vector))
      return byName ? { embeddings: typeof sentences === 'string' ? lists[0] : lists } : lists
    },
  }
}

const refuseOthers = (others: object, known: string): void => {
  const names = Object.keys(others)
  if (names.length > 0)
    throw new ServingError(
      'ERR_INVALID_INPUT',
      `inputs: expected ${known} alone, found ${listNames(names)} too`,
    )
}

/** The hub's sentence similarity: how alike a text is to others. */
type Comparison = { source_sentence: unknown; sentences: readonly unknown[] }

const isComparison = (inputs: unknown): inputs is Comparison =>
  typeof inputs === 'object' &&
  inputs !== null &&
  'source_sentence' in inputs &&
  'sentences' in inputs &&
  Array.isArray(inputs.sentences)
