import fc from 'fast-check'
import t from 'tap'
import type { Model } from '../../../src/model/model.ts'
import { parseServingConfig } from '../../../src/model/serving-config.ts'
import { fromFloat16, toFloat16 } from '../../../src/tensor/float16.ts'
import type { NamedTensors, Tensor } from '../../../src/tensor/tensor.ts'
import { createPostprocess } from '../../../src/worker/task/postprocess.ts'

const postprocess = (given: NamedTensors, byRow: boolean, model: Model) =>
  createPostprocess(model)(given, byRow)

const modelWith = (
  settings: { softmax?: boolean; topK?: number; output?: string },
  labels?: string[],
): Model => ({
  name: 'test',
  file: '/nowhere/model.onnx',
  signature: {
    inputs: [],
    outputs: [
      { name: 'scores', type: 'float32', dims: ['n', 'classes'] },
      { name: 'other', type: 'float32', dims: [1] },
    ],
    rows: 'dynamic',
  },
  config: parseServingConfig(JSON.stringify({ postprocess: settings })),
  ...(labels && { labels }),
})

const floats = (dims: number[], ...values: number[]): Tensor => ({
  type: 'float32',
  dims,
  data: Float32Array.from(values),
})

const outputs = (tensor: Tensor): NamedTensors =>
  new Map([
    ['scores', tensor],
    ['other', floats([1], 7)],
  ])

const softmaxOf = (tensor: Tensor): number[] => {
  const result = postprocess(outputs(tensor), true, modelWith({ softmax: true })).outputs.get('scores')
  const values = [...((result?.data ?? []) as Float64Array)]
  return result?.type === 'float16' ? values.map(fromFloat16) : values
}

/** Labels and probabilities, row by row. */
const rankingOf = (tensor: Tensor, model: Model): [string, number][][] | undefined => {
  const shown = postprocess(outputs(tensor), true, model).shown?.get('scores')
  if (shown === undefined || !('ranking' in shown)) return undefined
  return Array.from({ length: tensor.dims[0] ?? 0 }, (_, row) =>
    shown.ranking(row).map(({ label, probability }) => [label, probability]),
  )
}

t.test('leaves outputs alone where nothing is configured', async (t) => {
  const given = outputs(floats([1, 2], 1, 2))
  t.same(postprocess(given, false, modelWith({})), { outputs: given, byRow: false })
})

t.test('applies softmax to the first output, row by row, without touching the given one', async (t) => {
  const tensor = floats([2, 2], 0, Math.log(3), 5, 5)
  const close = softmaxOf(tensor).map((value) => Math.round(value * 1e6) / 1e6)
  t.same(close, [0.25, 0.75, 0.5, 0.5])
  t.equal((tensor.data as Float32Array)[3], 5)
  const { outputs: result } = postprocess(outputs(tensor), true, modelWith({ softmax: true }))
  t.same(result.get('other'), floats([1], 7))
  t.same([...result.keys()], ['scores', 'other'])
})

t.test('keeps the type of the scores', async (t) => {
  const half: Tensor = { type: 'float16', dims: [1, 2], data: Uint16Array.of(toFloat16(3), toFloat16(3)) }
  const double: Tensor = { type: 'float64', dims: [1, 2], data: Float64Array.of(3, 3) }
  t.same(softmaxOf(half), [0.5, 0.5])
  t.same(softmaxOf(double), [0.5, 0.5])
  t.equal(
    postprocess(outputs(half), true, modelWith({ softmax: true })).outputs.get('scores')?.type,
    'float16',
  )
})

t.test('gives probabilities that add up to one for scores of any size', async (t) => {
  const holds = fc.check(
    fc.property(fc.array(fc.float({ noNaN: true, noDefaultInfinity: true }), { minLength: 1 }), (scores) => {
      const result = softmaxOf(floats([1, scores.length], ...scores))
      const sum = result.reduce((total, value) => total + value, 0)
      return result.every((value) => value >= 0 && value <= 1) && Math.abs(sum - 1) < 1e-5
    }),
  )
  t.notOk(holds.failed, JSON.stringify(holds.counterexample))
})

t.test('answers a request of no rows and a scalar', async (t) => {
  t.same(softmaxOf(floats([0, 3])), [])
  t.same(softmaxOf(floats([], 4)), [1])
  t.same(rankingOf(floats([0, 3]), modelWith({ topK: 1 })), [])
})

t.test('ranks the classes of each row with their labels, best first', async (t) => {
  const model = modelWith({}, ['cat', 'dog', 'cow'])
  t.same(rankingOf(floats([2, 3], 1, 3, 2, 9, 7, 8), model), [
    [
      ['dog', 3],
      ['cow', 2],
      ['cat', 1],
    ],
    [
      ['cat', 9],
      ['cow', 8],
      ['dog', 7],
    ],
  ])
})

t.test(
  'lists only the best K, by index where there are no labels, the lower index first among equals',
  async (t) => {
    t.same(rankingOf(floats([1, 4], 1, 5, 5, 2), modelWith({ topK: 3 })), [
      [
        ['1', 5],
        ['2', 5],
        ['3', 2],
      ],
    ])
  },
)

t.test('ranks what softmax made of the scores', async (t) => {
  t.same(rankingOf(floats([1, 2], 4, 4), modelWith({ softmax: true, topK: 1 })), [[['0', 0.5]]])
})

t.test('puts NaN last and keeps the order of the rest', async (t) => {
  const { NaN: nan, POSITIVE_INFINITY: infinity } = Number
  const ranking = rankingOf(floats([1, 6], nan, 1, nan, infinity, -infinity, 2), modelWith({ topK: 6 }))
  t.same(
    ranking?.[0]?.map(([label]) => label),
    ['3', '5', '1', '4', '0', '2'],
  )
})

t.test('ranks integers of 64 bits and half floats as numbers', async (t) => {
  const votes: Tensor = { type: 'int64', dims: [1, 3], data: BigInt64Array.of(2n, -1n, 9n) }
  t.same(rankingOf(votes, modelWith({ topK: 2 })), [
    [
      ['2', 9],
      ['0', 2],
    ],
  ])
  const half: Tensor = { type: 'float16', dims: [1, 2], data: Uint16Array.of(toFloat16(-1), toFloat16(0.5)) }
  t.same(rankingOf(half, modelWith({ topK: 1 })), [[['1', 0.5]]])
})

t.test('does not rank what has no classes in rows', async (t) => {
  t.equal(rankingOf(floats([2], 1, 2), modelWith({}, ['a'])), undefined)
  t.equal(rankingOf(floats([1, 1, 2], 1, 2), modelWith({}, ['a'])), undefined)
  t.equal(rankingOf({ type: 'string', dims: [1, 1], data: ['x'] }, modelWith({}, ['a'])), undefined)
})

/** A classifier as exporters leave it: an int64 label, and scores that a ZipMap named. */
const classifier = (settings: Parameters<typeof modelWith>[0], labels?: readonly string[]): Model => ({
  ...modelWith(settings),
  signature: {
    inputs: [],
    outputs: [
      { name: 'label', type: 'int64', dims: ['n'] },
      { name: 'probabilities', type: 'float32', dims: ['n', 2] },
    ],
    rows: 'dynamic',
  },
  classes: new Map([
    ['label', { of: 'label', labels: ['3', '7'], zipped: false }],
    ['probabilities', { of: 'scores', labels: ['3', '7'], zipped: true }],
  ]),
  ...(labels && { labels }),
})

const classified = (): NamedTensors =>
  new Map([
    ['label', { type: 'int64', dims: [2], data: BigInt64Array.of(7n, 3n) }],
    ['probabilities', floats([2, 2], 0.25, 0.75, 1, 0)],
  ])

t.test('scores that an exporter zipped have their labels', async (t) => {
  const { outputs: given, shown } = postprocess(classified(), true, classifier({}))
  t.same([...(shown ?? [])], [['probabilities', { labels: ['3', '7'] }]])
  t.same(given.get('label')?.type, 'int64')
})

t.test('labels name the class by its place, in the ranking and in the label', async (t) => {
  const { outputs: given, shown } = postprocess(classified(), true, classifier({}, ['three', 'seven']))
  t.same(given.get('label'), { type: 'string', dims: [2], data: ['seven', 'three'] })
  const ranked = shown?.get('probabilities')
  t.same(ranked && 'ranking' in ranked && ranked.ranking(0), [
    { label: 'seven', probability: 0.75 },
    { label: 'three', probability: 0.25 },
  ])
})

t.test("without labels the graph's own name the ranking", async (t) => {
  const ranked = postprocess(classified(), true, classifier({ topK: 1 })).shown?.get('probabilities')
  t.same(ranked && 'ranking' in ranked && ranked.ranking(0), [{ label: '7', probability: 0.75 }])
})

t.test('postprocess.output leaves one output', async (t) => {
  const only = postprocess(classified(), true, classifier({ output: 'probabilities' }))
  t.same([...only.outputs.keys()], ['probabilities'])
  t.ok(only.shown?.has('probabilities'))
  const label = postprocess(classified(), true, classifier({ output: 'label' }, ['three', 'seven']))
  t.same([...label.outputs], [['label', { type: 'string', dims: [2], data: ['seven', 'three'] }]])
})

t.test('a number that no class has stays a number', async (t) => {
  const model: Model = { ...classifier({}, ['a', 'b']) }
  delete model.classes
  const only: Model = {
    ...model,
    signature: { ...model.signature, outputs: model.signature.outputs.slice(0, 1) },
  }
  const given: NamedTensors = new Map([
    ['label', { type: 'int64', dims: [3], data: BigInt64Array.of(1n, 0n, -1n) }],
  ])
  t.same(postprocess(given, true, only).outputs.get('label')?.data, ['b', 'a', '-1'])
})
