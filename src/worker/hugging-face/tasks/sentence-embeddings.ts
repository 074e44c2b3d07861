/**
 * A vector for each text, as sentence-transformers' `encode` gives it. The name is that of Hugging Face's inference toolkit;
 * requests and replies are those of text-embeddings-inference, and of OpenAI's embeddings.
 */

import { z } from 'zod'
import { ServingError } from '../../../errors.ts'
import type { Part } from '../../task/task.ts'
import { requireTokenizer } from '../hub.ts'
import type { HubRequest, HubTask } from '../hub-task.ts'
import { BASE64_BYTES, JSON_BYTES, refuseLargeReply } from '../large-reply.ts'
import { anyCase, readParameters } from '../parameters.ts'
import { requireFinite } from '../scores.ts'
import { checkDimensions } from '../sentence/dimensions.ts'
import { cosine, normalize, readEncoder, SENTENCE_EMBEDDING } from '../sentence/encoder.ts'
import { type EmbedInput, readEmbedInputs } from '../sentence/inputs.ts'
import { openAiReply } from '../sentence/openai.ts'
import { openSentenceTokenizer } from '../sentence/tokens.ts'
import { requireText, requireTextList } from '../texts.ts'
import { readTokens, requireTokenInputs, tokenPadding, toPart } from '../tokens.ts'

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

/** What is asked, whichever form the body has. */
type Asked = {
  inputs: readonly EmbedInput[]
  parameters: z.output<typeof PARAMETERS>
  /** Of a number in the reply. */
  bytesEach: number
  /** @param tokens of all inputs */
  answer(vectors: readonly Float32Array[], tokens: number): unknown
}

type TextPart = Part & { tokens: number; promptTokens: number }

type Context = {
  answer(vectors: readonly Float32Array[]): unknown
  finish(vector: Float32Array): Float32Array
}

const VECTOR = 'vector'

export const sentenceEmbeddings: HubTask = {
  name: 'sentence-embeddings',
  // By its files and outputs alone: the classes are those of feature extraction.
  architectures: /^$/,
  isMeant: ({ sentence }, { outputs }) =>
    outputs.some(({ name }) => name === SENTENCE_EMBEDDING) ||
    (sentence?.isCrossEncoder === false && sentence.modules.some(({ type }) => type === 'Pooling')),
  example: 'I like it.',
  isFlat: true,
  forms: ['input'],
  routes: { '/v1/embeddings': 'input', '/embed': 'inputs' },
  create: (hub) => {
    const { signature, name, config } = hub.model
    requireTokenInputs(hub)
    const tokenizer = openSentenceTokenizer(hub)
    const { padId } = requireTokenizer(hub)
    const padding = tokenPadding(hub, requireTokenizer(hub))
    const encoder = readEncoder(hub)

    const finisher = ({ normalize: asked, dimensions }: Asked['parameters']) => {
      if (dimensions != null) checkDimensions(dimensions, encoder.dimensions, hub.files.config)
      const isCut = dimensions != null && dimensions !== encoder.dimensions
      return (vector: Float32Array): Float32Array => {
        const cut = isCut ? vector.slice(0, dimensions) : vector
        requireFinite(cut)
        return isCut || (asked ?? encoder.normalizes) ? normalize(cut) : cut
      }
    }

    return {
      ...(padding && { padding }),
      read: async (request, allowance) => {
        const { inputs, parameters, bytesEach, answer } = readAsked(request, name)
        const finish = finisher(parameters)
        if (inputs.length === 0) return { answer: answer([], 0) }
        const width = parameters.dimensions ?? encoder.dimensions ?? 1
        refuseLargeReply(inputs.length * width, config.limits.maxResponseBytes, bytesEach)
        const prompt = await tokenizer.promptOf(parameters.prompt_name)
        const parts = await readTokens(
          inputs,
          async (input): Promise<TextPart> => {
            const encoded = await tokenizer.encode(input, prompt.text, parameters.truncate !== false)
            const part = toPart(encoded, signature, padId)
            return { ...part, tokens: encoded.ids.length, promptTokens: prompt.tokens }
          },
          allowance,
        )
        const tokens = parts.reduce((sum, part) => sum + part.tokens, 0)
        return { parts, context: { finish, answer: (vectors) => answer(vectors, tokens) } satisfies Context }
      },
      reduce: (outputs, part) => {
        const { tokens, promptTokens } = part as TextPart
        const data = encoder.encode(outputs, tokens, promptTokens)
        return new Map([[VECTOR, { type: 'float32', dims: [1, data.length], data }]])
      },
      write: (outputs, context) => {
        const { answer, finish } = context as Context
        return answer(outputs.map(({ outputs }) => finish(outputs.get(VECTOR)?.data as Float32Array)))
      },
    }
  },
}

/** @throws ServingError */
const readAsked = (request: HubRequest, model: string): Asked => {
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
    const { source_sentence: source, sentences } = inputs
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
  const sentences = byName ? inputs.sentences : inputs
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

/** The hub's sentence similarity: how alike a text is to others. */
type Comparison = { source_sentence: unknown; sentences: readonly unknown[] }

const isComparison = (inputs: unknown): inputs is Comparison =>
  typeof inputs === 'object' &&
  inputs !== null &&
  'source_sentence' in inputs &&
  'sentences' in inputs &&
  Array.isArray(inputs.sentences)
