/** A class for each token, word or group of words: `pipeline("token-classification")`, also known as NER. */

import * as z from 'zod'
import { ServingError } from '../../../errors.ts'
import { describe } from '../../../words.ts'
import { codePointsOf } from '../code-points.ts'
import { MOST_CHARACTERS } from '../enough.ts'
import { aggregate, gatherTokens, type Means, mergeWindows, STRATEGIES } from '../entities.ts'
import { requireLabels, requireOutput, requireTokenizer } from '../hub.ts'
import type { HubTask } from '../hub-task.ts'
import { mapInTurns } from '../in-turns.ts'
import { requireClasses } from '../outputs.ts'
import { anyCase, readParameters } from '../parameters.ts'
import { floatsOf, softmax } from '../scores.ts'
import { joinWords, startsOf } from '../split-words.ts'
import { requireText, requireTextList } from '../texts.ts'
import { MOST_UNBOUNDED_TOKENS, type Placed, type TextTokenizer } from '../tokenizer.ts'
import { countTexts, readTokens, requireTokenInputs, tokenPadding, toPart, WHOLE_AT_ONCE } from '../tokens.ts'
import { cutWindows } from '../windows.ts'

const PARAMETERS = z.strictObject({
  aggregation_strategy: anyCase(STRATEGIES).optional(),
  ignore_labels: z.array(z.string()).nullable().optional(),
  stride: z.int().min(0).nullable().optional(),
  is_split_into_words: z.boolean().optional(),
  delimiter: z.string().nullable().optional(),
})

type Parameters = z.output<typeof PARAMETERS>

/** A text, and the words that it was joined of if the client has divided it. */
type Input = { text: string; words?: readonly string[]; delimiter?: string }

type Read = Input & { windows: readonly Placed[] }

type Context = {
  inputs: readonly Read[]
  single: boolean
  ignored: ReadonlySet<string | undefined>
  means: Means
}

export const tokenClassification: HubTask = {
  name: 'token-classification',
  architectures: /ForTokenClassification$/,
  example: 'Anna lives in Berlin.',
  onHub: { parameters: { aggregation_strategy: 'simple' } },
  create: (hub) => {
    const tokenizer = requireTokenizer(hub)
    requireTokenInputs(hub)
    const output = requireOutput(hub, 'logits', 3)
    requireLabels(hub, output)
    const { signature } = hub.model
    const padding = tokenPadding(hub, tokenizer)
    const { labels } = hub
    const fixed = {
      labels,
      prefix: tokenizer.model.continuing_subword_prefix,
      unknownId: tokenizer.special('unk_token')?.id,
      join: tokenizer.join,
    }
    return {
      ...(padding && { padding }),
      read: async (request, allowance) => {
        const parameters = readParameters(PARAMETERS, request)
        refuseStrideOfTokens(parameters)
        const { inputs, single } = readInputs(request.inputs, parameters)
        // Each is tokenized by itself.
        countTexts(
          allowance,
          inputs.reduce((sum, { words = [] }) => sum + words.length, 0),
        )
        const read = await readTokens(
          inputs,
          async (input) => {
            const windows = await windowsOf(tokenizer, input, parameters.stride ?? undefined)
            return { ...input, windows, tokens: windows.reduce((sum, { ids }) => sum + ids.length, 0) }
          },
          allowance,
          parameters.stride == null ? undefined : WHOLE_AT_ONCE,
        )
        const means = { ...fixed, strategy: parameters.aggregation_strategy ?? 'none' }
        const context: Context = {
          inputs: read,
          single,
          ignored: new Set(parameters.ignore_labels ?? ['O']),
          means,
        }
        const parts = read.flatMap(({ windows }) =>
          windows.map((window) => toPart(window, signature, tokenizer.padId)),
        )
        return { parts, context }
      },
      write: async (outputs, context) => {
        const { inputs, single, ignored, means } = context as Context
        let part = 0
        const answers = await mapInTurns(inputs, ({ text, windows }) => {
          const characters = codePointsOf(text)
          const entities = windows.flatMap((window) => {
            const one = outputs[part++] as (typeof outputs)[number]
            requireClasses(one.outputs.get(output.name)?.dims[2] ?? 0, labels)
            const scoresOf = (index: number) =>
              softmax(floatsOf(one, output.name, index * labels.length, (index + 1) * labels.length))
            return aggregate(gatherTokens(window, characters, scoresOf, means), means).filter(
              ({ entity, entity_group }) => !ignored.has(entity) && !ignored.has(entity_group),
            )
          })
          return windows.length > 1 ? mergeWindows(entities) : entities
        })
        return single ? answers[0] : answers
      },
    }
  },
}

/** A text as the model takes it: cut, or as several windows. */
const windowsOf = async (
  tokenizer: TextTokenizer,
  { text, words, delimiter }: Input,
  stride: number | undefined,
): Promise<Placed[]> => {
  if (words === undefined && stride === undefined) return [await tokenizer.encodePlaced(text)]
  const whole =
    words === undefined
      ? await tokenizer.encodeWhole(text)
      : joinWords(
          await Promise.all(words.map((word) => tokenizer.encodeWhole(word))),
          startsOf(words, delimiter ?? ''),
        )
  const { maxTokens = MOST_UNBOUNDED_TOKENS } = tokenizer
  const windows = cutWindows(whole, maxTokens, stride ?? 0, { limit: 'the model', overlap: 'stride' })
  if (stride !== undefined || windows.length === 1) return windows
  tokenizer.noteCut()
  return windows.slice(0, 1)
}

/** Overlapping windows are put together by entities. */
const refuseStrideOfTokens = ({ stride, aggregation_strategy }: Parameters): void => {
  if (typeof stride === 'number' && aggregation_strategy === 'none')
    throw new ServingError(
      'ERR_INVALID_INPUT',
      'parameters: stride needs an aggregation_strategy other than none: simple, first, average or max',
    )
}

/** @returns `single` for one text, whose entities are not in a list of lists */
const readInputs = (
  inputs: unknown,
  { is_split_into_words, delimiter }: Parameters,
): { inputs: Input[]; single: boolean } => {
  if (is_split_into_words) {
    const lists = Array.isArray(inputs) && !inputs.every(Array.isArray) ? [inputs] : inputs
    return {
      inputs: requireList(lists, 'inputs').map((words, index) => joined(words, index, delimiter ?? ' ')),
      single: false,
    }
  }
  if (!Array.isArray(inputs)) return { inputs: [{ text: requireText(inputs, 'inputs') }], single: true }
  return {
    inputs: requireTextList(requireList(inputs, 'inputs'), 'inputs').map((text) => ({ text })),
    single: false,
  }
}

const joined = (words: unknown, index: number, delimiter: string): Input => {
  const place = `inputs[${index}]`
  const texts = requireTextList(requireList(words, place), place)
  const between = delimiter.length * (texts.length - 1)
  const characters = texts.reduce((sum, { length }) => sum + length, between)
  if (characters > MOST_CHARACTERS)
    throw new ServingError(
      'ERR_INVALID_INPUT',
      `${place}: the words have ${characters} characters with the delimiter between them, and at most ${MOST_CHARACTERS} are allowed; send them in parts`,
    )
  return { text: texts.join(delimiter), words: texts, delimiter }
}

const requireList = (value: unknown, place: string): readonly unknown[] => {
  if (Array.isArray(value) && value.length > 0) return value
  throw new ServingError(
    'ERR_INVALID_INPUT',
    `${place}: expected a list with at least one entry, found ${describe(value)}`,
  )
}
