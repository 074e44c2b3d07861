/**
 * Requests and answers of the examples against the JSON Schemas that Hugging Face publishes for its tasks. Where they do not fit,
 * it is the pipelines of transformers that depart from the schemas, and we answer as those do.
 */

import { readdirSync, readFileSync } from 'node:fs'
import { Ajv, type ValidateFunction } from 'ajv'
import t from 'tap'
import { ROOT } from '../../fixtures/index.ts'

type Asked = { name: string; body: unknown; status: number; answer: unknown }
type Body = { inputs: unknown; parameters?: Record<string, unknown> }

const SPECS = `${ROOT}node_modules/@huggingface/tasks/src/tasks`

const json = (file: string) => JSON.parse(readFileSync(file, 'utf8'))

/** Our examples of each task that has schemas. */
const TASKS: Readonly<Record<string, readonly string[]>> = {
  'text-classification': ['hf-text-classification', 'hf-text-classification-multi-label'],
  'token-classification': ['hf-token-classification'],
  'question-answering': ['hf-question-answering'],
  'fill-mask': ['hf-fill-mask'],
  'zero-shot-classification': ['hf-zero-shot-classification'],
}

/** Why a request or its answer is not of the schema, and where that is so. */
const DEPARTURES: Readonly<Record<string, (task: string, body: Body, answer: unknown) => boolean>> = {
  'the schemas know one input a request; pipelines take lists': (_, { inputs }) => Array.isArray(inputs),
  'pairs of texts are objects': (task, { inputs }) =>
    task === 'text-classification' && typeof inputs === 'object' && !Array.isArray(inputs),
  'an answer alone is an object, and no list of one': (task, _, answer) =>
    task === 'question-answering' && !Array.isArray(answer),
  'one context may have several questions': (task, { inputs }) =>
    task === 'question-answering' && Array.isArray((inputs as { question: unknown }).question),
  'labels and scores are two lists beside the text': (task) => task === 'zero-shot-classification',
  'several masks have a list each': (task, { inputs }) =>
    task === 'fill-mask' && String(inputs).split('<mask>').length > 2,
  'transformers takes null for every label': (_, { parameters }) => parameters?.top_k === null,
  'targets may be one text': (_, { parameters }) => typeof parameters?.targets === 'string',
}

const createAjv = (): Ajv => {
  const ajv = new Ajv({ strict: false, allErrors: true })
  ajv.addMetaSchema(json(`${ROOT}node_modules/ajv/dist/refs/json-schema-draft-06.json`))
  ajv.addSchema(json(`${SPECS}/common-definitions.json`))
  return ajv
}

const used = new Set<string>()

const validator = (task: string, side: 'input' | 'output'): ValidateFunction =>
  createAjv().compile(json(`${SPECS}/${task}/spec/${side}.json`))

/** The schema of fill-mask has `tokenStr`; transformers, the containers and the clients have `token_str`. */
const inSchemasWords = (answer: unknown): unknown =>
  JSON.parse(JSON.stringify(answer).replaceAll('"token_str":', '"tokenStr":'))

for (const [task, examples] of Object.entries(TASKS))
  t.test(
    `${task}: requests and answers are of the hub's schemas, or depart from them for a reason`,
    async (t) => {
      const [isInput, isOutput] = [validator(task, 'input'), validator(task, 'output')]
      for (const example of examples) {
        t.ok(readdirSync(`${ROOT}examples`).includes(example))
        const { requests } = json(`${ROOT}examples/${example}/requests.json`) as { requests: Asked[] }
        for (const { name, body, answer } of requests.filter(({ status }) => status === 200)) {
          const asked = JSON.parse(body as string) as Body
          const fits = isInput(asked) && isOutput(inSchemasWords(answer))
          const errors = new Ajv().errorsText([...(isInput.errors ?? []), ...(isOutput.errors ?? [])])
          const reasons = Object.keys(DEPARTURES).filter((reason) =>
            DEPARTURES[reason]?.(task, asked, answer),
          )
          if (!fits) for (const reason of reasons) used.add(reason)
          t.ok(fits || reasons.length > 0, `${example}: ${name}: ${errors}`)
        }
      }
    },
  )

t.test('every reason is needed', async (t) => {
  t.strictSame([...used].sort(), Object.keys(DEPARTURES).sort())
})

t.test('an answer that lacks a member is found', async (t) => {
  const isOutput = validator('token-classification', 'output')
  t.ok(isOutput([{ entity: 'PER', score: 1, word: 'Anna', start: 0, end: 4 }]))
  t.notOk(isOutput([{ entity: 'PER', score: 1, word: 'Anna', start: 0 }]))
})
