import { writeFileSync } from 'node:fs'
import t, { type Test } from 'tap'
import { inspect } from '../../../src/worker/inspect.ts'
import { constant, encodeModel, type Graph, type Node } from '../../fixtures/onnx-proto.ts'

const node = (op: string, inputs: string, output: string, attributes: Node['attributes'] = {}): Node => ({
  op,
  inputs: inputs.split(' ').map((name) => (name === '-' ? '' : name)),
  outputs: [output],
  attributes,
})

const random = (dims: number[]) => {
  const length = dims.reduce((product, dim) => product * dim, 1)
  return constant(
    'float32',
    dims,
    Array.from({ length }, (_, index) => Math.sin(7 * index + 1)),
  )
}

/** What the short-lived process finds. */
const check = async (t: Test, graph: Graph, yaml = '') => {
  const directory = t.testdir()
  writeFileSync(`${directory}/model.onnx`, encodeModel(graph))
  writeFileSync(`${directory}/serving.yaml`, yaml)
  const answer = await inspect({ model: directory, device: 'cpu', threads: 1, copy: 'prepacked', run: true })
  if (answer.type === 'unfit') throw new Error(answer.problem)
  return answer
}

/** A model of one input `x` and one output `y`. */
const model = (
  x: string,
  y: string,
  nodes: readonly Node[],
  initializers: Graph['initializers'] = {},
): Graph => ({
  inputs: { x },
  outputs: { y },
  nodes,
  initializers,
})

const TABLE = ['float32[n,3]', 'float32[n,3]'] as const

const lstm = { w: random([1, 16, 3]), r: random([1, 16, 4]) }
const ints = (...values: number[]) => constant('int64', [values.length], values)

/** Graphs whose input and output have a first dimension of one name, though it is none of independent rows. */
const DEPENDENT: Record<string, Graph> = {
  'a recurrent network over the first dimension': model(
    'float32[n,1,3]',
    'float32[n,1,1,4]',
    [node('LSTM', 'x w r', 'y', { hidden_size: 4 })],
    lstm,
  ),
  'attention along the first dimension': model(...TABLE, [
    node('Transpose', 'x', 'turned'),
    node('MatMul', 'x turned', 'scores'),
    node('Softmax', 'scores', 'weights'),
    node('MatMul', 'weights x', 'y'),
  ]),
  'a sum over the rows so far': model(...TABLE, [node('CumSum', 'x axis', 'y')], {
    axis: constant('int64', [], [0]),
  }),
  'a softmax over the rows': model(...TABLE, [node('Softmax', 'x', 'y', { axis: 0 })]),
  'the maximum over all points beside each': model(...TABLE, [
    node('ReduceMax', 'x', 'most', { axes: [0], keepdims: 1 }),
    node('Add', 'x most', 'y'),
  ]),
  'the last row first': model(...TABLE, [node('Slice', 'x last first axis step', 'y')], {
    last: ints(-1),
    first: ints(-1000),
    axis: ints(0),
    step: ints(-1),
  }),
  'audio, filtered': model(
    'float32[n]',
    'float32[n]',
    [
      node('Unsqueeze', 'x before', 'channel'),
      node('Conv', 'channel filter', 'filtered', { kernel_shape: [3], pads: [1, 1] }),
      node('Squeeze', 'filtered before', 'y'),
    ],
    { before: ints(0, 1), filter: random([1, 1, 3]) },
  ),
  'the number of the row added': model(
    ...TABLE,
    [
      node('Shape', 'x', 'shape'),
      node('Gather', 'shape zero', 'rows'),
      node('Range', 'zero rows one', 'numbers'),
      node('Cast', 'numbers', 'floats', { to: 1 }),
      node('Unsqueeze', 'floats last', 'column'),
      node('Add', 'x column', 'y'),
    ],
    { zero: constant('int64', [], [0]), one: constant('int64', [], [1]), last: ints(1) },
  ),
  'random numbers added': model(...TABLE, [
    node('RandomNormalLike', 'x', 'noise'),
    node('Add', 'x noise', 'y'),
  ]),
  'a matrix of all rows by all rows': model('float32[n,3]', 'float32[n,n]', [
    node('Transpose', 'x', 'turned'),
    node('MatMul', 'x turned', 'y'),
  ]),
  'strings given twice': model('string[n]', 'string[m]', [node('Concat', 'x x', 'y', { axis: 0 })]),
}

for (const [name, graph] of Object.entries(DEPENDENT)) {
  t.test(`${name}: the first dimension is none of rows`, async (t) => {
    const { rows, warnings } = await check(t, graph)
    t.equal(rows, 'none')
    t.match(warnings, [/^requests are neither joined into batches nor cut: .*"rows: true"/])
    t.notMatch(warnings[0], /\n/)
  })
}

const INDEPENDENT: Record<string, Graph> = {
  'a recurrent network over the second dimension': model(
    'float32[n,t,3]',
    'float32[n,t,1,4]',
    [
      node('Transpose', 'x', 'turned', { perm: [1, 0, 2] }),
      node('LSTM', 'turned w r', 'states', { hidden_size: 4 }),
      node('Transpose', 'states', 'y', { perm: [2, 0, 1, 3] }),
    ],
    lstm,
  ),
  'attention along the second dimension': model('float32[n,t,3]', 'float32[n,t,3]', [
    node('Transpose', 'x', 'turned', { perm: [0, 2, 1] }),
    node('MatMul', 'x turned', 'scores'),
    node('Softmax', 'scores', 'weights'),
    node('MatMul', 'weights x', 'y'),
  ]),
  'a table of two tokens': model('int64[n,t]', 'float32[n,t,4]', [node('Gather', 'table x', 'y')], {
    table: random([2, 4]),
  }),
  'a convolution that needs nine pixels': model(
    'float32[n,1,h,w]',
    'float32[n,2,h2,w2]',
    [node('Conv', 'x filter', 'y', { kernel_shape: [9, 9] })],
    { filter: random([2, 1, 9, 9]) },
  ),
  'the class of a row': model(
    'float32[n,3]',
    'int64[n]',
    [node('MatMul', 'x weights', 'scores'), node('ArgMax', 'scores', 'y', { axis: 1, keepdims: 0 })],
    { weights: random([3, 4]) },
  ),
  'a threshold that only large values reach': model(
    'float32[n,3]',
    'int32[n,3]',
    [node('Greater', 'x limit', 'over'), node('Cast', 'over', 'y', { to: 6 })],
    { limit: constant('float32', [], [500]) },
  ),
  'dimensions of other names': {
    inputs: { a: 'float32[n,3]', b: 'float32[m,3]' },
    outputs: { y: 'float32[k,3]' },
    nodes: [node('Add', 'a b', 'y')],
  },
  'a dimension that is the sum of two': {
    inputs: { past: 'float32[n,past,3]', x: 'float32[n,t,3]', mask: 'float32[n,past + t,3]' },
    outputs: { y: 'float32[n,all,3]' },
    nodes: [node('Concat', 'past x', 'all', { axis: 1 }), node('Mul', 'all mask', 'y')],
  },
  'strings as they are': model('string[n]', 'string[n]', [node('Identity', 'x', 'y')]),
  'a model that takes no negative number': model(
    'float32[n]',
    'float32[n]',
    [
      node('Sign', 'x', 'sign'),
      node('Min', 'sign zero', 'negative'),
      node('Mul', 'negative two', 'index'),
      node('Cast', 'index', 'whole', { to: 7 }),
      node('Gather', 'list whole', 'found'),
      node('Add', 'x found', 'y'),
    ],
    {
      zero: constant('float32', [], [0]),
      two: constant('float32', [], [2]),
      list: constant('float32', [1], [0]),
    },
  ),
}

for (const [name, graph] of Object.entries(INDEPENDENT)) {
  t.test(`${name}: the rows are independent`, async (t) => {
    const { rows, warnings } = await check(t, graph)
    t.equal(rows, 'dynamic')
    t.strictSame(warnings, [])
  })
}

t.test('a model whose output never changes proves nothing', async (t) => {
  const graph = model(...TABLE, [node('Mul', 'x zero', 'y')], { zero: constant('float32', [], [0]) })
  const { rows, warnings } = await check(t, graph)
  t.equal(rows, 'none')
  t.match(warnings, [/whatever it is given, the model gives the same for each row/])
})

t.test('a model that accepts none of the inputs proves nothing', async (t) => {
  const graph = model(
    'int64[n]',
    'int64[n]',
    [node('Gather', 'list far', 'one'), node('Add', 'x one', 'y')],
    {
      list: ints(1),
      far: constant('int64', [], [7]),
    },
  )
  const { rows, recipe, warnings } = await check(t, graph)
  t.equal(rows, 'none')
  t.equal(recipe, undefined, 'there is nothing to warm it up with')
  t.match(warnings, [/accepts none of the random inputs/])
})

t.test('serving.yaml has the last word on rows', async (t) => {
  const softmax = DEPENDENT['a softmax over the rows'] as Graph
  const { rows, warnings } = await check(t, softmax, 'rows: true')
  t.equal(rows, 'dynamic')
  t.strictSame(warnings, [])
  const table = INDEPENDENT['a table of two tokens'] as Graph
  t.match(await check(t, table, 'rows: false'), { rows: 'none', warnings: [] })
  const one = model('float32[1,3]', 'float32[1,3]', [node('Neg', 'x', 'y')])
  t.equal((await check(t, one)).rows, 'single')
  t.equal((await check(t, one, 'rows: true')).rows, 'single')
  t.equal((await check(t, one, 'rows: false')).rows, 'none')
  const four = model('float32[4,3]', 'float32[4,3]', [node('Neg', 'x', 'y')])
  await t.rejects(check(t, four, 'rows: true'), {
    message: /rows: expected false, since the first dimension is not free everywhere \(x float32\[4,3\]\)/,
  })
})

t.test('an input of which the file has no shape is warned of: it is taken for a single value', async (t) => {
  const [warning] = (await check(t, model('float32', 'float32', [node('Abs', 'x', 'y')]))).warnings.slice(-1)
  t.match(warning, /does not say of what shape input "x" is, so it is taken for a single value/)
  const scalar = await check(t, model('float32[]', 'float32[]', [node('Abs', 'x', 'y')]))
  t.notMatch(scalar.warnings.join(), /of what shape/)
})
