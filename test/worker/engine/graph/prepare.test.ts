import { copyFileSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { readModelFolder } from '../../../../src/model/folder.ts'
import type { Tensor } from '../../../../src/tensor/tensor.ts'
import { loadRuntime } from '../../../../src/worker/engine/execution-provider.ts'
import { within, writeEdited } from '../../../../src/worker/engine/graph/edits.ts'
import { withNeutralLocale } from '../../../../src/worker/engine/graph/locale.ts'
import { prepareModel } from '../../../../src/worker/engine/graph/prepare.ts'
import { readOnnx } from '../../../../src/worker/engine/graph/read.ts'
import { describeType } from '../../../../src/worker/engine/graph/types.ts'
import type { Field } from '../../../../src/worker/engine/graph/wire.ts'
import { createSession, sessionOptions } from '../../../../src/worker/engine/session.ts'
import { sourceOf } from '../../../../src/worker/engine/source.ts'
import { example, fixture } from '../../../fixtures/index.ts'

const runtime = await loadRuntime('cpu')
const IRIS = ['setosa', 'versicolor', 'virginica']

const prepare = (folder: string, directory?: string) => prepareModel(readModelFolder(folder), directory)

/** What the folder's model gives for three irises. */
const run = async (folder: Parameters<typeof sourceOf>[0]) => {
  const session = await createSession(runtime, sourceOf(folder), sessionOptions('cpu', 1))
  const data = Float32Array.of(5.1, 3.5, 1.4, 0.2, 5, 2, 3.5, 1, 6.9, 3.2, 5.7, 2.3)
  const outputs = await session.run(
    new Map([[session.signature.inputs[0]?.name ?? '', { type: 'float32', dims: [3, 4], data }]]),
  )
  return { session, outputs }
}

const rowsOf = ({ data, dims: [rows = 0, columns = 0] }: Tensor): number[][] =>
  Array.from({ length: rows }, (_, row) => [
    ...(data as Float32Array).slice(row * columns, (row + 1) * columns),
  ])

t.test('a ZipMap is taken out of what every exporter makes, and nothing else is', async (t) => {
  for (const [name, label, scores] of [
    ['sklearn-classifier', 'output_label', 'output_probability'],
    ['lightgbm', 'label', 'probabilities'],
    ['catboost', 'label', 'probabilities'],
  ] as const) {
    const directory = t.testdir()
    const { folder } = prepare(example(name), directory)
    const edited = folder.edited?.file ?? ''
    const before = readOnnx(folder.file)
    const after = readOnnx(edited)
    t.equal(describeType(after.outputs[1]?.type ?? { kind: 'unknown' }), 'float32', name)
    t.match(after.outputs[1]?.type, { dims: ['', 3] })
    t.strictSame(
      after.nodes.map(({ op, inputs, outputs }) => [op.replace('Identity', 'ZipMap'), inputs, outputs]),
      before.nodes.map(({ op, inputs, outputs }) => [op.replace('Identity', 'ZipMap'), inputs, outputs]),
    )
    t.ok(after.opsets.has(''), "Identity has its version, in CatBoost's files too")
    const { session, outputs } = await run(folder)
    t.equal(session.otherOutputs?.length, 0)
    t.strictSame(outputs.get(label)?.data, IRIS, 'which are these three')
    for (const [row, values] of rowsOf(outputs.get(scores) as Tensor).entries())
      t.equal(values.indexOf(Math.max(...values)), row, "the best score is the label's")
  }
})

t.test('what the graph calls its classes, with a ZipMap and without', async (t) => {
  t.strictSame(
    [...(prepare(example('sklearn-classifier')).folder.classes ?? [])],
    [
      ['output_label', { of: 'label', labels: IRIS, zipped: false }],
      ['output_probability', { of: 'scores', labels: IRIS, zipped: true }],
    ],
  )
  t.strictSame(
    [...(prepare(example('xgboost')).folder.classes ?? [])],
    [
      ['label', { of: 'label', labels: ['0', '1', '2'], zipped: false }],
      ['probabilities', { of: 'scores', labels: ['0', '1', '2'], zipped: false }],
    ],
  )
  const regressor = prepare(example('sklearn-regressor')).folder
  t.equal(regressor.classes, undefined)
  t.equal(regressor.edited, undefined, 'a graph without ZipMap is left alone')
})

t.test('where nothing can be written, or the file has gone, the model is edited in memory', async (t) => {
  const directory = t.testdir()
  const written = prepare(example('catboost'), directory).folder
  const file = written.edited?.file ?? ''
  const source = sourceOf(prepare(example('catboost')).folder)
  t.ok(Buffer.from(source.model as Uint8Array).equals(readFileSync(file)), 'the same bytes')
  t.strictSame(
    (await run(prepare(example('catboost'), `${directory}/none`).folder)).outputs.get('label')?.data,
    IRIS,
  )
  rmSync(file)
  t.strictSame((await run(written)).outputs.get('label')?.data, IRIS)
})

t.test('the values that a column may have', async (t) => {
  const columns = prepare(example('sklearn-columns')).columns
  t.strictSame(
    [...(columns ?? [])],
    [
      ['city', [['Bonn', 'Kiel', 'Ulm']]],
      ['plan', [['basic', 'plus']]],
    ],
  )
  t.match(prepare(example('sklearn-text')).columns?.get('text')?.[0], ['acting', 'and', 'bad'])
  t.equal(prepare(example('xgboost')).columns?.size, 0)
})

t.test('a file that is no ONNX file is left to ONNX Runtime', async (t) => {
  const { folder, onnx } = prepare(fixture('corrupt'))
  t.equal(onnx, undefined)
  t.equal(folder.edited, undefined)
})

t.test("external data is found beside the model's own file", async (t) => {
  const folder = readModelFolder(fixture('external-data'))
  const directory = t.testdir()
  const file = join(directory, 'moved.onnx')
  copyFileSync(folder.file, file)
  for (const edited of [{ edits: [], file }, { edits: [] }]) {
    const session = await createSession(
      runtime,
      sourceOf({ file: folder.file, edited }),
      sessionOptions('cpu', 1),
    )
    const data = new Float32Array(4)
    t.ok((await session.run(new Map([['x', { type: 'float32', dims: [1, 4], data }]]))).has('y'))
  }
})

t.test('a text model is loaded with a locale that every Linux has, and changes case as it did', async (t) => {
  const folder = readModelFolder(example('sklearn-text'))
  const onnx = readOnnx(folder.file)
  const inside = withNeutralLocale(onnx)
  t.equal(inside.length, 2, 'the length of a node, and an attribute in it')
  const edits = within(onnx.graph as Field, inside)
  const source = sourceOf({ file: folder.file, edited: { edits } })
  const session = await createSession(runtime, source, sessionOptions('cpu', 1))
  const data = ['GREAT Acting', 'a bad film', 'großÉ']
  const outputs = await session.run(new Map([['text', { type: 'string', dims: [3, 1], data }]]))
  t.match(outputs.get('output_label')?.data, ['positive', 'negative'])
  const file = join(t.testdir(), 'again.onnx')
  writeEdited(folder.file, edits, file)
  t.strictSame(withNeutralLocale(readOnnx(file)), [], 'once it names a locale it is left alone')
})
