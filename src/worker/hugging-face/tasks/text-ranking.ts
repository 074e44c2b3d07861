/**
 * Texts by how well they answer a query: a cross-encoder's scores, as sentence-transformers' `rank` and
 * text-embeddings-inference give them. What is not a query with its texts is answered as text classification answers it.
 */

import * as z from 'zod'
import { ServingError, StartupError } from '../../../errors.ts'
import { describe, listNames, quote } from '../../../words.ts'
import { type Hub, requireOutput, requireTokenizer } from '../hub.ts'
import type { HubRequest, HubTask } from '../hub-task.ts'
import { anyCase, readParameters } from '../parameters.ts'
import { type Floats, floatsOf, requireFinite, sigmoid } from '../scores.ts'
import { openSentenceTokenizer } from '../sentence/tokens.ts'
import { requireText, requireTextList } from '../texts.ts'
import { readTokens, requireTokenInputs, tokenPadding, toPart } from '../tokens.ts'
import { textClassification } from './text-classification.ts'

const PARAMETERS = {
  raw_scores: z.boolean().nullish(),
  truncate: z.boolean().nullish(),
  truncation_direction: anyCase(['right']).nullish(),
  prompt_name: z.string().nullish(),
}

const RANKING = z.strictObject({ ...PARAMETERS, return_text: z.boolean().nullish() })

const PAIRS = z.strictObject(PARAMETERS)

/** Pairs to be scored, and what becomes of the scores. */
type Asked = {
  pairs: readonly (readonly [string, string])[]
  parameters: z.output<typeof PAIRS>
  answer(scores: readonly number[]): unknown
}

/** Of a ranking; of what text classification answers there is its own. */
type Context =
  | { answer(scores: readonly number[]): unknown; scoresOf(logits: Floats): Floats }
  | { other: unknown }

export const textRanking: HubTask = {
  name: 'text-ranking',
  // By the number of labels alone: the classes are those of text classification.
  architectures: /^$/,
  isMeant: ({ config: { architectures, id2label } }) =>
    Array.isArray(architectures) &&
    architectures.some((name) => String(name).endsWith('ForSequenceClassification')) &&
    typeof id2label === 'object' &&
    id2label !== null &&
    Object.keys(id2label).length === 1,
  answers: "sentence-transformers' rank gives it",
  example: { query: 'What is calm?', texts: ['The sea is calm.', 'A storm is over.'] },
  isFlat: true,
  forms: ['query'],
  routes: { '/rerank': 'query' },
  create: (hub) => {
    const tokenizer = requireTokenizer(hub)
    requireTokenInputs(hub)
    const { name } = requireOutput(hub, 'logits', 2)
    requireOneLabel(hub)
    const { signature } = hub.model
    const classification = textClassification.create(hub)
    const padding = tokenPadding(hub, tokenizer)
    const activation = activationOf(hub)
    const { promptOf } = openSentenceTokenizer(hub)
    const { maxTokens } = hub.files.sentence ?? {}
    return {
      ...(padding && { padding }),
      read: async (request, allowance) => {
        const asked = readAsked(request)
        if (asked === undefined) {
          const found = await classification.read(request, allowance)
          return 'answer' in found ? found : { parts: found.parts, context: { other: found.context } }
        }
        const { pairs, parameters, answer } = asked
        const prompt = await promptOf(parameters.prompt_name)
        if (pairs.length === 0) return { answer: answer([]) }
        const cut = { maxTokens, refuse: parameters.truncate === false }
        const parts = await readTokens(
          pairs,
          async ([query, text]) => {
            const encoded = await tokenizer.encode(prompt.text + query, text, cut)
            return toPart(encoded, signature, tokenizer.padId)
          },
          allowance,
        )
        const scoresOf = parameters.raw_scores ? requireFinite : activation
        return { parts, context: { answer, scoresOf } satisfies Context }
      },
      write: (outputs, context) => {
        const own = context as Context
        if ('other' in own) return classification.write(outputs, own.other)
        return own.answer(outputs.map((output) => own.scoresOf(floatsOf(output, name))[0] as number))
      },
    }
  },
}

/** Of several classes nobody knows which says how well a text answers. @throws StartupError */
const requireOneLabel = ({ labels }: Hub): void => {
  if (labels.length === 1) return
  throw new StartupError(
    `text-ranking needs a model with one score for a pair of texts, and this one has ${labels.length} labels (${listNames(labels)}): serve it as text-classification`,
  )
}

/** sentence-transformers' own default for one label is the sigmoid. @throws StartupError for a function that is not done here */
const activationOf = ({ files }: Hub): ((logits: Floats) => Floats) => {
  const name = files.sentence?.activation?.split('.').at(-1) ?? 'Sigmoid'
  if (name === 'Sigmoid') return sigmoid
  if (name === 'Identity') return requireFinite
  throw new StartupError(
    `the activation ${quote(name)} of a cross-encoder is not supported: expected torch.nn.modules.activation.Sigmoid or torch.nn.modules.linear.Identity in config_sentence_transformers.json or config.json`,
  )
}

/** @returns undefined for what is no ranking and no list of pairs. @throws ServingError */
const readAsked = (request: HubRequest): Asked | undefined => {
  const { inputs, form } = request
  if (form !== undefined) {
    const { texts, ...parameters } = request.parameters
    return readRanking(inputs, texts, { ...request, parameters })
  }
  if (isRanking(inputs)) {
    const { query, texts, ...others } = inputs
    const names = Object.keys(others)
    if (names.length > 0)
      throw new ServingError(
        'ERR_INVALID_INPUT',
        `inputs: expected query and texts alone, found ${listNames(names)} too: what a task takes stands in "parameters"`,
      )
    return readRanking(query, texts, request)
  }
  if (!isPairs(inputs)) return undefined
  return {
    pairs: inputs,
    parameters: readParameters(PAIRS, request),
    answer: (scores) => ({ scores }),
  }
}

const readRanking = (query: unknown, texts: unknown, request: HubRequest): Asked => {
  const { return_text: withText, ...parameters } = readParameters(RANKING, request)
  const asked = requireText(query, 'query')
  if (!Array.isArray(texts))
    throw new ServingError('ERR_INVALID_INPUT', `texts: expected a list of texts, found ${describe(texts)}`)
  return {
    pairs: requireTextList(texts, 'texts').map((text) => [asked, text]),
    parameters,
    answer: (scores) =>
      scores
        .map((score, index) => ({ index, ...(withText && { text: texts[index] }), score }))
        // Equal ones stay in order, as in Python.
        .sort((a, b) => b.score - a.score),
  }
}

const isRanking = (inputs: unknown): inputs is { query: unknown; texts: unknown } =>
  typeof inputs === 'object' && inputs !== null && 'query' in inputs && 'texts' in inputs

/** [[query, text], …], which Hugging Face's inference toolkit takes for sentence ranking. */
const isPairs = (inputs: unknown): inputs is readonly [string, string][] =>
  Array.isArray(inputs) &&
  inputs.length > 0 &&
  inputs.every(
    (pair) => Array.isArray(pair) && pair.length === 2 && pair.every((text) => typeof text === 'string'),
  )
