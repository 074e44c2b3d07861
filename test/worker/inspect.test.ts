import { copyFileSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import type { Check } from '../../src/protocol/messages.ts'
import { openElsewhere } from '../../src/worker/engine/open.ts'
import type { Recipe } from '../../src/worker/engine/sample.ts'
import { inspect as inspectOnce } from '../../src/worker/inspect.ts'
import { example, fixture } from '../fixtures/index.ts'

/** One process's work, where it is not about trying a lesser copy. */
const inspect = async (request: Pick<Check, 'model' | 'device' | 'directory'>) => {
  const answer = await inspectOnce({ threads: 1, copy: 'prepacked', run: true, ...request })
  if (answer.type === 'unfit') throw new Error(answer.problem)
  return answer
}

t.test('the optimised graph goes to the given folder, and the model folder stays as it is', async (t) => {
  const directory = t.testdir()
  const before = readdirSync(fixture('tabular'))
  const answer = await inspect({ model: fixture('tabular'), device: 'cpu', directory })
  t.match(answer, {
    type: 'inspected',
    device: 'cpu',
    rows: 'dynamic',
    file: `${directory}/model.onnx`,
    warnings: [],
  })
  t.strictSame(readdirSync(directory).sort(), ['model.onnx', 'model.onnx.data'], 'the weights are outside')
  t.strictSame(readdirSync(fixture('tabular')), before)
})

t.test('where nothing can be written the model is used as it is, with a warning', async (t) => {
  const directory = t.testdir({ file: '' })
  writeFileSync(`${directory}/file`, '')
  const answer = await inspect({
    model: fixture('add-one'),
    device: 'cpu',
    directory: `${directory}/file/below`,
  })
  t.equal(answer.file, undefined)
  t.match(answer.warnings, [/could not be written/])
  t.equal((await inspect({ model: fixture('add-one'), device: 'cpu' })).file, undefined)
})

t.test('a free first dimension is rows only where it behaves like rows', async (t) => {
  const rows = async (name: string) => (await inspect({ model: fixture(name), device: 'cpu' })).rows
  t.equal(await rows('add-one'), 'dynamic')
  t.equal(await rows('rows-changed'), 'none')
  t.equal(await rows('fixed-one'), 'single')
  t.equal(await rows('fixed-four'), 'none')
  t.equal(await rows('no-batch'), 'none')
})

t.test('labels.txt beside the model names its classes, if it fits', async (t) => {
  const ofFiles = (files: Record<string, string>) => {
    const folder = t.testdir(files)
    copyFileSync(`${fixture('tabular')}/model.onnx`, `${folder}/model.onnx`)
    return inspect({ model: folder, device: 'cpu' })
  }
  t.match(await ofFiles({ 'labels.txt': 'no\nyes\n' }), { folder: { labels: ['no', 'yes'] }, warnings: [] })
  t.match((await ofFiles({ 'labels.txt': 'no\nyes\nperhaps\n' })).warnings, [
    /^labels\.txt is ignored: it has 3 names, and output scores float32\[batch,2\] has 2 classes/,
  ])
  const named = { 'labels.txt': 'no\nyes\n', 'serving.yaml': 'labels: [a, b]' }
  t.match(await ofFiles(named), { folder: { labels: ['a', 'b'] }, warnings: [] })
})

const FAILURES: [string, RegExp][] = [
  ['missing-operator', /NoSuchOperator/],
  ['corrupt', /has 512 bytes and begins with/],
  ['two-models', /a\.onnx.*b\.onnx/],
  ['empty', /onnx/i],
]

for (const [name, message] of FAILURES) {
  t.test(`${name} is refused in one clear line`, async (t) => {
    const error = await inspect({ model: fixture(name), device: 'cpu' }).then(
      () => undefined,
      (reason: Error) => reason,
    )
    t.match(error, { name: 'StartupError', message })
    t.notMatch(error?.message, /\n|node_modules/)
  })
}

t.test(
  'cuda without its provider is refused with the library’s name; auto falls back, with one warning where there is a card',
  async (t) => {
    const request = { model: fixture('add-one'), device: 'cuda' as const }
    await t.rejects(inspect(request), {
      name: 'StartupError',
      message: /libonnxruntime_providers_cuda\.so is missing/,
    })
    const answer = await inspect({ ...request, device: 'auto' })
    t.equal(answer.device, 'cpu')
    t.strictSame(answer.warnings, [])
    const warnings: string[] = []
    const source = { model: join(fixture('add-one'), 'model.onnx') }
    const check: Check = { ...request, device: 'auto', run: true, threads: 1, copy: 'mapped' }
    await openElsewhere(source, check, warnings, () => true)
    t.match(warnings, [/^CUDA cannot be used, the model runs on the CPU: libonnxruntime_providers_cuda\.so/])
    t.equal(warnings.length, 1)
  },
)

t.test('rows of a pipeline whose encoder takes only its own categories are found out', async (t) => {
  const { rows, recipe, warnings } = await inspect({ model: example('sklearn-columns'), device: 'cpu' })
  t.equal(rows, 'dynamic')
  t.strictSame(warnings, [])
  t.strictSame((recipe as Recipe).columns?.get('plan'), [['basic', 'plus']])
})

t.test("rows are batched though LightGBM's exporter says that there is but one label", async (t) => {
  t.equal((await inspect({ model: example('lightgbm'), device: 'cpu' })).rows, 'dynamic')
})

t.test(
  'an output that is no tensor is refused by name, unless serving.yaml says which is wanted',
  async (t) => {
    const folder = t.testdir()
    copyFileSync(`${fixture('sequence-output')}/model.onnx`, `${folder}/model.onnx`)
    await t.rejects(inspect({ model: folder, device: 'cpu' }), {
      name: 'StartupError',
      message: /output "\w+" is no tensor but a sequence of float32: .*postprocess: \{output: y\}/,
    })
    writeFileSync(`${folder}/serving.yaml`, 'postprocess: { output: y }')
    t.equal((await inspect({ model: folder, device: 'cpu' })).type, 'inspected')
  },
)
