import { cpSync, readFileSync, writeFileSync } from 'node:fs'
import fc from 'fast-check'
import t from 'tap'
import { ServingError } from '../../../src/errors.ts'
import { readHuggingFace } from '../../../src/model/layouts/hugging-face.ts'
import { encodeEnough, MOST_CHARACTERS } from '../../../src/worker/hugging-face/enough.ts'
import { maxTokensOf } from '../../../src/worker/hugging-face/max-tokens.ts'
import { openTokenizer } from '../../../src/worker/hugging-face/tokenizer.ts'
import { example } from '../../fixtures/index.ts'

type Files = NonNullable<ReturnType<typeof readHuggingFace>>

/** Of the example's folder, for a model of free length, with settings of its own. */
const open = (name: string, change: (files: Files) => Partial<Files> = () => ({})) => {
  const files = readHuggingFace(example(name)) as Files
  return openTokenizer(`${example(name)}/tokenizer.json`, { ...files, ...change(files) }, { inputs: [] })
}

const taking = (tokens: number) => () => ({
  config: {},
  tokenizerConfig: { model_max_length: tokens },
})

/** WordPiece, and pairs of bytes. */
const KINDS = ['hf-text-classification', 'hf-fill-mask']

const words = fc.constantFrom(
  'the',
  'sea',
  'calm',
  ' ',
  ' ',
  '  ',
  '\n',
  '🙂',
  '👩‍👩‍👧',
  'cafe\u0301',
  '猫',
  '海',
  '.',
  ',',
  '[SEP]',
  '<mask>',
  'unbelievable',
  '\u200b',
  'ﬁ',
  "don't",
  '12.5',
)

t.test('the beginning of a text that is long gives the first tokens of the whole', async (t) => {
  for (const kind of KINDS) {
    const whole = open(kind, taking(100_000))
    const short = open(kind, taking(20))
    const differs = async (text: string): Promise<boolean> => {
      const [{ ids }, cut] = await Promise.all([whole.encode(text), short.encode(text)])
      const expected = ids.length > 20 ? [...ids.slice(0, 19), ids.at(-1)] : ids
      return String(cut.ids) !== String(expected)
    }
    const property = fc.asyncProperty(
      fc.array(words, { minLength: 300, maxLength: 600 }),
      async (list) => !(await differs(list.join(''))),
    )
    await fc.assert(property, { numRuns: 20 })
    // Where tokens are far apart, the beginning that is tried first has hardly enough of them, and may end in a word.
    const texts = Array.from({ length: 200 }, (_, index) =>
      `${' '.repeat(index % 8)}harbour${' '.repeat(index / 8)}`.repeat(80),
    )
    const wrong = await Promise.all(texts.map(differs))
    t.strictSame(
      texts.filter((_, index) => wrong[index]),
      [],
      kind,
    )
  }
})

t.test('no more of a text is tokenized than the model takes', async (t) => {
  const tokenized: number[] = []
  const { encodePlaced } = open(KINDS[0] as string, taking(100_000))
  const encode = async ([text]: readonly string[]) => {
    tokenized.push((text as string).length)
    const { ids, words, sequences } = await encodePlaced(text as string)
    return { getLength: () => ids.length, getWordIds: () => words, getSequenceIds: () => sequences } as never
  }
  await encodeEnough(encode, ['the sea is calm. '.repeat(100_000)], 512)
  t.strictSame(tokenized, [512 * 8 + 64])
  const nothing = async ([text]: readonly string[]) => {
    tokenized.push((text as string).length)
    return { getWordIds: () => [], getSequenceIds: () => [] } as never
  }
  await t.rejects(encodeEnough(nothing, [' '.repeat(2 * MOST_CHARACTERS)], 512), {
    code: 'ERR_INVALID_INPUT',
  })
  t.equal(Math.max(...tokenized), MOST_CHARACTERS)
})

t.test('texts of one turn are tokenized together, and each as if it were alone', async (t) => {
  const tokenizer = open(KINDS[0] as string)
  const texts = ['', 'the sea', '', 'calm'.repeat(3000), 'a ship waited', '']
  const alone = []
  for (const text of texts) alone.push(await tokenizer.encode(text))
  t.strictSame(await Promise.all(texts.map((text) => tokenizer.encode(text))), alone)
  const [pair, single] = await Promise.all([tokenizer.encode('the sea', 'calm'), tokenizer.encode('calm')])
  t.same(pair?.typeIds, [0, 0, 0, 0, 1, 1])
  t.equal(single?.ids.length, 3)
})

t.test('a text that the tokenizer refuses fails alone', async (t) => {
  const folder = t.testdir()
  cpSync(example(KINDS[0] as string), folder, { recursive: true })
  const file = JSON.parse(readFileSync(`${folder}/tokenizer.json`, 'utf8'))
  const model = { type: 'WordLevel', vocab: { the: 0, sea: 1, '[CLS]': 2, '[SEP]': 3 }, unk_token: 'none' }
  writeFileSync(`${folder}/tokenizer.json`, JSON.stringify({ ...file, model, added_tokens: [] }))
  const files = readHuggingFace(folder) as Files
  const tokenizer = openTokenizer(`${folder}/tokenizer.json`, files, { inputs: [] })
  const [good, bad] = await Promise.allSettled([tokenizer.encode('the sea'), tokenizer.encode('the storm')])
  t.equal(good?.status, 'fulfilled')
  t.match(bad, { reason: new ServingError('ERR_INVALID_INPUT', 'the tokenizer refuses this text: ') })
})

t.test('truncation and padding that stand in tokenizer.json are passed over', async (t) => {
  const folder = t.testdir()
  cpSync(example(KINDS[0] as string), folder, { recursive: true })
  const file = JSON.parse(readFileSync(`${folder}/tokenizer.json`, 'utf8'))
  const truncation = { direction: 'Right', max_length: 3, strategy: 'LongestFirst', stride: 0 }
  const padding = {
    strategy: { Fixed: 99 },
    direction: 'Right',
    pad_to_multiple_of: null,
    pad_id: 0,
    pad_type_id: 0,
    pad_token: '[PAD]',
  }
  writeFileSync(`${folder}/tokenizer.json`, JSON.stringify({ ...file, truncation, padding }))
  const files = readHuggingFace(folder) as Files
  const { ids } = await openTokenizer(`${folder}/tokenizer.json`, files, { inputs: [] }).encode(
    'the sea is calm',
  )
  t.equal(ids.length, 6)
})

t.test('what is too long loses its beginning if the folder says so', async (t) => {
  const left = open(KINDS[0] as string, () => ({
    config: {},
    tokenizerConfig: { model_max_length: 4, truncation_side: 'left' },
  }))
  const whole = open(KINDS[0] as string)
  t.strictSame((await left.encode('the storm is calm')).ids, (await whole.encode('is calm')).ids)
})

t.test('a text is refused that may not be cut, or that no room is left for', async (t) => {
  const tokenizer = open(KINDS[0] as string, taking(8))
  const long = 'the sea is calm and the sea is calm'
  await t.rejects(tokenizer.encode(long, undefined, { refuse: true }), { message: /more than 8 tokens/ })
  await t.rejects(tokenizer.encode(long, undefined, { maxTokens: 1 }), { message: /leave no room/ })
  await t.rejects(tokenizer.encode('a', long, { strategy: 'only_first' }), {
    message: /the second of two texts leaves no room/,
  })
  const unbounded = open(KINDS[0] as string, () => ({ config: {}, tokenizerConfig: {} }))
  await t.rejects(unbounded.encode('the '.repeat(9000)), {
    message: /"model_max_length" in tokenizer_config.json/,
  })
  t.equal((await unbounded.encode('the '.repeat(9000), undefined, { maxTokens: 12 })).ids.length, 12)
})

t.test('a model takes as many tokens as its tokenizer, its positions and its graph allow', async (t) => {
  const inputs = (length: number | string) => [
    { name: 'input_ids', type: 'int64' as const, dims: ['batch', length] },
  ]
  const of = (config: Record<string, unknown>, model_max_length?: number, length: number | string = 'n') =>
    maxTokensOf({ config, tokenizerConfig: { model_max_length } }, { inputs: inputs(length) })
  t.equal(of({ model_type: 'bert', max_position_embeddings: 512 }, 1e30), 512)
  t.equal(of({ model_type: 'bert', max_position_embeddings: 512 }, 128), 128)
  t.equal(of({ model_type: 'bert', max_position_embeddings: 512 }, 128, 64), 64)
  t.equal(of({ model_type: 'roberta', max_position_embeddings: 514, pad_token_id: 1 }), 512)
  t.equal(of({ model_type: 'xlm-roberta', max_position_embeddings: 514 }), 512)
  t.equal(of({ model_type: 'gpt2', n_positions: 1024 }), 1024)
  t.equal(
    of({ model_type: 'deberta-v2', max_position_embeddings: 512, position_biased_input: false }),
    undefined,
  )
  t.equal(of({}, 1e30), undefined)
})

t.test(
  'the log says once that texts are cut, to what the folder says too, and not what a request asks',
  async (t) => {
    const { write } = process.stderr
    t.teardown(() => {
      process.stderr.write = write
    })
    const said: string[] = []
    process.stderr.write = (line: unknown) => said.push(String(line)) > 0
    const text = 'the sea is calm '.repeat(20)
    const tokenizer = open('hf-text-classification', taking(20))
    await tokenizer.encode(text, undefined, { maxTokens: 8, isAsked: true })
    t.strictSame(said, [])
    await tokenizer.encode(text, undefined, { maxTokens: 10 })
    await tokenizer.encode(text)
    t.match(said, [/longer than the 10 tokens/])
    t.equal(said.length, 1)
  },
)
