/** At "/" folders are asked as the hub's Inference API is; what they answer is held against the schemas that the hub publishes. */

import { readFileSync } from 'node:fs'
import { Ajv, type ValidateFunction } from 'ajv'
import t from 'tap'
import { ROOT } from '../fixtures/index.ts'
import { serve } from './serve.ts'

const SPECS = `${ROOT}node_modules/@huggingface/tasks/src/tasks`

const json = (file: string) => JSON.parse(readFileSync(file, 'utf8'))

const validator = (task: string, side: 'input' | 'output'): ValidateFunction => {
  const ajv = new Ajv({ strict: false, formats: { float: true } })
  ajv.addMetaSchema(json(`${ROOT}node_modules/ajv/dist/refs/json-schema-draft-06.json`))
  ajv.addSchema(json(`${SPECS}/common-definitions.json`))
  return ajv.compile(json(`${SPECS}/${task}/spec/${side}.json`))
}

type Case = {
  example: string
  /** As the schemas call it. */
  task: string
  body: { inputs: unknown; parameters?: object }
  /** What of an answer is of the schema. */
  part?: (answer: never) => unknown
}

const CASES: readonly Case[] = [
  {
    example: 'hf-text-classification',
    task: 'text-classification',
    body: { inputs: 'the sea is calm' },
    // The schema has one text's; the API and its clients have them in a list of texts.
    part: ([one]: [unknown]) => one,
  },
  { example: 'hf-token-classification', task: 'token-classification', body: { inputs: 'Ann is in Paris' } },
  {
    example: 'hf-zero-shot-classification',
    task: 'zero-shot-classification',
    body: { inputs: 'the sea', parameters: { candidate_labels: ['calm', 'storm'] } },
  },
  {
    example: 'hf-sentence-transformers',
    task: 'sentence-similarity',
    body: { inputs: { source_sentence: 'the sea', sentences: ['the sea', 'a storm'] } },
  },
  {
    example: 'hf-sentence-transformers',
    task: 'feature-extraction',
    body: { inputs: ['the sea', 'a storm'] },
  },
]

const ask = async (url: string, body: unknown): Promise<{ status: number; answer: never }> => {
  const headers = { 'content-type': 'application/json' }
  const response = await fetch(url, { method: 'POST', body: JSON.stringify(body), headers })
  return { status: response.status, answer: (await response.json()) as never }
}

for (const { example, task, body, part = (answer: never): unknown => answer } of CASES)
  t.test(`${task} at / is of the hub's schemas`, async (t) => {
    const served = await serve(['--model', `${ROOT}examples/${example}/model`])
    t.teardown(() => served.stop())
    const [isInput, isOutput] = [validator(task, 'input'), validator(task, 'output')]
    t.ok(isInput(body), JSON.stringify(isInput.errors))
    const { status, answer } = await ask(`${served.url}/`, body)
    t.equal(status, 200)
    t.ok(isOutput(part(answer)), JSON.stringify(isOutput.errors))
    if (task === 'zero-shot-classification')
      t.notOk(
        isOutput((await ask(`${served.url}/invocations`, body)).answer),
        'elsewhere it is the pipeline that is followed',
      )
  })

t.test('a text has all of its classes there, and as many as are asked', async (t) => {
  const served = await serve(['--model', `${ROOT}examples/hf-text-classification/model`])
  t.teardown(() => served.stop())
  const inputs = 'the sea'
  const all = await ask(`${served.url}/invocations`, { inputs, parameters: { top_k: null } })
  t.equal((all.answer as unknown[]).length, 3)
  t.strictSame((await ask(served.url, { inputs })).answer, [all.answer])
  t.strictSame((await ask(served.url, { inputs: [inputs] })).answer, [all.answer])
  t.strictSame((await ask(served.url, { inputs, parameters: { top_k: 2 } })).answer, [
    (all.answer as unknown[]).slice(0, 2),
  ])
  t.match(await ask(served.url, { inputs: 7 }), {
    status: 400,
    answer: { error: /^inputs: expected a text/, code: 'ERR_INVALID_INPUT' },
  })
})
