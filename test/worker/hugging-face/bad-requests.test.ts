import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import t, { type Test as Tap } from 'tap'
import { answerInProcess } from '../../contract/examples.ts'
import { example } from '../../fixtures/index.ts'

const JSON_TYPE = 'application/json'

type Case = { body: string; headers?: Record<string, string>; status: number; says: RegExp }

/** Sends all of them to the example's model as one batch. */
const ask = async (t: Tap, name: string, cases: readonly Case[]): Promise<void> => {
  const folder = example(name)
  const requests = cases.map(({ body, headers = {} }) => ({
    name: '',
    headers: { 'content-type': JSON_TYPE, ...headers },
    body,
    status: 200,
    answer: undefined,
  }))
  const answers = await answerInProcess(
    { name, folder, model: folder, requests },
    mkdtempSync(join(tmpdir(), 'hugging-face-')),
  )
  for (const [index, { body, status, says }] of cases.entries()) {
    const answer = answers[index]
    const text = Buffer.from(answer?.body ?? '').toString()
    t.equal(answer?.status, status, `${body.slice(0, 100)} ${text.slice(0, 200)}`)
    t.match(text, says, body.slice(0, 100))
  }
}

const asked = (inputs: unknown, parameters?: unknown): string => JSON.stringify({ inputs, parameters })

/** 400, for inputs and parameters. */
const refused = (inputs: unknown, parameters: unknown, says: RegExp): Case => ({
  body: asked(inputs, parameters),
  status: 400,
  says,
})

/** Bodies that no task takes. */
const BODIES: Case[] = [
  { body: '{', status: 400, says: /ERR_INVALID_BODY/ },
  {
    body: '"a text"',
    status: 400,
    says: /expected {\\"inputs\\".*found the string/,
  },
  { body: '{}', status: 400, says: /found an object without \\"inputs\\"/ },
  {
    body: '{"inputs":"a","options":{}}',
    status: 400,
    says: /\\"options\\" beside \\"inputs\\" is not supported/,
  },
  {
    body: '{"inputs":"a","parameters":[]}',
    status: 400,
    says: /parameters: expected an object, found a list of 0/,
  },
  { body: `{"inputs":${'['.repeat(100)}${']'.repeat(100)}}`, status: 400, says: /nested deeper than 64/ },
  { body: '{"inputs":"a\\ud800b"}', status: 400, says: /unpaired surrogate/ },
  { body: 'a,b', headers: { 'content-type': 'text/csv' }, status: 415, says: /text\/csv.* is not supported/ },
  {
    body: asked('a'),
    headers: { accept: 'image/png' },
    status: 406,
    says: /allows none of application\/json/,
  },
]

t.test('requests for text classification are refused with what is wrong, or answered', async (t) => {
  const classes = /^\[{"label":"[a-z]+","score":0\.\d+}\]\n?$/
  const two = /^({"label".*}|\[{"label".*}\])\n\[{"label".*}\]\n$/
  const line = asked('the sea')
  await ask(t, 'hf-text-classification', [
    ...BODIES,
    refused(5, {}, /inputs: expected a text or .*, found 5/),
    refused(null, {}, /inputs: expected a text .*, found null/),
    refused([['a', 'b']], {}, /inputs\[0\]: expected a text .*, found a list of 2/),
    refused({ text: 'a', other: 'b' }, {}, /\\"other\\" too/),
    refused('a', { topk: 1 }, /parameters.topk: unknown key.*This task knows top_k, function_to_apply/),
    refused('a', { top_k: 0 }, /parameters.top_k: expected at least 1, found 0/),
    refused('a', { top_k: '5' }, /parameters.top_k: expected a number, found \\"5\\"/),
    refused('a', { function_to_apply: 'relu' }, /sigmoid \| softmax \| none/),
    refused('a', { max_length: 1 }, /1 tokens leave no room/),
    refused(
      'a',
      { candidate_labels: ['b'] },
      /zero-shot-classification, .*task: zero-shot-classification\\" in serving.yaml/,
    ),
    refused('a '.repeat(100), { truncation: false }, /more than 48 tokens, and is not to be cut/),
    refused(Array(65_537).fill('a'), {}, /the request has 65537 texts, and at most 65536 are allowed/),
    refused(' '.repeat(2 ** 20 + 1), {}, /1048577 characters, and its first 1048576/),
    { body: asked([]), status: 200, says: /^\[\]$/ },
    { body: asked(''), status: 200, says: classes },
    { body: asked('SOFTMAX', { function_to_apply: 'SoftMax' }), status: 200, says: classes },
    { body: asked('the sea is calm '.repeat(100_000)), status: 200, says: classes },
    { body: 'the sea', headers: { 'content-type': 'text/plain' }, status: 200, says: classes },
    {
      body: `${line}\n\n${line}\n`,
      headers: { 'content-type': 'application/jsonlines' },
      status: 200,
      says: two,
    },
    {
      body: `${line}\n${line}`,
      headers: { 'content-type': 'application/jsonlines', accept: JSON_TYPE },
      status: 200,
      says: /^\[\[{.*}\],\[{.*}\]\]$/,
    },
    {
      body: `${line}\n{}`,
      headers: { 'content-type': 'application/jsonlines' },
      status: 400,
      says: /line 2: expected/,
    },
    {
      body: `${line}\n${asked(5)}`,
      headers: { 'content-type': 'application/jsonlines' },
      status: 400,
      says: /request 2: inputs/,
    },
    {
      body: `${line}\n`.repeat(2 ** 16 + 1),
      headers: { 'content-type': 'application/jsonlines' },
      status: 400,
      says: /has 65537 texts/,
    },
    {
      body: `${asked(Array(40_000).fill('a'))}\n`.repeat(2),
      headers: { 'content-type': 'application/jsonlines' },
      status: 400,
      says: /has 80000 texts/,
    },
    {
      body: ' \n',
      headers: { 'content-type': 'application/jsonlines' },
      status: 400,
      says: /no line with a request/,
    },
  ])
})

t.test('requests for token classification', async (t) => {
  const long = 'Anna lives in Berlin. '.repeat(50)
  await ask(t, 'hf-token-classification', [
    refused('a', { aggregation_strategy: 'last' }, /none \| simple \| first \| average \| max/),
    refused(long, { stride: 1000, aggregation_strategy: 'simple' }, /stride: expected less than \d+/),
    refused(long, { stride: -1, aggregation_strategy: 'simple' }, /parameters.stride: expected at least 0/),
    refused(long, { stride: 4, aggregation_strategy: 'none' }, /stride needs an aggregation_strategy/),
    refused([], {}, /inputs: expected a list with at least one entry/),
    refused('a', { is_split_into_words: true }, /inputs: expected a list/),
    refused(['a', 5], { is_split_into_words: true }, /inputs\[0\]\[1\]: expected a text, found 5/),
    refused([['a', '\ud800']], { is_split_into_words: true }, /unpaired surrogate/),
    refused(Array(2).fill(Array(40_000).fill('a')), { is_split_into_words: true }, /has 80000 texts/),
    refused(
      Array(2000).fill('a'),
      { is_split_into_words: true, delimiter: 'b'.repeat(1000) },
      /inputs\[0\]: the words have 2001000 characters with the delimiter/,
    ),
    { body: asked('', { aggregation_strategy: 'max' }), status: 200, says: /^\[\]$/ },
    {
      body: asked([[''], ['', 'Anna']], { is_split_into_words: true, ignore_labels: [] }),
      status: 200,
      says: /^\[\[\],\[{.*"start":1,"end":5}\]\]$/,
    },
  ])
})

t.test('requests for question answering', async (t) => {
  const pair = { question: 'Who?', context: 'Anna lives in Berlin. '.repeat(50) }
  await ask(t, 'hf-question-answering', [
    refused('a', {}, /inputs: expected {\\"question\\": …, \\"context\\": …}, found the string/),
    refused({ question: 'Who?' }, {}, /inputs.context: expected a text, found nothing/),
    refused({ question: '', context: 'a' }, {}, /inputs.question: expected some text, found none/),
    refused({ ...pair, id: 5 }, {}, /\\"id\\" too/),
    {
      body: asked({ question: 'Who?', context: ' ' }),
      status: 200,
      says: /^{"score":0,"start":0,"end":0,"answer":""}$/,
    },
    refused([], {}, /at least one question/),
    refused({ question: ['a', 'b'], context: ['c'] }, {}, /2 questions and 1 contexts/),
    refused(pair, { doc_stride: 65 }, /doc_stride: expected at most 64/),
    refused(
      pair,
      { doc_stride: 30, max_seq_len: 32 },
      /doc_stride: expected less than \d+, which max_seq_len of 32/,
    ),
    refused(pair, { max_seq_len: 65 }, /max_seq_len: expected at most 64, which the model takes/),
    refused(pair, { max_seq_len: 3 }, /max_seq_len of 3 tokens leaves no room/),
    refused({ ...pair, question: 'who '.repeat(100) }, {}, /leaves no room/),
    refused(pair, { top_k: 0 }, /top_k: expected at least 1/),
    refused({ ...pair, context: 'a '.repeat(2 ** 20) }, {}, /at most|no more of a text is read/),
    {
      body: asked(pair, { doc_stride: 0, max_seq_len: 8, max_answer_len: 1000, top_k: 100 }),
      status: 200,
      says: /^\[{"score"/,
    },
  ])
})

t.test('requests for fill-mask and zero-shot classification', async (t) => {
  await ask(t, 'hf-fill-mask', [
    refused('the sea', {}, /inputs: there is no <mask> in the text/),
    refused(['<mask>', 'the sea'], {}, /inputs\[1\]: there is no <mask>/),
    refused('<mask>', { targets: [] }, /parameters.targets: expected/),
    refused('<mask>', { targets: ['\ud800'] }, /unpaired surrogate/),
    refused('<mask>', { targets: [''] }, /targets: expected tokens of the vocabulary/),
    refused('<mask> '.repeat(30), { top_k: 10_000 }, /the answer would hold \d+ tokens/),
    refused('<mask>', { tokenizer_kwargs: { padding: true } }, /padding: unknown key/),
    { body: asked([]), status: 200, says: /^\[\]$/ },
  ])
  const labels = { candidate_labels: ['a', 'b'] }
  await ask(t, 'hf-zero-shot-classification', [
    refused('a', {}, /parameters.candidate_labels: expected a list of texts, or one text with commas/),
    refused('a', { candidate_labels: [] }, /candidate_labels: expected at least one label/),
    refused('a', { candidate_labels: ' , ' }, /candidate_labels: expected at least one label/),
    refused('', labels, /inputs: expected a text/),
    refused([], labels, /inputs: expected a text, or a list with at least one/),
    refused(
      'a',
      { ...labels, hypothesis_template: 'no place' },
      /hypothesis_template: expected a text with {}/,
    ),
    refused('a', { ...labels, hypothesis_template: '{} {}' }, /hypothesis_template/),
    refused(
      'a',
      { ...labels, hypothesis_template: `${'a '.repeat(2 ** 13)}{}` },
      /a label in hypothesis_template makes more than 16384 characters/,
    ),
    refused(
      'a',
      { candidate_labels: ['a'.repeat(1000)], hypothesis_template: '{0}'.repeat(1000) },
      /makes more than 16384/,
    ),
    refused('a', { ...labels, hypothesis_template: '{label}' }, /hypothesis_template/),
    refused('a', { candidate_labels: ['a '.repeat(200)] }, /the second of two texts leaves no room/),
    refused(Array(1000).fill('a'), { candidate_labels: Array(1000).fill('b') }, /has 1000000 texts/),
    { body: asked('a', { ...labels, hypothesis_template: '{{}} {0}' }), status: 200, says: /"labels"/ },
  ])
})
