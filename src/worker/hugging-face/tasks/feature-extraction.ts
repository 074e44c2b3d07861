/** A vector for each token of a text: `pipeline("feature-extraction")`. */

import * as z from 'zod'
import type { Tensor } from '../../../tensor/tensor.ts'
import { requireTokenizer } from '../hub.ts'
import type { HubTask } from '../hub-task.ts'
import { refuseLargeReply } from '../large-reply.ts'
import { toNested } from '../outputs.ts'
import { CUTTING, cutOf, readParameters } from '../parameters.ts'
import { floatsOf, requireFinite } from '../scores.ts'
import { readTexts } from '../texts.ts'
import { tokenVectorsOutput } from '../token-vectors.ts'
import { readTokens, requireTokenInputs, type TextPart, tokenPadding, toPart } from '../tokens.ts'

const PARAMETERS = z.strictObject({ ...CUTTING, tokenize_kwargs: z.strictObject(CUTTING).optional() })

type Context = { single: boolean }

export const featureExtraction: HubTask = {
  name: 'feature-extraction',
  architectures: /Model$/,
  example: 'I like it.',
  isFlat: true,
  create: (hub) => {
    const tokenizer = requireTokenizer(hub)
    requireTokenInputs(hub)
    const { signature, config } = hub.model
    const { name, dims } = tokenVectorsOutput(signature)
    const width = typeof dims[2] === 'number' ? dims[2] : 1
    const padding = tokenPadding(hub, tokenizer)
    return {
      ...(padding && { padding }),
      read: async (request, allowance) => {
        const { tokenize_kwargs: inner, ...parameters } = readParameters(PARAMETERS, request)
        const { texts, single } = readTexts(request.inputs)
        if (texts.length === 0) return { answer: [] }
        const cut = cutOf({ ...parameters, ...inner })
        const parts = await readTokens(
          texts,
          async ({ text, pair }) => {
            const encoded = await tokenizer.encode(text, pair, cut)
            return toPart(encoded, signature, tokenizer.padId)
          },
          allowance,
        )
        const tokens = parts.reduce((sum, part) => sum + part.tokens, 0)
        refuseLargeReply(tokens * width, config.limits.maxResponseBytes)
        return { parts, context: { single } satisfies Context }
      },
      reduce: (outputs, part) => {
        const { tokens } = part as TextPart
        const width = (outputs.get(name) as Tensor).dims[2] as number
        const data = Float32Array.from(floatsOf({ outputs }, name, 0, tokens * width))
        return new Map([[name, { type: 'float32', dims: [tokens, width], data }]])
      },
      write: (outputs, context) => {
        const { single } = context as Context
        // Each text is a batch of one.
        const answers = outputs.map(({ outputs }) => [nested(outputs.get(name) as Tensor)])
        return single ? answers[0] : answers
      },
    }
  },
}

const nested = (vectors: Tensor): unknown => {
  requireFinite(vectors.data as Float32Array)
  return toNested(vectors)
}
