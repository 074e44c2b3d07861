import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { readModelFolder } from '../../src/model/folder.ts'
import type { DataType } from '../../src/tensor/data-type.ts'
import type { NamedTensors, Tensor } from '../../src/tensor/tensor.ts'
import { loadRuntime } from '../../src/worker/engine/execution-provider.ts'
import { prepareModel } from '../../src/worker/engine/graph/prepare.ts'
import { createSession, sessionOptions } from '../../src/worker/engine/session.ts'
import { sourceOf } from '../../src/worker/engine/source.ts'
import { isRejection } from '../../src/worker/rejection.ts'
import { example } from '../fixtures/index.ts'
import { constant, encodeModel, type Graph, type Node } from '../fixtures/onnx-proto.ts'

const floats = (dims: number[], ...values: number[]): Tensor => ({
  type: 'float32',
  dims,
  data: Float32Array.from(values),
})

const ints = (dims: number[], ...values: number[]): Tensor => ({
  type: 'int64',
  dims,
  data: BigInt64Array.from(values, BigInt),
})

const strings = (...data: string[]): Tensor => ({ type: 'string', dims: [data.length], data })

/** A model of one operator, whose inputs are of the given types; what is `[free]` has any shape of its rank. */
const graph = (
  op: string,
  inputs: Record<string, string>,
  output: string,
  more: { attributes?: Node['attributes']; initializers?: Graph['initializers']; order?: string[] } = {},
): Graph => ({
  inputs,
  outputs: { y: output },
  nodes: [
    {
      op,
      inputs: more.order ?? [...Object.keys(inputs), ...Object.keys(more.initializers ?? {})],
      outputs: ['y'],
      ...(more.attributes && { attributes: more.attributes }),
    },
  ],
  ...(more.initializers && { initializers: more.initializers }),
})

const LIST = { list: constant('float32', [3], [1, 2, 3]) }
const KERNEL = { w: constant('float32', [1, 1, 3, 3], Array(9).fill(1)) }
const MATRIX = { w: constant('float32', [3, 2], [1, 2, 3, 4, 5, 6]) }

type Case = [name: string, model: Graph, inputs: Record<string, Tensor>]

const gather = (op: string, input: string, output: string): Graph =>
  graph(op, { x: input }, output, { initializers: LIST, order: ['list', 'x'] })

/** What ONNX Runtime says that a client can mend. */
const REJECTED: Case[] = [
  ['Gather out of range', gather('Gather', 'int64[n]', 'float32[n]'), { x: ints([2], 1, 5) }],
  ['GatherElements out of range', gather('GatherElements', 'int64[n]', 'float32[n]'), { x: ints([1], 5) }],
  ['GatherND out of range', gather('GatherND', 'int64[n,1]', 'float32[n]'), { x: ints([1, 1], 5) }],
  [
    'text that is no number',
    graph('Cast', { x: 'string[n]' }, 'float32[n]', { attributes: { to: 1 } }),
    { x: strings('1', 'abc') },
  ],
  [
    'text that is no integer',
    graph('Cast', { x: 'string[n]' }, 'int64[n]', { attributes: { to: 7 } }),
    { x: strings('abc') },
  ],
  [
    'Reshape to another size',
    graph('Reshape', { x: 'float32[n]', s: 'int64[2]' }, 'float32[a,b]'),
    { x: floats([3], 1, 2, 3), s: ints([2], 2, 2) },
  ],
  [
    'Add of lengths that do not broadcast',
    graph('Add', { a: 'float32[n]', b: 'float32[m]' }, 'float32[k]'),
    { a: floats([3], 1, 2, 3), b: floats([2], 1, 2) },
  ],
  [
    'MatMul of other sizes',
    graph('MatMul', { x: 'float32[n,k]' }, 'float32[n,2]', { initializers: MATRIX }),
    { x: floats([1, 2], 1, 2) },
  ],
  [
    'Gemm of other sizes',
    graph('Gemm', { x: 'float32[n,k]' }, 'float32[n,2]', { initializers: MATRIX }),
    { x: floats([1, 2], 1, 2) },
  ],
  [
    'Concat of other sizes',
    graph('Concat', { a: 'float32[n,k]', b: 'float32[n,l]' }, 'float32[m,l]', { attributes: { axis: 0 } }),
    { a: floats([1, 2], 1, 2), b: floats([1, 3], 1, 2, 3) },
  ],
  [
    'Conv of too small an image',
    graph('Conv', { x: 'float32[n,1,h,w]' }, 'float32[n,1,a,b]', { initializers: KERNEL }),
    { x: floats([1, 1, 2, 2], 1, 2, 3, 4) },
  ],
  [
    'MaxPool of too small an image',
    graph('MaxPool', { x: 'float32[n,1,h,w]' }, 'float32[n,1,a,b]', { attributes: { kernel_shape: [3, 3] } }),
    { x: floats([1, 1, 1, 1], 1) },
  ],
  [
    'ArgMax of nothing',
    graph('ArgMax', { x: 'float32[n,k]' }, 'int64[n,1]', { attributes: { axis: 1 } }),
    { x: floats([1, 0]) },
  ],
  ['a negative size', graph('ConstantOfShape', { s: 'int64[n]' }, 'float32[a,b]'), { s: ints([2], -1, 2) }],
  [
    'a negative repeat',
    graph('Tile', { x: 'float32[n]', s: 'int64[1]' }, 'float32[m]'),
    { x: floats([1], 1), s: ints([1], -2) },
  ],
  [
    'more than there are',
    {
      ...graph('TopK', { x: 'float32[n]', k: 'int64[1]' }, 'float32[m]'),
      nodes: [{ op: 'TopK', inputs: ['x', 'k'], outputs: ['y', 'i'] }],
    },
    { x: floats([2], 1, 2), k: ints([1], 5) },
  ],
  [
    'a step of 0',
    graph('Range', { a: 'int64[]', b: 'int64[]', c: 'int64[]' }, 'int64[m]'),
    { a: ints([], 0), b: ints([], 5), c: ints([], 0) },
  ],
  [
    'a dimension that must be 1',
    graph('Squeeze', { x: 'float32[n,m]' }, 'float32[n]', {
      initializers: { axes: constant('int64', [1], [1]) },
    }),
    { x: floats([1, 2], 1, 2) },
  ],
  ['another rank', graph('Neg', { x: 'float32[n,2]' }, 'float32[n,2]'), { x: floats([2], 1, 2) }],
  ['another size', graph('Neg', { x: 'float32[n,2]' }, 'float32[n,2]'), { x: floats([1, 3], 1, 2, 3) }],
  ['another type', graph('Neg', { x: 'float32[n,2]' }, 'float32[n,2]'), { x: ints([1, 2], 1, 2) }],
] // prettier-ignore

/** What stays the server's fault although values brought it about. */
const FAILED: Case[] = [
  ['no memory', graph('ConstantOfShape', { s: 'int64[n]' }, 'float32[a,b]'), { s: ints([2], 1e9, 1e9) }],
  [
    'a size beyond 64 bits',
    graph('ConstantOfShape', { s: 'int64[n]' }, 'float32[a,b]'),
    { s: ints([2], 2 ** 40, 2 ** 40) },
  ],
] // prettier-ignore

t.test("a category that a strict encoder has not seen is the input's fault", async (t) => {
  const { folder } = prepareModel(readModelFolder(example('sklearn-columns')), undefined)
  const session = await createSession(await loadRuntime('cpu'), sourceOf(folder), sessionOptions('cpu', 1))
  const inputs: NamedTensors = new Map([
    ['age', floats([1, 1], 30)],
    ['income', floats([1, 1], 4e4)],
    ['city', { ...strings('Rome'), dims: [1, 1] }],
    ['plan', { ...strings('plus'), dims: [1, 1] }],
  ])
  const error = await session.run(inputs).then(
    () => undefined,
    (reason: Error) => reason,
  )
  t.match(error?.message, /Unknown Category/)
  t.ok(isRejection(error?.message ?? '', inputs))
})

t.test('errors of real runs are told apart', async (t) => {
  const runtime = await loadRuntime('cpu')
  const folder = t.testdir()
  const errorOf = async (model: Graph, inputs: NamedTensors): Promise<string> => {
    const file = join(folder, 'model.onnx')
    writeFileSync(file, encodeModel(model))
    const session = await createSession(runtime, file, sessionOptions('cpu', 1))
    try {
      await session.run(inputs)
      return 'no error'
    } catch (error) {
      return (error as Error).message
    } finally {
      await session.release()
    }
  }
  for (const [cases, expected] of [
    [REJECTED, true],
    [FAILED, false],
  ] as const) {
    for (const [name, model, tensors] of cases) {
      const inputs: NamedTensors = new Map(Object.entries(tensors))
      const text = await errorOf(model, inputs)
      t.not(text, 'no error', name)
      t.equal(isRejection(text, inputs), expected, `${name}: ${text}`)
    }
  }
})

t.test('a shortage of memory and unknown words are never the input’s fault', async (t) => {
  const inputs = (type: DataType = 'float32'): NamedTensors =>
    new Map([['x', { type, dims: [0], data: new Float32Array(0) }]])
  const node = "Non-zero status code returned while running X node. Name:'' Status Message: "
  for (const text of [
    `${node}Failed to allocate memory for requested buffer of size 17179869184`,
    `${node}std::bad_alloc`,
    `${node}CUDA failure 2: out of memory; dimension mismatch`,
    `${node}not implemented for this shape mismatch`,
    'Tensor.dims[0] is invalid: 1e+15',
    'the model returned a different number of rows than it received',
  ]) {
    t.equal(isRejection(text, inputs()), false, text)
  }
  t.equal(isRejection(`${node}Something else`, inputs()), true, 'an empty input')
  t.equal(isRejection(`${node}Something else`, new Map([['x', floats([1], 1)]])), false)
})
