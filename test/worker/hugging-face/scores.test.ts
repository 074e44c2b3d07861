import t from 'tap'
import type { DataType, TensorData } from '../../../src/tensor/data-type.ts'
import { toFloat16 } from '../../../src/tensor/float16.ts'
import { aggregate, gatherTokens, type Means } from '../../../src/worker/hugging-face/entities.ts'
import type { Hub } from '../../../src/worker/hugging-face/hub.ts'
import { hypothesisOf } from '../../../src/worker/hugging-face/hypothesis.ts'
import { best, ranked, softmax } from '../../../src/worker/hugging-face/scores.ts'
import { answersOf, type Options } from '../../../src/worker/hugging-face/spans.ts'
import { questionAnswering } from '../../../src/worker/hugging-face/tasks/question-answering.ts'
import { textClassification } from '../../../src/worker/hugging-face/tasks/text-classification.ts'
import type { Placed } from '../../../src/worker/hugging-face/tokenizer.ts'

/** What text classification answers for these logits, each label named by its place. */
const classify = async (
  logits: readonly number[],
  {
    config = {},
    parameters = {},
    type = 'float32',
    labels = logits.map((_, index) => String(index)),
  }: { config?: object; parameters?: object; type?: DataType; labels?: string[] } = {},
): Promise<unknown> => {
  const spec = (name: string, one: DataType) => ({
    name,
    type: one,
    dims: ['batch', 'n'],
  })
  const hub = {
    model: {
      signature: { inputs: [spec('input_ids', 'int64')], outputs: [spec('logits', type)], rows: 'dynamic' },
    },
    files: { folder: '', config },
    labels,
    tokenizer: { encode: async () => ({ ids: [1], typeIds: [0] }), padId: 0 },
  } as unknown as Hub
  const { read, write } = textClassification.create(hub)
  const found = await read({ inputs: 'a', parameters: { top_k: null, ...parameters } }, {} as never)
  if (!('parts' in found)) return found
  const data = (
    type === 'float16' ? Uint16Array.from(logits, toFloat16) : Float32Array.from(logits)
  ) as TensorData
  const outputs = new Map([['logits', { type, dims: [1, logits.length], data }]])
  return write([{ outputs, byRow: true }], found.context)
}

const scoresOf = (answer: unknown) =>
  (answer as { label: string; score: number }[]).map(({ label, score }) => `${label} ${score.toFixed(3)}`)

t.test('config.json says what becomes of logits, and a parameter goes before it', async (t) => {
  const of = async (...args: Parameters<typeof classify>) => scoresOf(await classify(...args))
  t.strictSame(await of([0, 1]), ['1 0.731', '0 0.269'])
  t.strictSame(await of([0, 1], { type: 'float16' }), ['1 0.731', '0 0.269'])
  t.strictSame(await of([1]), ['0 0.731'], 'one label: sigmoid')
  t.strictSame(await of([0, 1], { config: { problem_type: 'multi_label_classification' } }), [
    '1 0.731',
    '0 0.500',
  ])
  t.strictSame(await of([2.5, -1], { config: { problem_type: 'regression' } }), ['0 2.500', '1 -1.000'])
  t.strictSame(await of([2.5, -1], { parameters: { function_to_apply: 'NONE', top_k: 1 } }), ['0 2.500'])
})

t.test('logits of which no score can be made are the fault of the model', async (t) => {
  for (const logits of [
    [Number.NaN, 1],
    [Number.POSITIVE_INFINITY, 1],
  ])
    await t.rejects(classify(logits), { code: 'ERR_MODEL_FAILED' })
  t.strictSame(scoresOf(await classify([Number.NEGATIVE_INFINITY, 1])), ['1 1.000', '0 0.000'])
})

t.test(
  'more classes than labels are refused, though the graph does not say how many there are',
  async (t) => {
    await t.rejects(classify([0, 1, 2], { labels: ['a', 'b'] }), { message: /3 classes|2 labels/ })
  },
)

t.test('large logits do not overflow, and equal scores stay in order', async (t) => {
  t.strictSame([...softmax(Float32Array.of(1000, 1000))], [0.5, 0.5])
  t.strictSame(ranked(Float32Array.of(1, 2, 1, 2)), [1, 3, 0, 2])
  const scores = [3, 1, 3, 2]
  t.strictSame(
    best(4, 3, (index) => scores[index] as number),
    [0, 2, 3],
  )
  t.strictSame(
    best([3, 2], 5, (index) => scores[index] as number),
    [2, 3],
  )
})

t.test('to ask for almost all is hardly dearer than to sort them', async (t) => {
  const scores = Float32Array.from({ length: 60_000 }, (_, index) => index % 50_000)
  const start = performance.now()
  const sorted = ranked(scores)
  const middle = performance.now()
  const found = best(scores.length, 50_000, (index) => scores[index] as number)
  const end = performance.now()
  t.strictSame(found, sorted.slice(0, 50_000))
  t.ok(end - middle < 20 * (middle - start) + 50, `${end - middle} ms, and ${middle - start} ms to sort`)
})

const placed = (tokens: readonly string[], offsets: readonly [number, number][], sequence = 0): Placed => ({
  ids: tokens.map((_, index) => index),
  typeIds: tokens.map(() => 0),
  tokens,
  offsets,
  words: tokens.map((_, index) => index),
  sequences: tokens.map(() => sequence),
})

t.test('what is part of a word is told by the vocabulary, or by the blank before it', async (t) => {
  const scores = () => Float32Array.of(1)
  const parts = (one: Placed, text: string, means: Pick<Means, 'prefix' | 'unknownId'>) =>
    gatherTokens(one, text, scores, means).map(({ isSubword }) => isSubword)
  const pieces = placed(
    ['Ham', '##burg', '[UNK]'],
    [
      [0, 3],
      [3, 7],
      [7, 9],
    ],
  )
  t.strictSame(parts(pieces, 'Hamburg猫海', { prefix: '##', unknownId: 2 }), [false, true, false])
  const bytes = placed(
    ['ĠHam', 'burg', 'ĠRio'],
    [
      [1, 4],
      [4, 8],
      [9, 12],
    ],
  )
  t.strictSame(parts(bytes, ' Hamburg Rio', { prefix: '', unknownId: undefined }), [false, true, false])
})

t.test('a label without B- or I- goes on, and another B- begins anew', async (t) => {
  const tokens = ['LOC', 'I-LOC', 'B-LOC', 'B-LOC'].map((_, index) => ({
    word: String(index),
    scores: Float32Array.from([0, 1, 2, 3], (label) => (label === index ? 1 : 0)),
    start: index,
    end: index + 1,
    index,
    isSubword: false,
  }))
  const means: Means = {
    strategy: 'simple',
    labels: ['LOC', 'I-LOC', 'B-LOC', 'B-LOC'],
    prefix: '',
    unknownId: undefined,
    join: (words) => words.join('+'),
  }
  t.strictSame(
    aggregate(tokens, means).map(({ word }) => word),
    ['0+1', '2', '3'],
  )
})

t.test('answers with the same text are one, whose scores are added', async (t) => {
  const options: Options = {
    top_k: 3,
    max_answer_len: 1,
    handle_impossible_answer: false,
    align_to_words: true,
  }
  const window = {
    placed: placed(
      ['[CLS]', 'calm', 'Calm'],
      [
        [0, 0],
        [0, 4],
        [5, 9],
      ],
      1,
    ),
    starts: Float32Array.of(-9, 0, 0),
    ends: Float32Array.of(-9, 0, 0),
  }
  const answers = await answersOf([window], 'calm Calm', undefined, options)
  t.match(answers, [{ answer: 'calm', start: 0, end: 4 }])
  t.equal(answers.length, 1)
  t.ok(Math.abs((answers[0]?.score ?? 0) - 0.5) < 1e-3)
})

t.test("a template's place is filled as str.format does it", async (t) => {
  t.equal(hypothesisOf('This is {}.')('$&'), 'This is $&.')
  t.equal(hypothesisOf('{0} and {0} {{}}')('a'), 'a and a {}')
  for (const template of ['none', '{} {}', '{} {0}', '{1}', '{', '{label}', '{{}}'])
    t.throws(() => hypothesisOf(template), { code: 'ERR_INVALID_INPUT' }, template)
})

t.test('where an answer begins and where it ends are not taken from one output', async (t) => {
  const spec = (name: string, type: DataType) => ({ name, type, dims: ['batch', 'n'] })
  const hub = {
    model: {
      signature: { inputs: [spec('input_ids', 'int64')], outputs: [spec('start_logits', 'float32')] },
    },
    tokenizer: { special: () => undefined },
  } as unknown as Hub
  t.throws(() => questionAnswering.create(hub), { message: /two outputs.* has "start_logits" alone/ })
})

t.test('the process answers others while answers are searched in many windows', async (t) => {
  const tokens = Array<string>(384).fill('a')
  const one = placed(
    tokens,
    tokens.map((_, index) => [index, index + 1]),
    1,
  )
  const logits = new Float32Array(tokens.length)
  const windows = Array(200).fill({ placed: one, starts: logits, ends: logits })
  let turns = 0
  let next = setImmediate(function count() {
    turns += 1
    next = setImmediate(count)
  })
  await answersOf(windows, 'a'.repeat(384), undefined, {
    top_k: 1,
    max_answer_len: 384,
    handle_impossible_answer: false,
    align_to_words: true,
  })
  clearImmediate(next)
  t.ok(turns > 2, `${turns} turns`)
})
