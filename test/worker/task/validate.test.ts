import t from 'tap'
import { ServingError } from '../../../src/errors.ts'
import type { ModelSignature, RowMode, TensorSpec } from '../../../src/model/signature.ts'
import { allocate, type DataType } from '../../../src/tensor/data-type.ts'
import { elementCount, type NamedTensors, type Tensor } from '../../../src/tensor/tensor.ts'
import { validateInputs as validate } from '../../../src/worker/task/validate.ts'

const tensor = (type: DataType, ...dims: number[]): Tensor => ({
  type,
  dims,
  data: allocate(type, elementCount(dims)),
})

const signatureOf = (
  rows: RowMode,
  inputs: Record<string, [DataType, ...(number | string)[]]>,
): ModelSignature => {
  const specs: TensorSpec[] = Object.entries(inputs).map(([name, [type, ...dims]]) => ({ name, type, dims }))
  return { inputs: specs, outputs: specs, rows }
}

const MAX_ROWS = 1000

const validateInputs = (inputs: NamedTensors, signature: ModelSignature) =>
  validate(inputs, signature, MAX_ROWS)

const named = (tensors: Record<string, Tensor>): NamedTensors => new Map(Object.entries(tensors))

const messageOf = (tensors: Record<string, Tensor>, signature: ModelSignature): string => {
  try {
    validateInputs(named(tensors), signature)
  } catch (error) {
    if (error instanceof ServingError && error.code === 'ERR_INVALID_INPUT') return error.message
    throw error
  }
  return ''
}

const TABLE = signatureOf('dynamic', { features: ['float32', 'batch', 30] })
const TEXT = signatureOf('dynamic', {
  ids: ['int64', 'batch', 'sequence'],
  mask: ['int64', 'batch', 'sequence'],
})

t.test('counts the rows of a model with a free first dimension', async (t) => {
  for (const rows of [0, 1, 7]) {
    t.equal(validateInputs(named({ features: tensor('float32', rows, 30) }), TABLE).rows, rows)
  }
})

t.test('takes any number of rows but none for a model of single rows', async (t) => {
  const signature = signatureOf('single', { x: ['float32', 1, 3] })
  for (const rows of [1, 5])
    t.equal(validateInputs(named({ x: tensor('float32', rows, 3) }), signature).rows, rows)
})

t.test('takes only the exact shape for a model without rows, as one run', async (t) => {
  const signature = signatureOf('none', { x: ['float32', 4, 3] })
  t.equal(validateInputs(named({ x: tensor('float32', 4, 3) }), signature).rows, 1)
  t.equal(
    messageOf({ x: tensor('float32', 3, 3) }, signature),
    'input "x": expected float32[4,3], received float32[3,3]',
  )
})

t.test('gives the inputs in the order of the model', async (t) => {
  const result = validateInputs(named({ mask: tensor('int64', 2, 5), ids: tensor('int64', 2, 5) }), TEXT)
  t.same([...result.inputs.keys()], ['ids', 'mask'])
})

t.test('takes a scalar beside another input where there are no rows', async (t) => {
  const signature = signatureOf('none', { x: ['float32', 'n'], threshold: ['float32'] })
  const inputs = named({ x: tensor('float32', 9), threshold: tensor('float32') })
  t.equal(validateInputs(inputs, signature).rows, 1)
})

t.test('names the input, what it takes and what came', async (t) => {
  const expected = 'input "features": expected float32[batch,30], received '
  for (const [received, given] of [
    ['float32[1,29]', tensor('float32', 1, 29)],
    ['float64[1,30]', tensor('float64', 1, 30)],
    ['float32[30]', tensor('float32', 30)],
    ['float32[1,1,30]', tensor('float32', 1, 1, 30)],
    ['float32 of 9 dimensions', tensor('float32', 1, 1, 1, 1, 1, 1, 1, 1, 30)],
  ] as const) {
    t.equal(messageOf({ features: given }, TABLE), expected + received)
  }
})

t.test('names the inputs that are missing and those that are unknown', async (t) => {
  t.equal(
    messageOf({ ids: tensor('int64', 1, 2), maks: tensor('int64', 1, 2) }, TEXT),
    'inputs: missing "mask"; unknown "maks"; the model takes "ids", "mask"',
  )
  t.equal(
    messageOf({ ids: tensor('int64', 1, 2) }, TEXT),
    'inputs: missing "mask"; the model takes "ids", "mask"',
  )
})

t.test('stays short whatever names a client sends', async (t) => {
  const names = Array.from({ length: 1000 }, (_, i) => `${i}${'x'.repeat(10_000)}`)
  const message = messageOf(Object.fromEntries(names.map((name) => [name, tensor('float32', 1)])), TABLE)
  t.match(message, /and 995 more/)
  t.ok(message.length < 700)
})

t.test('holds a named dimension to one size in the whole request', async (t) => {
  t.equal(
    messageOf({ ids: tensor('int64', 2, 5), mask: tensor('int64', 2, 6) }, TEXT),
    'input "mask": dimension "sequence" is 6, but 5 in input "ids"',
  )
  const square = signatureOf('none', { x: ['float32', 'n', 'n'] })
  t.equal(
    messageOf({ x: tensor('float32', 2, 3) }, square),
    'input "x": dimension "n" is 3, but 2 in input "x"',
  )
})

t.test('lets dimensions without a name differ', async (t) => {
  const signature = signatureOf('none', { a: ['float32', '', ''], b: ['float32', ''] })
  t.equal(messageOf({ a: tensor('float32', 2, 3), b: tensor('float32', 4) }, signature), '')
})

t.test('wants as many rows in each input', async (t) => {
  const signature = signatureOf('dynamic', { a: ['float32', 'n', 2], b: ['float32', 'm', 2] })
  t.equal(
    messageOf({ a: tensor('float32', 2, 2), b: tensor('float32', 3, 2) }, signature),
    'input "b" has 3 rows, but input "a" has 2',
  )
})

t.test('a request has as many rows as limits.maxRows says at most, which the error names', async (t) => {
  t.equal(messageOf({ features: tensor('float32', MAX_ROWS, 30) }, TABLE), '')
  t.equal(
    messageOf({ features: tensor('float32', MAX_ROWS + 1, 30) }, TABLE),
    'the request has more than 1000 rows, which is limits.maxRows of serving.yaml; send it in parts',
  )
})

t.test('dimensions that no bytes stand behind are refused', async (t) => {
  const open = signatureOf('dynamic', { x: ['float32', 'batch', 'n', 'm'] })
  const whole = signatureOf('none', { x: ['float32', 'k', 'n', 'm'] })
  const message = (signature: ModelSignature, ...dims: number[]) =>
    messageOf({ x: { type: 'float32', dims, data: new Float32Array(0) } }, signature)
  t.match(message(open, 10 ** 15, 0, 1), /more than 1048576|more than 1000 rows/)
  t.match(message(open, 0, 10 ** 15, 1), /^input "x": .* holds no value, and .* more than 1048576$/)
  t.match(message(whole, 10 ** 15, 10 ** 15, 0), /holds no value/)
  t.match(message(whole, 0, 10 ** 9, 1), /holds no value/)
  t.equal(message(open, 7, 0, 1), 'the request has 7 rows without a single value')
  t.equal(message(open, 0, 5, 1), '', 'no rows at all are answered with none')
  t.equal(message(whole, 0, 5, 1), '')
  const fixed = signatureOf('dynamic', { x: ['float32', 'batch', 3, 1024, 1024] })
  t.equal(
    messageOf({ x: tensor('float32', 0, 3, 1024, 1024) }, fixed),
    '',
    "the model's own sizes are no claim",
  )
  const cache = signatureOf('dynamic', {
    ids: ['int64', 'batch', 'n'],
    past: ['float32', 'batch', 32, 'past', 128],
  })
  t.equal(messageOf({ ids: tensor('int64', 8, 1), past: tensor('float32', 8, 32, 0, 128) }, cache), '')
})

t.test('a name stands for one size; what exporters write for any unknown size does not', async (t) => {
  const message = (name: string) =>
    messageOf(
      { x: tensor('float32', 1, 3, 5) },
      signatureOf('dynamic', { x: ['float32', 'batch', name, name] }),
    )
  for (const name of ['side', 'batch_size', 's0', 'unk__17', 'p2o.DynamicDimension.0', 'Höhe'])
    t.match(message(name), /is 5, but 3 in input "x"/, name)
  for (const name of ['?', '', '-1', 'None', 'n + 1', '*']) t.equal(message(name), '', name)
})

t.test('strings are counted over all inputs', async (t) => {
  const signature = signatureOf('dynamic', { a: ['string', 'batch', 'n'], b: ['string', 'batch', 'm'] })
  const strings = (length: number): Tensor => ({
    type: 'string',
    dims: [1, length],
    data: Array(length).fill(''),
  })
  t.equal(messageOf({ a: strings(1_000_000), b: strings(1_000_000) }, signature), '')
  t.match(messageOf({ a: strings(1_000_000), b: strings(1_000_001) }, signature), /more than 2000000 strings/)
})

t.test('a recurrent network is given no input without values', async (t) => {
  const recurrent = signatureOf('none', { x: ['float32', 'time', 'batch', 3], h: ['float32', 1, 'batch', 2] })
  const states = { h: tensor('float32', 1, 1, 2) }
  const none = { x: tensor('float32', 0, 1, 3), ...states }
  t.equal(messageOf(none, recurrent), '')
  t.match(messageOf(none, { ...recurrent, recurrent: true }), /"x": float32\[0,1,3\] holds no value/)
  const rows = { ...signatureOf('dynamic', { x: ['float32', 'batch', 'time'] }), recurrent: true }
  t.match(messageOf({ x: tensor('float32', 0, 3) }, rows), /"x": float32\[0,3\] holds no value/)
})
