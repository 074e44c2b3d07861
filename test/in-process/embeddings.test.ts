/** What clients of OpenAI's embeddings and of text-embeddings-inference send and get, at their own paths and at /invocations. */

import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import t from 'tap'
import { ROOT } from '../fixtures/index.ts'
import { type Served, serve } from './serve.ts'

const example = (name: string) => `${ROOT}examples/${name}/model`

const temporary = mkdtempSync(join(tmpdir(), 'embeddings-'))
t.teardown(() => rmSync(temporary, { recursive: true, force: true }))

/** A copy of an example whose JSON files have these members too. */
const changed = (name: string, changes: Readonly<Record<string, object>>): string => {
  const folder = mkdtempSync(join(temporary, 'model-'))
  cpSync(example(name), folder, { recursive: true })
  for (const [file, members] of Object.entries(changes)) {
    const path = join(folder, file)
    writeFileSync(path, JSON.stringify({ ...JSON.parse(readFileSync(path, 'utf8')), ...members }))
  }
  return folder
}

type Vectors = number[][]
type OpenAi = { data: { embedding: never; index: number }[] }
type Ranks = { index: number; score: number; text?: string }[]

const ask = async <Body = unknown>(
  { url }: Served,
  path: string,
  body: unknown,
): Promise<{ status: number; body: Body }> => {
  const response = await fetch(url + path, {
    method: 'POST',
    body: JSON.stringify(body),
    headers: { 'content-type': 'application/json' },
  })
  return { status: response.status, body: (await response.json()) as Body }
}

const open = async (path: string): Promise<Served> => {
  const served = await serve(['--model', path])
  t.teardown(() => served.stop())
  return served
}

// Its default prompt, "a ship: ", stands before all texts but those with prompt_name "document".
const prompted = await open(
  changed('hf-sentence-transformers-cls', { 'config.json': { is_matryoshka: true } }),
)
const mean = await open(example('hf-sentence-transformers'))
const reranker = await open(example('hf-reranker'))

/** Of the numbers of two vectors. */
const furthest = (a: readonly number[], b: readonly number[] = []): number =>
  a.length === b.length
    ? Math.max(...a.map((value, i) => Math.abs(value - (b[i] as number))))
    : Number.POSITIVE_INFINITY

const TEXTS = ['the sea is calm', '猫 🌊', '']
const { body: vectors } = await ask<Vectors>(mean, '/embed', { inputs: TEXTS })

t.test('OpenAI: one text, a list, its order, what it cost, numbers or base64', async (t) => {
  const input = { model: 'any', input: TEXTS }
  const numbers = await ask<OpenAi>(mean, '/v1/embeddings', input)
  t.match(numbers, {
    status: 200,
    body: { object: 'list', model: 'model', usage: { prompt_tokens: 12, total_tokens: 12 } },
  })
  t.strictSame(
    numbers.body.data,
    vectors.map((embedding: number[], index: number) => ({ object: 'embedding', index, embedding })),
  )
  const coded = await ask<OpenAi>(mean, '/v1/embeddings', { ...input, encoding_format: 'base64', user: 'me' })
  const decoded = coded.body.data.map(({ embedding }) => {
    const bytes = Buffer.from(embedding, 'base64')
    return Array.from({ length: bytes.length / 4 }, (_, i) => bytes.readFloatLE(4 * i))
  })
  t.strictSame(decoded, vectors)
  const one = await ask<OpenAi>(mean, '/v1/embeddings', { input: TEXTS[0] })
  t.strictSame(one.body.data, [numbers.body.data[0]])
  t.strictSame(
    (await ask(mean, '/invocations', input)).body,
    numbers.body,
    'told by the body where all comes to one path',
  )
})

t.test("token ids are taken if they are the model's own, and not if they are another's", async (t) => {
  const ids = JSON.parse(readFileSync(`${example('hf-sentence-transformers')}/tokenizer.json`, 'utf8')).model
    .vocab
  const own = ['[CLS]', 'the', 'sea', 'is', 'calm', '[SEP]'].map((token) => ids[token])
  const { body } = await ask<OpenAi>(mean, '/v1/embeddings', { input: [own, own] })
  t.strictSame(
    body.data.map(({ embedding }) => embedding),
    [vectors[0], vectors[0]],
  )
  for (const [input, message] of [
    [own.slice(1, -1), /only as this model's own tokenizer gives them/],
    [[own[0], 100_000, own.at(-1)], /100000 is not below/],
    [[own[0], ...Array(40).fill(own[1]), own.at(-1)], /42 token ids are more than the 24/],
    [[own[0], 1.5, own.at(-1)], /input\[1\]: expected a token id, found 1.5/],
    [[[]], /only as this model's own/],
  ] as const)
    t.match(await ask(mean, '/v1/embeddings', { input }), { status: 400, body: { error: { message } } })
})

t.test("OpenAI's clients and the hub's read what is wrong in `error`", async (t) => {
  for (const [body, message] of [
    [{ input: [] }, 'input: expected at least one text, found none'],
    [{ input: ['a', 1] }, 'input[1]: expected a text, found 1'],
    [{ input: 'a', dimensions: 8 }, /^dimensions: expected 16, since config.json does not say/],
    [{ input: 'a', encoding_format: 'int8' }, /^encoding_format: expected float \| base64, found "int8"/],
    [{ input: 'a', modle: 'x' }, /^modle: unknown key/],
    [{ inputs: 'a' }, 'the body: expected {"input": …}, found an object without "input"'],
    [
      { input: 'the sea '.repeat(20), truncate: false },
      'a text has more than 24 tokens, and is not to be cut',
    ],
    [
      { input: 'a', prompt_name: 'x' },
      'prompt_name: expected none, since the folder has no prompts, found "x"',
    ],
    [{ input: '\ud800' }, /unpaired surrogate/],
  ] as const)
    t.match(await ask(mean, '/v1/embeddings', body), {
      status: 400,
      body: { error: { message, type: 'invalid_request_error', param: null }, requestId: /^.{36}$/ },
    })
  t.match(await ask(mean, '/embed', { inputs: { sentences: 'a', prompt: 'b' } }), {
    status: 400,
    body: { error: 'inputs: expected sentences alone, found "prompt" too' },
  })
  t.match(await ask(mean, '/embed', { inputs: 7 }), {
    status: 400,
    body: { code: 'ERR_INVALID_INPUT', error: 'inputs: expected a text or a list of texts, found 7' },
  })
})

t.test('a path that the model does not serve is 404 with those that it serves', async (t) => {
  t.match(await ask(mean, '/rerank', { query: 'a', texts: ['b'] }), {
    status: 404,
    body: {
      code: 'ERR_NOT_FOUND',
      error:
        'this model has no /rerank: its task is sentence-embeddings, and it is asked at /invocations, /, /v1/embeddings, /embed',
    },
  })
  t.match(await ask(reranker, '/v1/embeddings', { input: 'a' }), {
    status: 404,
    body: { error: { code: 'ERR_NOT_FOUND', message: /its task is text-ranking/ } },
  })
  const metrics = await (await fetch(`${mean.url}/metrics`)).text()
  t.match(metrics, 'serving_requests_total{route="/rerank",status="404"} 1')
})

t.test('a prompt stands before the text by its name, and the default one where none is named', async (t) => {
  const vectorOf = async (inputs: string, prompt_name?: string) =>
    (await ask<Vectors>(prompted, '/embed', { inputs, ...(prompt_name && { prompt_name }) })).body
  const usual = await vectorOf('the sea')
  t.strictSame(await vectorOf('the sea', 'query'), usual)
  t.strictSame(await vectorOf('a ship: the sea', 'document'), usual)
  t.notSame(await vectorOf('the sea', 'document'), usual)
})

t.test(
  'vectors are cut where the model was trained for it, and of length 1 then or where it is asked',
  async (t) => {
    const vectorOf = async (parameters: object): Promise<number[]> =>
      (await ask<Vectors>(prompted, '/embed', { inputs: 'the sea', ...parameters })).body[0] ?? []
    const whole = await vectorOf({})
    t.ok(Math.hypot(...whole) > 1.01)
    t.ok(Math.abs(Math.hypot(...(await vectorOf({ normalize: true }))) - 1) < 1e-6)
    const first = whole.slice(0, 4)
    const expected = first.map((value) => value / Math.hypot(...first))
    t.ok(furthest(await vectorOf({ dimensions: 4 }), expected) < 1e-6)
    t.match(await ask<Vectors>(prompted, '/embed', { inputs: 'a', dimensions: 33 }), {
      status: 400,
      body: { error: 'dimensions: expected 32, or fewer, found 33' },
    })
  },
)

t.test('how alike texts are: the cosine of their vectors', async (t) => {
  const inputs = { source_sentence: TEXTS[0], sentences: TEXTS }
  const { body } = await ask<number[]>(mean, '/invocations', { inputs })
  const dot = (a: readonly number[], b: readonly number[]) =>
    a.reduce((sum, x, i) => sum + x * (b[i] as number), 0)
  t.ok(
    furthest(
      body,
      vectors.map((vector) => dot(vectors[0] as number[], vector)),
    ) < 1e-6,
  )
  t.strictSame((await ask(mean, '/invocations', { inputs: { ...inputs, sentences: [] } })).body, [])
})

t.test('2,000 texts are answered, or refused before they run if the reply would be too large', async (t) => {
  const inputs = Array.from({ length: 2_000 }, (_, i) => TEXTS[i % 3])
  const { status, body } = await ask<Vectors>(mean, '/embed', { inputs })
  t.equal(status, 200)
  t.equal(body.length, 2_000)
  t.ok(body.every((vector: number[], i: number) => furthest(vector, vectors[i % 3]) < 1e-5))
  const small = changed('hf-sentence-transformers', {})
  writeFileSync(join(small, 'serving.yaml'), 'limits: {maxResponseBytes: 1000}\n')
  t.match(await ask(await open(small), '/embed', { inputs: inputs.slice(0, 8) }), {
    status: 400,
    body: {
      error:
        'the reply would have 128 numbers, more than fit into the 1000 bytes of limits.maxResponseBytes: send fewer or shorter texts in a request',
    },
  })
})

t.test('texts are ranked, with their texts or raw scores if asked', async (t) => {
  const asked = { query: 'who waited', texts: ['a ship waited', 'the sea', 'calm'] }
  const { body: ranks } = await ask<Ranks>(reranker, '/rerank', asked)
  t.strictSame(new Set(ranks.map(({ index }: { index: number }) => index)), new Set([0, 1, 2]))
  const scores = ranks.map(({ score }) => score)
  t.strictSame(
    scores,
    scores.slice().sort((a, b) => b - a),
  )
  const { body: raw } = await ask<Ranks>(reranker, '/rerank', {
    ...asked,
    raw_scores: true,
    return_text: true,
  })
  for (const [place, { index, text, score }] of raw.entries()) {
    t.equal(text, asked.texts[index])
    t.ok(Math.abs(1 / (1 + Math.exp(-score)) - (scores[place] as number)) < 1e-6)
  }
  t.strictSame((await ask(reranker, '/rerank', { ...asked, texts: [] })).body, [])
  t.strictSame((await ask(reranker, '/invocations', { inputs: asked })).body, ranks, "the hub's form")
})

t.test('a pair that is no query with texts is answered as text classification answers it', async (t) => {
  const { body: ranks } = await ask<Ranks>(reranker, '/rerank', {
    query: 'who waited',
    texts: ['a ship waited'],
  })
  t.strictSame(
    (await ask(reranker, '/invocations', { inputs: { text: 'who waited', text_pair: 'a ship waited' } }))
      .body,
    { label: 'LABEL_0', score: ranks[0]?.score },
  )
})

t.test('a prompt of a cross-encoder stands before the query', async (t) => {
  const folder = changed('hf-reranker', {})
  const prompts = { query: 'the sea ' }
  writeFileSync(
    join(folder, 'config_sentence_transformers.json'),
    JSON.stringify({ prompts, default_prompt_name: 'query' }),
  )
  const served = await open(folder)
  const texts = ['a ship waited', 'calm']
  const { body } = await ask(served, '/rerank', { query: 'who', texts })
  t.strictSame(body, (await ask(reranker, '/rerank', { query: 'the sea who', texts })).body)
  t.match(await ask(served, '/rerank', { query: 'who', texts, prompt_name: 'x' }), {
    status: 400,
    body: { error: 'prompt_name: expected "query", found "x"' },
  })
})

t.test('a folder that needs what is not done here is refused at the start', async (t) => {
  const dense = changed('hf-sentence-transformers', {})
  const modules = JSON.parse(readFileSync(join(dense, 'modules.json'), 'utf8'))
  modules.splice(2, 0, { idx: 2, name: '2', path: '2_Dense', type: 'sentence_transformers.models.Dense' })
  writeFileSync(join(dense, 'modules.json'), JSON.stringify(modules))
  await t.rejects(serve(['--model', dense]), {
    message:
      /modules\.json: the module "Dense" has weights of its own, which are not in the ONNX file: export the whole/,
  })
  const tanh = changed('hf-reranker', {
    'config.json': { sbert_ce_default_activation_function: 'torch.nn.modules.activation.Tanh' },
  })
  await t.rejects(serve(['--model', tanh]), {
    message: /the activation "Tanh" of a cross-encoder is not supported/,
  })
})

t.test('scores of a cross-encoder go through what its folder says', async (t) => {
  const folder = changed('hf-reranker', {
    'config.json': { sentence_transformers: { activation_fn: 'torch.nn.modules.linear.Identity' } },
  })
  const asked = { query: 'who', texts: ['a ship waited', 'calm'] }
  const { body } = await ask(await open(folder), '/rerank', asked)
  t.strictSame(body, (await ask(reranker, '/rerank', { ...asked, raw_scores: true })).body)
})

t.test('what is wrong with a ranking', async (t) => {
  for (const [body, message] of [
    [{ query: 'a' }, 'texts: expected a list of texts, found nothing'],
    [{ query: 'a', texts: 'b' }, 'texts: expected a list of texts, found the string "b"'],
    [{ query: 'a', texts: ['b', null] }, 'texts[1]: expected a text, found null'],
    [{ query: 1, texts: [] }, 'query: expected a text, found 1'],
    [{ query: 'a', texts: ['b'], top_n: 1 }, /^top_n: unknown key/],
    [{ query: 'a', texts: ['the sea '.repeat(40)], truncate: false }, /a text has more than 40 tokens/],
    [{ texts: ['b'] }, /expected \{"query": …\}/],
  ] as const)
    t.match(await ask(reranker, '/rerank', body), { status: 400, body: { error: message } })
})
