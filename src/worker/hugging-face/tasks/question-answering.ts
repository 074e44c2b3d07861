/** Answers that stand in a text: `pipeline("question-answering")` of transformers 4.57. */

import * as z from 'zod'
import { ServingError, StartupError } from '../../../errors.ts'
import { describe, listNames, quote } from '../../../words.ts'
import { codePointsOf } from '../code-points.ts'
import { requireOutput, requireTokenizer } from '../hub.ts'
import type { HubTask } from '../hub-task.ts'
import { mapInTurns } from '../in-turns.ts'
import { readParameters } from '../parameters.ts'
import { floatsOf } from '../scores.ts'
import { answersOf, type Options } from '../spans.ts'
import { requireText } from '../texts.ts'
import type { Placed, TextTokenizer } from '../tokenizer.ts'
import { readTokens, requireTokenInputs, tokenPadding, toPart, WHOLE_AT_ONCE } from '../tokens.ts'
import { cutWindows } from '../windows.ts'

const PARAMETERS = z.strictObject({
  top_k: z.int().min(1).max(1000).nullable().optional(),
  doc_stride: z.int().min(0).nullable().optional(),
  max_answer_len: z.int().min(1).nullable().optional(),
  max_seq_len: z.int().min(1).nullable().optional(),
  // As in Python it changes nothing with tokenizers of this kind.
  max_question_len: z.int().min(1).nullable().optional(),
  handle_impossible_answer: z.boolean().nullable().optional(),
  align_to_words: z.boolean().nullable().optional(),
})

/** Where the context has no token of its own. */
const NO_ANSWER = { score: 0, start: 0, end: 0, answer: '' }

type Pair = { question: string; context: string }

type Context = {
  inputs: readonly { context: string; windows: readonly Placed[] }[]
  single: boolean
  options: Options
}

export const questionAnswering: HubTask = {
  name: 'question-answering',
  architectures: /ForQuestionAnswering(Simple)?$/,
  example: { question: 'Where does Anna live?', context: 'Anna lives in Berlin.' },
  create: (hub) => {
    const tokenizer = requireTokenizer(hub)
    requireTokenInputs(hub)
    const start = requireOutput(hub, 'start_logits', 2).name
    const end = requireOutput(hub, 'end_logits', 2).name
    if (start === end)
      throw new StartupError(
        `question-answering needs two outputs, start_logits and end_logits, and the model has ${quote(start)} alone`,
      )
    if (tokenizer.paddingSide === 'left')
      throw new StartupError(
        'question-answering does not support a tokenizer with "padding_side": "left", whose context stands before the question',
      )
    const classId = tokenizer.special('cls_token')?.id
    const { signature } = hub.model
    const padding = tokenPadding(hub, tokenizer)
    return {
      ...(padding && { padding }),
      read: async (request, allowance) => {
        const parameters = readParameters(PARAMETERS, request)
        const { pairs, single } = readPairs(request.inputs)
        const lengths = lengthsOf(parameters, tokenizer)
        const inputs = await readTokens(
          pairs,
          async ({ question, context }) => {
            const whole = await tokenizer.encodeWhole(question, context)
            const windows = cutWindows(whole, lengths.limit, lengths.overlap, {
              limit: 'max_seq_len',
              overlap: 'doc_stride',
            })
            return { context, windows, tokens: windows.reduce((sum, { ids }) => sum + ids.length, 0) }
          },
          allowance,
          WHOLE_AT_ONCE,
        )
        const options: Options = {
          top_k: parameters.top_k ?? 1,
          max_answer_len: parameters.max_answer_len ?? 15,
          handle_impossible_answer: parameters.handle_impossible_answer ?? false,
          align_to_words: parameters.align_to_words ?? true,
        }
        const parts = inputs.flatMap(({ windows }) =>
          windows.map((window) => toPart(window, signature, tokenizer.padId)),
        )
        return { parts, context: { inputs, single, options } satisfies Context }
      },
      write: async (outputs, context) => {
        const { inputs, single, options } = context as Context
        let part = 0
        const answers = await mapInTurns(inputs, async (input) => {
          const windows = input.windows.map((placed) => {
            const one = outputs[part++] as (typeof outputs)[number]
            // What was filled up is behind.
            const { length } = placed.ids
            return { placed, starts: floatsOf(one, start, 0, length), ends: floatsOf(one, end, 0, length) }
          })
          const found = await answersOf(windows, codePointsOf(input.context), classId, options)
          return found.length > 1 ? found : (found[0] ?? NO_ANSWER)
        })
        return single ? answers[0] : answers
      },
    }
  },
}

/** Tokens of a window, and of its overlap with the one before. */
const lengthsOf = (
  { max_seq_len, doc_stride }: z.output<typeof PARAMETERS>,
  { maxTokens = Number.POSITIVE_INFINITY }: TextTokenizer,
): { limit: number; overlap: number } => {
  const limit = max_seq_len ?? Math.min(maxTokens, 384)
  const overlap = doc_stride ?? Math.min(Math.floor(limit / 2), 128)
  if (limit > Math.min(maxTokens, MOST_WINDOW_TOKENS))
    throw new ServingError(
      'ERR_INVALID_INPUT',
      `parameters: max_seq_len: expected at most ${Math.min(maxTokens, MOST_WINDOW_TOKENS)}, which the model takes, found ${limit}`,
    )
  if (overlap <= limit) return { limit, overlap }
  throw new ServingError(
    'ERR_INVALID_INPUT',
    `parameters: doc_stride: expected at most ${limit}, which is max_seq_len, found ${overlap}`,
  )
}

const MOST_WINDOW_TOKENS = 8192

/** @returns `single` for a pair, and for a list of one, which Python answers alike */
const readPairs = (inputs: unknown): { pairs: Pair[]; single: boolean } => {
  const pairs = Array.isArray(inputs)
    ? inputs.map((input, index) => readPair(input, `inputs[${index}]`))
    : readQuestions(inputs)
  if (pairs.length === 0)
    throw new ServingError('ERR_INVALID_INPUT', 'inputs: expected at least one question with its context')
  return { pairs, single: pairs.length === 1 }
}

/** Several questions of one context, or of one each. */
const readQuestions = (inputs: unknown): Pair[] => {
  const { question, context } = (typeof inputs === 'object' && inputs !== null ? inputs : {}) as Partial<
    Record<keyof Pair, unknown>
  >
  if (!Array.isArray(question)) return [readPair(inputs, 'inputs')]
  if (Array.isArray(context) && context.length !== question.length)
    throw new ServingError(
      'ERR_INVALID_INPUT',
      `inputs: expected a context for each question, found ${question.length} questions and ${context.length} contexts`,
    )
  return question.map((one, index) =>
    readPair(
      { ...(inputs as object), question: one, context: Array.isArray(context) ? context[index] : context },
      `inputs (question ${index})`,
    ),
  )
}

const readPair = (input: unknown, place: string): Pair => {
  if (typeof input !== 'object' || input === null || Array.isArray(input))
    throw new ServingError(
      'ERR_INVALID_INPUT',
      `${place}: expected {"question": …, "context": …}, found ${describe(input)}`,
    )
  const { question, context, ...others } = input as Record<string, unknown>
  const unknown = Object.keys(others)
  if (unknown.length > 0)
    throw new ServingError(
      'ERR_INVALID_INPUT',
      `${place}: expected "question" and "context" alone, found ${listNames(unknown)} too`,
    )
  return {
    question: requireSome(question, `${place}.question`),
    context: requireSome(context, `${place}.context`),
  }
}

const requireSome = (value: unknown, place: string): string => {
  const text = requireText(value, place)
  if (text !== '') return text
  throw new ServingError('ERR_INVALID_INPUT', `${place}: expected some text, found none`)
}
