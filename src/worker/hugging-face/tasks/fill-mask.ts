/** The likeliest tokens in place of a mask: `pipeline("fill-mask")`. */

import * as z from 'zod'
import { ServingError, StartupError } from '../../../errors.ts'
import { allocate } from '../../../tensor/data-type.ts'
import type { NamedTensors, Tensor } from '../../../tensor/tensor.ts'
import { quote } from '../../../words.ts'
import type { Part } from '../../task/task.ts'
import { type Hub, requireOutput, requireTokenizer } from '../hub.ts'
import type { HubTask } from '../hub-task.ts'
import { mapInTurns } from '../in-turns.ts'
import { CUTTING, cutOf, readParameters } from '../parameters.ts'
import { best, floatsOf, softmax } from '../scores.ts'
import { requireText, requireTextList } from '../texts.ts'
import type { TextTokenizer } from '../tokenizer.ts'
import { readTokens, requireTextsWithin, requireTokenInputs, tokenPadding, toPart } from '../tokens.ts'

const PARAMETERS = z.strictObject({
  top_k: z.int().min(1).nullable().optional(),
  targets: z
    .union([z.string(), z.array(z.string()).min(1)], { error: 'a text, or a list with at least one' })
    .nullable()
    .optional(),
  tokenizer_kwargs: z.strictObject(CUTTING).nullable().optional(),
})

/** Token ids of all sequences that a request is answered with: each proposal has the whole text. */
const MOST_DECODED = 1_048_576

type Masked = { ids: number[]; masks: readonly number[] }

type Context = { texts: readonly Masked[]; single: boolean; count: number; targets?: readonly number[] }

type Proposal = { score: number; token: number; token_str: string; sequence: string }

export const fillMask: HubTask = {
  name: 'fill-mask',
  architectures: /ForMaskedLM$|WithLMHeadModel$/,
  example: 'The sea is [MASK].',
  create: (hub) => {
    const tokenizer = requireTokenizer(hub)
    requireTokenInputs(hub)
    const { name } = requireOutput(hub, 'logits', 3)
    const mask = requireMask(hub)
    const { signature } = hub.model
    const padding = tokenPadding(hub, tokenizer)

    /** The logits of the masks alone: those of all tokens take a thousand times the text. */
    const reduce = (outputs: NamedTensors, { inputs }: Part): NamedTensors => {
      const { type, dims, data } = outputs.get(name) as Tensor
      const vocabulary = dims[2] as number
      const ids = (inputs.get('input_ids') as Tensor).data as BigInt64Array
      const masks = [...ids.keys()].filter((place) => Number(ids[place]) === mask.id)
      const kept = allocate(type, masks.length * vocabulary) as Float32Array
      for (const [index, place] of masks.entries())
        kept.set(
          (data as Float32Array).subarray(place * vocabulary, (place + 1) * vocabulary),
          index * vocabulary,
        )
      return new Map([[name, { type, dims: [1, masks.length, vocabulary], data: kept }]])
    }

    const propose = async (
      { ids, masks }: Masked,
      logits: Parameters<typeof floatsOf>[0],
      { count, targets }: Context,
    ): Promise<Proposal[] | Proposal[][]> => {
      const vocabulary = logits.outputs.get(name)?.dims[2] as number
      const all: Proposal[][] = []
      for (const [index, place] of masks.entries()) {
        const scores = softmax(floatsOf(logits, name, index * vocabulary, (index + 1) * vocabulary))
        const candidates = targets?.filter((id) => id < vocabulary)
        const tokens = best(candidates ?? vocabulary, count, (id) => scores[id] as number)
        const sequences = tokens.map((token) => ids.with(place, token).filter((id) => id !== tokenizer.padId))
        const names = await tokenizer.decode(
          tokens.map((token) => [token]),
          false,
        )
        const texts = await tokenizer.decode(sequences, masks.length === 1)
        all.push(
          tokens.map((token, index) => ({
            score: scores[token] as number,
            token,
            token_str: names[index] as string,
            sequence: texts[index] as string,
          })),
        )
      }
      return all.length === 1 ? (all[0] as Proposal[]) : all
    }

    return {
      example: `The sea is ${mask.token}.`,
      ...(padding && { padding }),
      reduce,
      read: async (request, allowance) => {
        const parameters = readParameters(PARAMETERS, request)
        const isList = Array.isArray(request.inputs)
        const texts = Array.isArray(request.inputs)
          ? requireTextList(request.inputs, 'inputs')
          : [requireText(request.inputs, 'inputs')]
        if (texts.length === 0) return { answer: [] }
        const targets = await targetsOf(parameters.targets, tokenizer)
        const cut = cutOf(parameters.tokenizer_kwargs ?? {})
        const read = await readTokens(
          texts,
          async (text, index) => {
            const encoded = await tokenizer.encode(text, undefined, cut)
            const masks = [...encoded.ids.keys()].filter((place) => encoded.ids[place] === mask.id)
            if (masks.length === 0) throw noMask(isList ? `inputs[${index}]` : 'inputs', mask.token)
            return { ...toPart(encoded, signature, tokenizer.padId), ids: [...encoded.ids], masks }
          },
          allowance,
        )
        const asked = parameters.top_k ?? 5
        const count = targets === undefined ? asked : Math.min(asked, targets.length)
        requireDecodable(read, count)
        const context: Context = {
          texts: read,
          single: texts.length === 1,
          count,
          ...(targets && { targets }),
        }
        return { parts: read, context }
      },
      write: async (outputs, context) => {
        const own = context as Context
        const answers = await mapInTurns(own.texts, (text, index) =>
          propose(text, outputs[index] as never, own),
        )
        // A list of one is answered as the text alone.
        return own.single ? answers[0] : answers
      },
    }
  },
}

const requireMask = (hub: Hub): { token: string; id: number } => {
  const mask = requireTokenizer(hub).special('mask_token')
  if (mask !== undefined) return mask
  throw new StartupError(
    'fill-mask needs to know which token is the mask: "mask_token" of tokenizer_config.json, a token of tokenizer.json',
  )
}

const noMask = (place: string, token: string): ServingError =>
  new ServingError(
    'ERR_INVALID_INPUT',
    `${place}: there is no ${token} in the text, or none in the part of it that the model takes`,
  )

const requireDecodable = (texts: readonly Masked[], count: number): void => {
  const tokens = texts.reduce((sum, { ids, masks }) => sum + ids.length * masks.length * count, 0)
  if (tokens > MOST_DECODED)
    throw new ServingError(
      'ERR_INVALID_INPUT',
      `the answer would hold ${tokens} tokens, of ${count} texts for each mask, and at most ${MOST_DECODED} are allowed; ask for a smaller top_k, or send fewer texts or masks`,
    )
}

/** Ids of tokens as the vocabulary writes them, else the first that a text has. */
const targetsOf = async (
  targets: string | string[] | null | undefined,
  tokenizer: TextTokenizer,
): Promise<number[] | undefined> => {
  if (targets === undefined || targets === null) return undefined
  const names = requireTextList([targets].flat(), 'parameters: targets')
  requireTextsWithin(names.length)
  const ids = await Promise.all(
    names.map(async (name) => {
      const known = tokenizer.idOf(name)
      if (known !== undefined) return known
      const { ids, sequences } = await tokenizer.encodeWhole(name)
      return ids.find((_, place) => sequences[place] === 0)
    }),
  )
  const found = [...new Set(ids.filter((id) => id !== undefined))]
  if (found.length > 0) return found
  throw new ServingError(
    'ERR_INVALID_INPUT',
    `parameters: targets: expected tokens of the vocabulary, found none in ${quote(names.join(', '))}`,
  )
}
