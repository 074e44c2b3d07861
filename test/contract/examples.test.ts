/** Each example is served by pointing at its folder, and answers as the Python library did that it comes from. */

import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import t from 'tap'
import { ROOT } from '../fixtures/index.ts'
import { serve } from '../in-process/serve.ts'
import {
  answerInProcess,
  bodyOf,
  complaints,
  differences,
  EXAMPLES,
  exampleNames,
  readExample,
} from './examples.ts'

const COMMITTED = `${ROOT}examples`

/** Those that are asked over HTTP too: a server answers as a worker alone does. */
const THROUGH_A_SERVER = ['torch-table']

/** What the repository is willing to carry of an example's model. */
const MOST_BYTES = 200 * 1024

const has = (folder: string, name: string) => existsSync(join(folder, name, 'model'))

const temporary = mkdtempSync(join(tmpdir(), 'examples-'))
t.teardown(() => rmSync(temporary, { recursive: true, force: true }))

const names = exampleNames(EXAMPLES)

t.test('there are examples, and none is too large', async (t) => {
  t.ok(names.length > 0)
  const ignored = readFileSync(`${ROOT}.gitignore`, 'utf8').split('\n')
  for (const name of names.filter(
    (one) => has(COMMITTED, one) && !ignored.includes(`examples/${one}/model/`),
  )) {
    const model = join(COMMITTED, name, 'model')
    const files = readdirSync(model, { recursive: true, encoding: 'utf8' })
    const bytes = files.reduce((sum, file) => sum + statSync(join(model, file)).size, 0)
    t.ok(bytes < MOST_BYTES, `${name} has ${bytes} bytes; above ${MOST_BYTES} only its script is committed`)
  }
})

/** @param models where the models are: those made just now must answer as today's Python does, and the committed ones too */
const answersOf = (models: string) => {
  for (const name of names.filter((one) => has(models, one))) {
    t.test(`${join(models, name)} answers as Python did`, async (t) => {
      const example = readExample(name, models)
      const answers = await answerInProcess(example, mkdtempSync(join(temporary, name)))
      for (const [index, asked] of example.requests.entries())
        t.strictSame(complaints(asked, answers[index] as never), [], asked.name)
    })
  }
}

for (const models of new Set([EXAMPLES, COMMITTED])) answersOf(models)

for (const name of names.filter((one) => THROUGH_A_SERVER.includes(one))) {
  t.test(`${name} answers so through a server, too`, async (t) => {
    const example = readExample(name)
    const served = await serve(['--model', example.model])
    t.teardown(() => served.stop())
    for (const asked of example.requests) {
      const response = await served.post(bodyOf(example, asked), asked.headers)
      const answer = {
        status: response.status,
        contentType: response.headers.get('content-type') ?? '',
        body: Buffer.from(await response.arrayBuffer()),
      }
      t.strictSame(complaints(asked, answer), [], asked.name)
    }
  })
}

t.test('an answer that differs is found', async (t) => {
  t.strictSame(differences({ a: [1, 2] }, { a: [1, 2 + 1e-7] }, 1e-6), [])
  t.strictSame(differences({ a: [1, 2] }, { a: [1, 2.1] }, 1e-6), ['/a/1 is 2, and in Python 2.1'])
  t.strictSame(differences([[1]], [[1, 2]], 1), ['/0/1 is undefined, and in Python 2'])
  t.strictSame(differences('1', 1, 1), [' is "1", and in Python 1'])
})
