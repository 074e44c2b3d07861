import assert from 'node:assert/strict'
import fc from 'fast-check'
import t from 'tap'
import type { DataType } from '../../../src/tensor/data-type.ts'
import { elementCount } from '../../../src/tensor/tensor.ts'
import type { Form, Prediction } from '../../../src/worker/codec/codec.ts'
import { csvCodec } from '../../../src/worker/codec/csv.ts'
import { anyText } from '../../fixtures/any-text.ts'
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

const TYPE = 'text/csv'
const X = tensor('float32', [2, 3], Float32Array.of(1, 2, 3, 4, 5, 6))

const read = async (text: string, model = THREE_FLOATS) =>
  Object.fromEntries((await decode(TYPE, text, model)).inputs)
const refused = (text: string | Uint8Array, model = THREE_FLOATS) => failure(TYPE, text, model)

t.test('each line is a row of the only input', async (t) => {
  t.strictSame(await read('1,2,3\n4,5,6\n'), { x: X })
  t.strictSame(await read('1,2,3\r\n4,5,6'), { x: X })
  t.strictSame(await read('\ufeff1, 2 ,3.0\n4e0,+5,6\n\n\r\n'), { x: X })
  t.equal((await decode(TYPE, '1,2,3', THREE_FLOATS)).form, 'rows')
})

t.test('cells may be quoted', async (t) => {
  t.strictSame(await read('"1",2,"3"\r\n4,"5",6\r\n'), { x: X })
  const text = aModel(input('s', 'string', 'batch', 2))
  t.strictSame(await read('"a,""b""","c\nd"\né,\n', text), {
    s: tensor('string', [2, 2], ['a,"b"', 'c\nd', 'é', '']),
  })
})

t.test('rows of more dimensions are given flat, in row-major order', async (t) => {
  const model = aModel(input('x', 'int8', 'batch', 2, 2))
  t.strictSame(await read('1,2,3,4', model), { x: tensor('int8', [1, 2, 2], Int8Array.of(1, 2, 3, 4)) })
})

t.test('a row may be a single value, or as long as the model leaves it open', async (t) => {
  const scalars = aModel(input('x', 'float64', 'batch'))
  t.strictSame(await read('1\n2\n', scalars), { x: tensor('float64', [2], Float64Array.of(1, 2)) })
  const open = aModel(input('x', 'int64', 'batch', 'length'))
  t.strictSame(await read('1,9223372036854775807', open), {
    x: tensor('int64', [1, 2], BigInt64Array.of(1n, 2n ** 63n - 1n)),
  })
})

t.test("columns are divided among several inputs in the model's order", async (t) => {
  const model = aModel(
    input('age', 'float32', 'batch', 1),
    input('name', 'string', 'batch'),
    input('ok', 'bool', 'batch', 2),
  )
  t.strictSame(await read('30,Ann,true,0\n', model), {
    age: tensor('float32', [1, 1], Float32Array.of(30)),
    name: tensor('string', [1], ['Ann']),
    ok: tensor('bool', [1, 2], Uint8Array.of(1, 0)),
  })
})

t.test('uneven rows are refused with the line and both counts', async (t) => {
  t.equal(
    await refused('1,2,3\n1,2\n'),
    'ERR_INVALID_INPUT line 2 has 2 values, expected 3 (x: float32[batch,3])',
  )
  t.match(await refused('1,2,3\n\n4,5\n'), /line 3 has 2 values, expected 3/)
  t.match(await refused('1,2,3,\n'), /line 1 has 4 values, expected 3/)
  t.match(await refused('"1",2,3\n1,2\n'), /line 2 has 2 values, expected 3/)
  t.match(
    await refused('1,2\n3\n', aModel(input('x', 'float32', 'batch', 'n'))),
    /line 2 has 1 value, expected 2/,
  )
})

t.test('a cell that does not fit is named by line and column', async (t) => {
  t.equal(
    await refused('1,2,3\n1,x,3'),
    'ERR_INVALID_INPUT line 2, column 2: expected a number (or "NaN", "Infinity", "-Infinity") for input "x" ' +
      '(float32[batch,3]), received the string "x"',
  )
  t.match(await refused('1,2,3\n1,2,1e39'), /line 2, column 3: .*which overflows$/)
  t.match(await refused('1.5', aModel(input('x', 'int32', 'batch'))), /an integer from .* received 1\.5/)
})

t.test('an empty cell is a missing value, for what can be missing', async (t) => {
  const model = aModel(input('age', 'float32', 'batch', 1), input('city', 'string', 'batch', 1))
  t.strictSame(await read(',Ulm\n  ,\n"",""\n', model), {
    age: tensor('float32', [3, 1], Float32Array.of(Number.NaN, Number.NaN, Number.NaN)),
    city: tensor('string', [3, 1], ['Ulm', '', '']),
  })
  const whole = aModel(input('n', 'int64', 'batch', 2))
  t.match(
    await refused('1,2\n,3', whole),
    /line 2, column 1: .*an empty cell, which only floats and strings take$/,
  )
  t.match(await refused(',', aModel(input('b', 'bool', 'batch', 2))), /an empty cell, which only/)
})

t.test('blank lines are passed over wherever they are', async (t) => {
  for (const text of ['\n1,2,3\n\n\r\n4,5,6\n', '\r\n"1",2,3\r\n\n\r\n4,5,6'])
    t.strictSame(await read(text), { x: X })
  const one = aModel(input('s', 'string', 'batch'))
  t.strictSame(await read('a\n\n""\nb', one), { s: tensor('string', [3], ['a', '', 'b']) })
})

const PERSON = aModel(
  input('age', 'float32', 'batch', 1),
  input('city', 'string', 'batch', 1),
  input('sex', 'string', 'batch'),
)
const PEOPLE = {
  age: tensor('float32', [2, 1], Float32Array.of(39, 53)),
  city: tensor('string', [2, 1], ['Ulm', 'Bonn']),
  sex: tensor('string', [2], ['f', 'm']),
}

t.test('a header names the columns, in any order', async (t) => {
  const unordered = 'city,sex,age\nUlm,f,39\nBonn,m,53\n'
  for (const type of [TYPE, `${TYPE}; header=present`, `${TYPE}; charset=utf-8; header="Present"`]) {
    for (const text of [unordered, `\ufeff\r\n${unordered}`, unordered.replace('city,sex', '"city", sex ')]) {
      const { inputs } = await decode(type, text, PERSON)
      t.strictSame(Object.fromEntries(inputs), PEOPLE)
    }
  }
  t.strictSame(
    await read('39,Ulm,f\n53,Bonn,m', PERSON),
    PEOPLE,
    'without one they are in the order of the model',
  )
  const one = aModel(input('x', 'float32', 'batch', 1))
  t.strictSame(await read('x\n1\n', one), { x: tensor('float32', [1, 1], Float32Array.of(1)) })
})

t.test('a header that names other columns is refused, whether it was announced or not', async (t) => {
  const all = '; the model takes "age", "city", "sex"'
  const cases: [string, string][] = [
    ['age,town,sex\n', `missing "city"; unknown "town"${all}`],
    ['age,city\n39,Ulm', `missing "sex"${all}`],
    [',age,city,sex\n0,39,Ulm,f', `unknown ""${all}`],
  ]
  for (const [text, message] of cases)
    for (const type of [TYPE, `${TYPE}; header=present`])
      t.equal(await failure(type, text, PERSON), `ERR_INVALID_INPUT the header: ${message}`)
  t.match(await refused('age,city,sex,age\n', PERSON), /the header has "age" twice/)
  t.match(await failure(`${TYPE}; header=present`, '39,Ulm,f\n', PERSON), /unknown "39", "Ulm", "f"/)
  t.equal(await refused('age,city,sex\n', PERSON), 'ERR_INVALID_INPUT the request has no rows')
})

t.test('header=absent makes every line data', async (t) => {
  const { inputs } = await decode(`${TYPE}; header=absent`, '1,sex,age', PERSON)
  t.strictSame(inputs.get('sex')?.data, ['age'])
})

t.test("a header over a single input's columns is believed if it is announced, and only then", async (t) => {
  const { inputs } = await decode(`${TYPE}; header=present`, 'a,b,c\n1,2,3\n4,5,6', THREE_FLOATS)
  t.strictSame(Object.fromEntries(inputs), { x: X })
  t.match(
    await refused('a,b,c\n1,2,3'),
    /^ERR_INVALID_INPUT line 1, column 1: .* send text\/csv; header=present$/,
  )
  const wide = aModel(input('a', 'float32', 'batch', 2), input('b', 'float32', 'batch'))
  t.match(
    await failure(`${TYPE}; header=present`, 'a,b\n1,2,3', wide),
    /cannot name the columns of input "a"/,
  )
})

t.test('a header of a million columns is refused for little', async (t) => {
  const names = Array.from({ length: 1e6 }, (_, index) => `c${index}`).join()
  t.match(await failure(`${TYPE}; header=present`, names, PERSON), /unknown "c0", .* and \d+ more/)
  t.match(await refused(`age,${names}`, PERSON), /unknown "c0", .* and \d+ more/)
  t.match(await refused(names, PERSON), /line 1 has 1000000 values, expected 3/)
})

t.test('a shape that CSV cannot determine is sent to JSON', async (t) => {
  const cases = [
    aModel(input('x', 'float32', 'batch', 'h', 3)),
    aModel(input('x', 'float32')),
    aModel(input('x', 'float32', 'batch', 'n'), input('y', 'float32', 'batch', 1)),
  ]
  for (const model of cases)
    t.match(await refused('1', model), /^ERR_INVALID_INPUT CSV cannot determine .*application\/json/)
})

t.test('empty bodies, broken quotes and other character sets are refused', async (t) => {
  t.equal(await refused(''), 'ERR_INVALID_INPUT the request has no rows')
  t.equal(await refused('\r\n\n'), 'ERR_INVALID_INPUT the request has no rows')
  t.match(await refused('1,2,3\n1,"2"x,3'), /^ERR_INVALID_BODY the body is not CSV: .{3,60} at line 2$/)
  t.match(await refused('1,"2'), /^ERR_INVALID_BODY the body is not CSV: Quote Not Closed at line 1$/)
  t.match(await refused(Buffer.from([0x31, 0xff])), /^ERR_INVALID_BODY the body is not valid UTF-8/)
  t.match(await failure('text/csv; charset=latin1', '1,2,3', THREE_FLOATS), /^ERR_UNSUPPORTED_MEDIA_TYPE/)
})

t.test('many empty lines cost little', async (t) => {
  t.match(await refused(`${'\n'.repeat(1_000_000)}1,2`), /^ERR_INVALID_INPUT line 1000001 has 2 values/)
})

t.test('no bytes make it fail in another way', async () => {
  const bytes = fc.oneof(
    fc.uint8Array(),
    fc.stringMatching(/^[",\r\n0-9a.]*$/).map((text) => Buffer.from(text)),
  )
  await fc.assert(
    fc.asyncProperty(bytes, async (body) => /^(none|ERR_INVALID_)/.test(await refused(body))),
    { numRuns: 2000 },
  )
})

const write = (value: Prediction, form: Form) => csvCodec.encode?.(value, form, MAX_BYTES)

t.test('a reply has a line for each row, with the outputs side by side', async (t) => {
  const y = tensor('string', [2], ['a', 'b,"c"'])
  const k = tensor('int64', [2, 1], BigInt64Array.of(2n ** 63n - 1n, -1n))
  t.equal(write(prediction({ x: X }), 'rows'), '1,2,3\n4,5,6\n')
  t.equal(write(prediction({ x: X, y, k }), 'columns'), '1,2,3,a,9223372036854775807\n4,5,6,"b,""c""",-1\n')
  const special = tensor('float64', [1, 4], Float64Array.of(Number.NaN, Number.NEGATIVE_INFINITY, 1e21, 0.1))
  t.equal(write(prediction({ special }), 'rows'), 'NaN,-Infinity,1e+21,0.1\n')
  t.equal(write(prediction({ b: tensor('bool', [2], Uint8Array.of(1, 0)) }), 'rows'), 'true\nfalse\n')
})

t.test('a ranking is written as label and probability in turn', async (t) => {
  const rankings = [
    [
      { label: 'a,b', probability: 0.75 },
      { label: 'c', probability: 0.25 },
    ],
    [
      { label: 'c', probability: 1 },
      { label: 'a,b', probability: 0 },
    ],
  ]
  const ranked = (row: number) => rankings[row] ?? []
  const k = tensor('int8', [2], Int8Array.of(7, 8))
  t.equal(
    write(prediction({ x: X }, { shown: new Map([['x', { ranking: ranked }]]) }), 'rows'),
    '"a,b",0.75,c,0.25\nc,1,"a,b",0\n',
  )
  t.equal(
    write(prediction({ x: X, k }, { shown: new Map([['x', { ranking: ranked }]]) }), 'rows'),
    '"a,b",0.75,c,0.25,7\nc,1,"a,b",0,8\n',
  )
})

t.test(
  'a reply that does not count rows goes by the first dimension of its outputs if that is one, or on one line',
  async (t) => {
    const s = tensor('float32', [], Float32Array.of(0.5))
    t.equal(write(prediction({ x: X }, { byRow: false }), 'rows'), '1,2,3\n4,5,6\n')
    t.equal(write(prediction({ s }, { byRow: false }), 'rows'), '0.5\n')
    t.equal(write(prediction({ s, x: X }, { byRow: false }), 'rows'), '0.5,1,2,3,4,5,6\n')
    const two = { label: tensor('string', [2], ['a', 'b']), x: X }
    t.equal(write(prediction(two, { byRow: false }), 'rows'), 'a,1,2,3\nb,4,5,6\n')
  },
)

t.test('what is written is read back the same', async () => {
  const types = TYPES.filter((type): type is DataType => type !== 'string')
  await fc.assert(
    fc.asyncProperty(arbitraryTensor(types, 1), async (value) => {
      const text = String(write(prediction({ x: value }), 'rows'))
      const model = aModel(input('x', value.type, 'batch', ...value.dims.slice(1)))
      const { x } = await read(text, model)
      // -0 is written as 0.
      const zeros: unknown[] = value.type === 'float16' ? [0, 0x8000] : [0]
      const plain = (list: ArrayLike<unknown>) =>
        Array.from(list, (item) => (zeros.includes(item) ? 0 : item))
      assert.deepEqual(plain(x?.data ?? []), plain(value.data))
      assert.equal(x?.data.length, elementCount(value.dims))
    }),
    { numRuns: 300 },
  )
})

t.test('text is read back the same where it has a character that is quoted', async () => {
  const cells = fc.array(
    anyText().map((text) => `"${text}`),
    { minLength: 2, maxLength: 2 },
  )
  await fc.assert(
    fc.asyncProperty(cells, async (data) => {
      const value = tensor('string', [1, 2], data)
      const model = aModel(input('s', 'string', 'batch', 2))
      assert.deepEqual(await read(String(write(prediction({ s: value }), 'rows')), model), { s: value })
    }),
  )
})

t.test('lines are read until the first that is refused', async (t) => {
  const model = withMaxRows(THREE_FLOATS, 2)
  const message = 'ERR_INVALID_INPUT the request has more than 2 rows, which is limits.maxRows'
  for (const line of ['1,2,3\n', '"1",2,3\n']) {
    t.match((await read(line.repeat(2), model)).x, { dims: [2, 3] })
    t.match(await refused(`${line.repeat(3)}x`, model), message)
    t.match(await refused(`${line}x,2,3\n1\n`), /^ERR_INVALID_INPUT line 2, column 1/)
    t.match(await refused(`${line}1\nx,2,3\n`), /^ERR_INVALID_INPUT line 2 has 1 value,/)
  }
})

t.test('a reply is refused as soon as it is larger than it may be', async (t) => {
  const encode = (maxBytes: number) => () => csvCodec.encode?.(prediction({ x: X }), 'rows', maxBytes)
  t.equal(encode(12)(), '1,2,3\n4,5,6\n')
  t.throws(encode(11), {
    code: 'ERR_RESPONSE_TOO_LARGE',
    message: /more than 11 bytes; limits.maxResponseBytes/,
  })
})

t.test('a very long line is read as a short one is', async (t) => {
  const values = Array.from({ length: 100_003 }, (_, index) => index)
  const model = aModel(input('x', 'int32', 'batch', 'n'))
  t.strictSame(await read(`${values.join()}\n${values.join()}`, model), {
    x: tensor('int32', [2, values.length], Int32Array.from([...values, ...values])),
  })
  const two = aModel(input('a', 'float32', 'batch', 100_000), input('b', 'int64', 'batch', 3))
  t.strictSame((await read(values.join(), two)).b?.data, BigInt64Array.of(100_000n, 100_001n, 100_002n))
  t.match(
    await refused(`${values.join()},`, two),
    /^ERR_INVALID_INPUT line 1 has 100004 values, expected 100003/,
  )
  t.match(
    await refused(`${values.join().slice(0, -6)},x`, model),
    /^ERR_INVALID_INPUT line 1, column 100003: /,
  )
})

t.test('scores with labels are values in the order of the classes', async (t) => {
  const label = tensor('string', [2], ['a', 'b'])
  const scores = tensor('float32', [2, 2], Float32Array.of(0.75, 0.25, 0, 1))
  const shown = new Map([['p', { labels: ['a', 'b'] }]])
  t.equal(write(prediction({ label, p: scores }, { shown }), 'rows'), 'a,0.75,0.25\nb,0,1\n')
})

t.test('what is wrong in a first line is not called a header if that would lose a row', async (t) => {
  t.match(await refused('1,2,NA\n4,5,6'), /received the string "NA"; a missing value is an empty cell$/)
  t.match(await refused('1,2,3\nnull,5,6'), /received the string "null"; a missing value is an empty cell$/)
  t.match(await refused('1,2,"30,000"\n'), /received the string "30,000"$/)
  t.match(await refused('1,2,x\n4,5,6'), /received the string "x"$/)
  t.match(await refused('a, ,c\n4,5,6'), /header=present$/)
  const integers = aModel(input('n', 'int64', 'batch', 2))
  t.notMatch(await refused('1,NA', integers), /empty cell/)
})

t.test('cells divided by something else are told what divides them', async (t) => {
  for (const line of ['1;2;3', '1\t2\t3', '1|2|3'])
    t.match(await refused(line), /line 1 has 1 value, expected 3 .*; values are divided by commas$/)
  t.notMatch(await refused('1'), /commas/)
  t.notMatch(await refused('1;2,3'), /commas/)
})
