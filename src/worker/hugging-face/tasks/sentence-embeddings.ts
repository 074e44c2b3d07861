/**
 * A vector for each text, as sentence-transformers' `encode` gives it. The name is that of Hugging Face's inference toolkit;
 * requests and replies are those of text-embeddings-inference, and of OpenAI's embeddings.
 */

import { requireTokenizer } from '../hub.ts'
import type { HubTask } from '../hub-task.ts'
import { refuseLargeReply } from '../large-reply.ts'
import { requireFinite } from '../scores.ts'
import { type Asked, readAsked } from '../sentence/asked.ts'
import { checkDimensions } from '../sentence/dimensions.ts'
import { normalize, readEncoder, SENTENCE_EMBEDDING } from '../sentence/encoder.ts'
import { openSentenceTokenizer } from '../sentence/tokens.ts'
import { readTokens, requireTokenInputs, type TextPart, tokenPadding, toPart } from '../tokens.ts'

type PromptedPart = TextPart & { promptTokens: number }

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
  answers: "sentence-transformers' encode gives them",
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
          async (input): Promise<PromptedPart> => {
            const encoded = await tokenizer.encode(input, prompt.text, parameters.truncate !== false)
            return { ...toPart(encoded, signature, padId), promptTokens: prompt.tokens }
          },
          allowance,
        )
        const tokens = parts.reduce((sum, part) => sum + part.tokens, 0)
        return { parts, context: { finish, answer: (vectors) => answer(vectors, tokens) } satisfies Context }
      },
      reduce: (outputs, part) => {
        const { tokens, promptTokens } = part as PromptedPart
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
