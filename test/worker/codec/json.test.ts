import assert from 'node:assert/strict'
import fc from 'fast-check'
import t from 'tap'
import { elementCount, type Tensor } from '../../../src/tensor/tensor.ts'
import { readElement } from '../../../src/tensor/values.ts'
import { jsonCodec } from '../../../src/worker/codec/json.ts'
import {
  aModel,
  decode,
  failure,
  input,
  MAX_BYTES,
  prediction,
  THREE_FLOATS,
  tensor,
  withMaxRows,
} from './a-model.ts'
import { arbitraryTensor, TYPES } from './arbitrary.ts'

const JSON_TYPE = 'application/json'

const read = async (body: unknown, model = THREE_FLOATS) => {
  const { inputs, form } = await decode(
    JSON_TYPE,
    typeof body === 'string' ? body : JSON.stringify(body),
    model,
  )
  return { form, inputs: Object.fromEntries(inputs) }
}
const refused = (body: unknown, model = THREE_FLOATS) =>
  failure(JSON_TYPE, typeof body === 'string' ? body : JSON.stringify(body), model)

const X = tensor('float32', [2, 3], Float32Array.of(1, 2, 3, 4, 5, 6))
const TWO_INPUTS = aModel(input('x', 'float32', 'batch', 3), input('k', 'int64', 'batch'))

t.test('a plain list and instances are rows, inputs are columns', async (t) => {
  const rows = [
    [1, 2, 3],
    [4, 5, 6],
  ]
  t.strictSame(await read(rows), { form: 'rows', inputs: { x: X } })
  t.strictSame(await read({ instances: rows }), { form: 'rows', inputs: { x: X } })
  t.strictSame(await read({ inputs: rows }), { form: 'columns', inputs: { x: X } })
  t.strictSame(await read({ inputs: { x: rows } }), { form: 'columns', inputs: { x: X } })
})

t.test('rows may be objects by input name, or of features', async (t) => {
  t.strictSame(await read([{ x: [1, 2, 3] }, { x: [4, 5, 6] }]), { form: 'rows', inputs: { x: X } })
  t.strictSame(await read({ instances: [{ features: [1, 2, 3] }, { features: [4, 5, 6] }] }), {
    form: 'rows',
    inputs: { x: X },
  })
})

t.test('several inputs come as an object by name, in rows and in columns', async (t) => {
  const k = tensor('int64', [2], BigInt64Array.of(7n, 2n ** 60n))
  const rows = [
    { k: 7, x: [1, 2, 3] },
    { x: [4, 5, 6], k: '1152921504606846976' },
  ]
  t.strictSame(await read({ instances: rows }, TWO_INPUTS), { form: 'rows', inputs: { x: X, k } })
  const columns = { x: rows.map((row) => row.x), k: rows.map((row) => row.k) }
  t.strictSame(await read({ inputs: columns }, TWO_INPUTS), { form: 'columns', inputs: { x: X, k } })
  t.strictSame([...(await decode(JSON_TYPE, JSON.stringify(rows), TWO_INPUTS)).inputs.keys()], ['x', 'k'])
})

t.test('a scalar is accepted where the model has one', async (t) => {
  const model = aModel(input('s', 'float64'))
  t.strictSame((await read({ inputs: 5 }, model)).inputs, { s: tensor('float64', [], Float64Array.of(5)) })
  t.strictSame((await read({ inputs: { s: 5 } }, model)).inputs, {
    s: tensor('float64', [], Float64Array.of(5)),
  })
  t.match(
    await refused({ inputs: [5] }, model),
    /input "s" at inputs: .* for float64\[\], received a list of 1/,
  )
})

t.test('a model without rows takes instances that stack to its shape', async (t) => {
  const model = aModel(input('x', 'int32', 2, 2))
  const inputs = { x: tensor('int32', [2, 2], Int32Array.of(1, 2, 3, 4)) }
  const value = [
    [1, 2],
    [3, 4],
  ]
  t.strictSame(await read({ instances: value }, model), { form: 'rows', inputs })
  t.strictSame(await read({ inputs: value }, model), { form: 'columns', inputs })
})

t.test('an error names the input, the place, what is expected and what was received', async (t) => {
  const cases: [unknown, string][] = [
    [
      {
        instances: [
          [1, 2, 3],
          [1, 2],
        ],
      },
      'input "x" at instances[1]: expected a list of 3 for float32[batch,3], received a list of 2',
    ],
    [
      [
        [1, 2, 3],
        [1, 'a', 3],
      ],
      'input "x" at body[1][1]: expected a number (or "NaN", "Infinity", "-Infinity") for float32[batch,3], received the string "a"',
    ],
    [
      [[1, 2, {}]],
      'input "x" at body[0][2]: expected a number (or "NaN", "Infinity", "-Infinity") for float32[batch,3], received an object',
    ],
    [
      [[1, 2, [3]]],
      'input "x" at body[0][2]: expected a number (or "NaN", "Infinity", "-Infinity") for float32[batch,3], received a list of 1',
    ],
    [[1, 2, 3], 'input "x" at body[0]: expected a list of 3 for float32[batch,3], received 1'],
    [{ inputs: 5 }, 'input "x" at inputs: expected a list for float32[batch,3], received 5'],
    [
      { inputs: { x: [[1, 2, 1e39]] } },
      'input "x" at inputs.x[0][2]: expected a number that float32 can hold for float32[batch,3], received 1e+39, which overflows',
    ],
    [
      { instances: [{ x: [1, 2, 3] }, { x: [1, true, 3] }] },
      'input "x" at instances[1].x[1]: expected a number (or "NaN", "Infinity", "-Infinity") for float32[batch,3], received true',
    ],
    [{ instances: [{ x: [1, 2, 3] }, 5] }, 'instances[1]: expected an object by input name, received 5'],
    [{ instances: [{ y: 1 }] }, 'instances[0]: missing "x"; unknown "y"; the model takes "x"'],
    [{ inputs: { x: [], __proto__: 1, y: 2 } }, 'inputs: unknown "y"; the model takes "x"'],
    [[], 'the request has no rows'],
  ] // prettier-ignore
  for (const [body, message] of cases) t.equal(await refused(body), `ERR_INVALID_INPUT ${message}`)
  t.match(await refused('{"inputs":{"x":[],"__proto__":1}}'), /: unknown "__proto__"/)
})

t.test('several inputs without names are refused', async (t) => {
  const expected = 'an object by input name is expected ("x", "k")'
  t.equal(
    await refused({ instances: [[1, 2, 3]] }, TWO_INPUTS),
    `ERR_INVALID_INPUT the model has 2 inputs, so ${expected}; instances[0] is a list of 3`,
  )
  t.match(
    await refused({ inputs: [1] }, TWO_INPUTS),
    `ERR_INVALID_INPUT the model has 2 inputs, so ${expected}`,
  )
})

t.test('a message stays short whatever the names are', async (t) => {
  const model = aModel(
    ...Array.from({ length: 200 }, (_, i) => input(`${'n'.repeat(300)}${i}`, 'float32', 'batch')),
  )
  const body = [Object.fromEntries(Array.from({ length: 200 }, (_, i) => [`${'k'.repeat(300)}${i}`, 1]))]
  t.ok((await refused(body, model)).length < 800)
})

t.test('other documents are refused by what they have', async (t) => {
  const received = async (body: unknown) => (await refused(body)).replace(/^ERR_INVALID_BODY .*; /, '')
  t.equal(
    await received({ instances: [[1, 2, 3]], signature_name: 'x' }),
    'received the key "signature_name": leave it out',
  )
  t.equal(await received({ instances: [], inputs: [] }), 'received both')
  t.equal(await received({}), 'received an empty object')
  t.equal(await received('5'), 'received 5')
  t.equal(await received('null'), 'received null')
  t.equal(await received({ instances: { x: 1 } }), 'instances is an object')
})

t.test('a byte order mark and a charset of UTF-8 are accepted, another charset is not', async (t) => {
  t.strictSame((await read('\ufeff[[1,2,3],[4,5,6]]')).inputs, { x: X })
  t.equal(await failure('application/json; charset="utf-8"', '[[1,2,3]]', THREE_FLOATS), 'none')
  t.match(
    await failure('application/json; charset=iso-8859-1', '[[1,2,3]]', THREE_FLOATS),
    'ERR_UNSUPPORTED_MEDIA_TYPE charset "iso-8859-1" is not supported; send application/json as utf-8',
  )
})

t.test('lists that claim more than they hold are refused before memory is allocated', async (t) => {
  const body = `[[${'0,'.repeat(100_000)}0]${',[]'.repeat(100_000)}]`
  const model = aModel(input('x', 'float64', 'batch', 'n'))
  const before = process.memoryUsage().arrayBuffers
  t.match(await refused(body, model), /^ERR_INVALID_INPUT input "x" at body\[1\]: expected a list of 100001/)
  t.ok(process.memoryUsage().arrayBuffers - before < 50e6)
})

/** The tensor as nested lists, by definition. */
const nest = (value: Tensor, indices: number[] = []): unknown => {
  const depth = indices.length
  if (depth === value.dims.length) {
    const index = indices.reduce((sum, i, axis) => sum * (value.dims[axis] as number) + i, 0)
    return readElement(value.type, value.data, index)
  }
  return Array.from({ length: value.dims[depth] as number }, (_, i) => nest(value, [...indices, i]))
}

t.test('tensors of all types and shapes are written and read back the same', async () => {
  await fc.assert(
    fc.asyncProperty(arbitraryTensor(TYPES), async (value) => {
      const columns = String(jsonCodec.encode?.(prediction({ x: value }), 'columns', MAX_BYTES))
      const rows = String(jsonCodec.encode?.(prediction({ x: value }), 'rows', MAX_BYTES))
      assert.deepEqual(JSON.parse(columns), { outputs: plainZeros(nest(value)) })
      assert.deepEqual(JSON.parse(rows), { predictions: plainZeros(nest(value)) })
      // Sizes behind an empty dimension are not in the lists: the model's fixed sizes say them.
      const model = aModel(input('x', value.type, 'batch', ...value.dims.slice(1)))
      const sent = await read(columns.replace('outputs', 'inputs'), model)
      assert.deepEqual(nest(sent.inputs.x as Tensor), plainZeros(nest(value)))
      assert.deepEqual(sent.inputs.x?.dims, value.dims)
    }),
    { numRuns: 500 },
  )
})

/** JSON.stringify writes -0 as 0. */
const plainZeros = (value: unknown): unknown => JSON.parse(JSON.stringify(value))

t.test('flattening equals a naive reference with free dimensions', async () => {
  await fc.assert(
    fc.asyncProperty(arbitraryTensor(TYPES, 1), async (value) => {
      const model = aModel(input('x', value.type, ...value.dims.map(() => '')))
      const sent = (await read({ inputs: nest(value) }, model)).inputs.x as Tensor
      assert.deepEqual(sent.dims, value.dims)
      assert.equal(sent.data.length, elementCount(value.dims))
      assert.deepEqual(
        Array.from(sent.data as string[], (_, i) => readElement(sent.type, sent.data, i)),
        [plainZeros(nest(value))].flat(9),
      )
    }),
    { numRuns: 300 },
  )
})

t.test('a reply of one output is its value, of several an object by name', async (t) => {
  const y = tensor('int64', [2], BigInt64Array.of(1n, 2n ** 60n))
  const one = prediction({ x: X })
  const two = prediction({ x: X, y })
  const written = (value: typeof one, form: 'rows' | 'columns') => jsonCodec.encode?.(value, form, MAX_BYTES)
  t.equal(written(one, 'rows'), '{"predictions":[[1,2,3],[4,5,6]]}')
  t.equal(written(one, 'columns'), '{"outputs":[[1,2,3],[4,5,6]]}')
  t.equal(
    written(two, 'rows'),
    '{"predictions":[{"x":[1,2,3],"y":1},{"x":[4,5,6],"y":"1152921504606846976"}]}',
  )
  t.equal(written(two, 'columns'), '{"outputs":{"x":[[1,2,3],[4,5,6]],"y":[1,"1152921504606846976"]}}')
})

t.test('a reply that does not count rows is written whole', async (t) => {
  const s = tensor('float32', [], Float32Array.of(0.5))
  t.equal(jsonCodec.encode?.(prediction({ s }, { byRow: false }), 'rows', MAX_BYTES), '{"predictions":0.5}')
  t.equal(
    jsonCodec.encode?.(prediction({ s, x: X }, { byRow: false }), 'rows', MAX_BYTES),
    '{"predictions":{"s":0.5,"x":[[1,2,3],[4,5,6]]}}',
  )
})

t.test('a ranking stands in place of the first output', async (t) => {
  const rankings = [[{ label: 'a"', probability: 0.75 }], [{ label: 'b', probability: Number.NaN }]]
  const ranked = (row: number) => rankings[row] ?? []
  const y = tensor('bool', [2], Uint8Array.of(1, 0))
  const first = '[{"label":"a\\"","probability":0.75}]'
  const second = '[{"label":"b","probability":"NaN"}]'
  t.equal(
    jsonCodec.encode?.(
      prediction({ x: X }, { shown: new Map([['x', { ranking: ranked }]]) }),
      'rows',
      MAX_BYTES,
    ),
    `{"predictions":[${first},${second}]}`,
  )
  t.equal(
    jsonCodec.encode?.(
      prediction({ x: X }, { shown: new Map([['x', { ranking: ranked }]]) }),
      'columns',
      MAX_BYTES,
    ),
    `{"outputs":[${first},${second}]}`,
  )
  t.equal(
    jsonCodec.encode?.(
      prediction({ x: X, y }, { shown: new Map([['x', { ranking: ranked }]]) }),
      'rows',
      MAX_BYTES,
    ),
    `{"predictions":[{"x":${first},"y":true},{"x":${second},"y":false}]}`,
  )
})

t.test('long lists are written as short ones are', async (t) => {
  const data = Float32Array.from({ length: 3000 }, (_, i) => i / 7)
  const value = prediction({ x: tensor('float32', [2, 1500], data) })
  const rows = [Array.from(data.subarray(0, 1500)), Array.from(data.subarray(1500))]
  t.equal(jsonCodec.encode?.(value, 'columns', MAX_BYTES), JSON.stringify({ outputs: rows }))
  data[2000] = Number.NaN
  t.match(jsonCodec.encode?.(value, 'columns', MAX_BYTES), /,"NaN",/)
})

t.test('rows beyond limits.maxRows are refused', async (t) => {
  const model = withMaxRows(THREE_FLOATS, 2)
  t.match(
    (
      await read(
        [
          [1, 2, 3],
          [4, 5, 6],
        ],
        model,
      )
    ).inputs,
    { x: { dims: [2, 3] } },
  ) // prettier-ignore
  const message = 'ERR_INVALID_INPUT the request has more than 2 rows, which is limits.maxRows'
  t.match(await refused([[1, 2, 3], [1], 'x'], model), message)
  t.match(await refused({ instances: [1, 2, 3] }, model), message)
})

t.test('where only rows are free, a row may be a scalar', async (t) => {
  const model = aModel(input('age', 'float32', 'batch', 1))
  const inputs = { age: tensor('float32', [2, 1], Float32Array.of(39, 40)) }
  for (const rows of [
    [39, 40],
    [[39], [40]],
    [39, [40]],
    [{ age: 39 }, { age: [40] }],
    [{ features: 39 }, { age: 40 }],
  ]) {
    t.strictSame(await read(rows, model), { form: 'rows', inputs })
    t.strictSame(await read({ instances: rows }, model), { form: 'rows', inputs })
  }
  t.strictSame(await read({ inputs: [39, 40] }, model), { form: 'columns', inputs })
  t.strictSame(await read({ inputs: { age: [39, 40] } }, model), { form: 'columns', inputs })
  t.match(await refused([39, 'x'], model), /at body\[1\]: expected a number .* received the string "x"/)
  t.match(await refused([39, [40, 41]], model), /at body\[1\]: expected a list of 1 .* received a list of 2/)
  t.match(
    await refused([1, 2], aModel(input('x', 'float32', 'batch', 'n'))),
    /at body\[0\]: expected a list of 0/,
  )
})

t.test('a reply is refused as soon as it is larger than it may be', async (t) => {
  const encode = (value: ReturnType<typeof prediction>, maxBytes: number) => () =>
    jsonCodec.encode?.(value, 'columns', maxBytes)
  const fits = prediction({ x: X })
  const text = '{"outputs":[[1,2,3],[4,5,6]]}'
  t.equal(encode(fits, text.length)(), text)
  const refusal = (bytes: string, limit: number) => ({
    code: 'ERR_RESPONSE_TOO_LARGE',
    message: `the reply has ${bytes} bytes; limits.maxResponseBytes of serving.yaml allows ${limit}; send fewer rows, or raise it where the caller accepts more`,
  })
  t.throws(encode(fits, text.length - 1), refusal('more than 28', 28))
  // UTF-8 counts, not characters.
  t.throws(encode(prediction({ s: tensor('string', [2], ['é', '中']) }), 22), refusal('24', 22))
  t.throws(
    encode(prediction({ s: tensor('string', [1], ['"'.repeat(600_000_000 / 2)]) }), 1000),
    refusal('more than 1000', 1000),
  )
  // What has too many elements is refused before one of them is read.
  const read = { length: 0 }
  const data = new Proxy(new Float32Array(0), {
    get: (_, key) => {
      if (key === 'length') return 2 ** 32
      read.length += 1
      return 0
    },
  })
  t.throws(encode(prediction({ x: tensor('float32', [1, 2 ** 32], data) }), 1e6), {
    code: 'ERR_RESPONSE_TOO_LARGE',
  })
  t.equal(read.length, 0)
  // A dimension without elements ends too.
  t.throws(encode(prediction({ x: tensor('float32', [1e15, 0], new Float32Array(0)) }), 1e5), {
    code: 'ERR_RESPONSE_TOO_LARGE',
  })
})

t.test('a ranking is made for rows that are written, and no more', async (t) => {
  let made = 0
  const ranked = () => {
    made += 1
    return [{ label: 'a', probability: 1 }]
  }
  const value = prediction(
    { x: tensor('float32', [1000, 1], new Float32Array(1000)) },
    { shown: new Map([['x', { ranking: ranked }]]) },
  )
  t.throws(() => jsonCodec.encode?.(value, 'rows', 100), { code: 'ERR_RESPONSE_TOO_LARGE' })
  t.ok(made < 10, `${made}`)
})

t.test('scores with labels are an object for each row', async (t) => {
  const label = tensor('int64', [2], BigInt64Array.of(0n, 1n))
  const scores = tensor('float32', [2, 2], Float32Array.of(0.25, 0.75, Number.NaN, 0))
  const shown = new Map([['p', { labels: ['a "b"', '1'] }]])
  const first = '{"a \\"b\\"":0.25,"1":0.75}'
  const second = '{"a \\"b\\"":"NaN","1":0}'
  t.equal(
    jsonCodec.encode?.(prediction({ label, p: scores }, { shown }), 'rows', MAX_BYTES),
    `{"predictions":[{"label":0,"p":${first}},{"label":1,"p":${second}}]}`,
  )
  t.equal(
    jsonCodec.encode?.(prediction({ label, p: scores }, { shown }), 'columns', MAX_BYTES),
    `{"outputs":{"label":[0,1],"p":[${first},${second}]}}`,
  )
})

t.test('a model of a single value takes it as inputs, which a request of rows is told', async (t) => {
  const scalar = aModel(input('x', 'float32'))
  const message =
    'ERR_INVALID_INPUT input "x" (float32[]) is a single value, and none for each row: send {"inputs": …}'
  for (const instances of [[1], [[1]], [{ x: 1 }]]) t.equal(await refused({ instances }, scalar), message)
  t.strictSame((await read({ inputs: 1 }, scalar)).inputs, { x: tensor('float32', [], Float32Array.of(1)) })
})

t.test('the name of a signature, which TensorFlow Serving knows, is to be left out', async (t) => {
  const body = { signature_name: 'serving_default', instances: [[1, 2, 3]] }
  t.match(await refused(body), /received the key "signature_name": leave it out$/)
})
