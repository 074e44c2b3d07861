import t from 'tap'
import { jsonLinesCodec } from '../../../src/worker/codec/json-lines.ts'
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

const TYPE = 'application/jsonlines'
const X = tensor('float32', [2, 3], Float32Array.of(1, 2, 3, 4, 5, 6))

const read = async (text: string, model = THREE_FLOATS) => {
  const { inputs, form } = await decode(TYPE, text, model)
  return { form, inputs: Object.fromEntries(inputs) }
}

t.test('each line is a row: a value, an object by input name, or features', async (t) => {
  const expected = { form: 'rows', inputs: { x: X } }
  t.strictSame(await read('[1,2,3]\n[4,5,6]\n'), expected)
  t.strictSame(await read('{"x":[1,2,3]}\n{"x":[4,5,6]}'), expected)
  t.strictSame(await read('{"features":[1,2,3]}\r\n{"features":[4,5,6]}\r\n'), expected)
})

t.test('several inputs come as objects', async (t) => {
  const model = aModel(input('a', 'string', 'batch'), input('b', 'int32', 'batch', 1))
  t.strictSame((await read('{"a":"\\n","b":[1]}\n{"b":[2],"a":"z"}', model)).inputs, {
    a: tensor('string', [2], ['\n', 'z']),
    b: tensor('int32', [2, 1], Int32Array.of(1, 2)),
  })
})

t.test('empty lines and a byte order mark are ignored', async (t) => {
  t.strictSame((await read('\ufeff[1,2,3]\n \t\r\n\n[4,5,6]\n\n')).inputs, { x: X })
  t.equal(await failure(TYPE, '\n\n', THREE_FLOATS), 'ERR_INVALID_INPUT the request has no rows')
})

t.test('errors name the line', async (t) => {
  t.match(await failure(TYPE, '[1,2,3]\n\n[1,2', THREE_FLOATS), /^ERR_INVALID_BODY line 3 is not JSON: /)
  t.match(
    await failure(TYPE, '\n[1,2,3]\n[1,2]', THREE_FLOATS),
    'ERR_INVALID_INPUT input "x" at line 3: expected a list of 3 for float32[batch,3], received a list of 2',
  )
  t.match(
    await failure(TYPE, '[1,2,3]\n[1,2,{}]', THREE_FLOATS),
    /input "x" at line 2\[2\]: .* received an object$/,
  )
  t.match(
    await failure(TYPE, `[1,2,3]\n${'['.repeat(100_000)}`, THREE_FLOATS),
    /line 2 is nested deeper than 64/,
  )
  t.match(
    await failure(TYPE, '{"instances":[[1,2,3]]}', THREE_FLOATS),
    /^ERR_INVALID_INPUT line 1: missing "x"/,
  )
})

t.test('unclosed lines do not add up to deep nesting', async (t) => {
  t.match(await failure(TYPE, '[1\n'.repeat(100), THREE_FLOATS), /line 1 is not JSON/)
})

t.test('the aliases are accepted', async (t) => {
  for (const type of [
    'application/x-ndjson',
    'application/x-jsonlines',
    'application/jsonl; charset=utf-8',
  ]) {
    t.equal(await failure(type, '[1,2,3]', THREE_FLOATS), 'none')
  }
})

t.test('each row is answered on a line that ends with a newline', async (t) => {
  const y = tensor('string', [2], ['a\nb', 'c'])
  t.equal(jsonLinesCodec.encode?.(prediction({ x: X }), 'rows', MAX_BYTES), '[1,2,3]\n[4,5,6]\n')
  t.equal(
    jsonLinesCodec.encode?.(prediction({ x: X, y }), 'columns', MAX_BYTES),
    '{"x":[1,2,3],"y":"a\\nb"}\n{"x":[4,5,6],"y":"c"}\n',
  )
  t.equal(
    jsonLinesCodec.encode?.(prediction({ x: X }, { byRow: false }), 'rows', MAX_BYTES),
    '[[1,2,3],[4,5,6]]\n',
  )
  const rankings = [[{ label: 'a', probability: 1 }], [{ label: 'b', probability: 0.5 }]]
  const ranked = (row: number) => rankings[row] ?? []
  t.equal(
    jsonLinesCodec.encode?.(
      prediction({ x: X }, { shown: new Map([['x', { ranking: ranked }]]) }),
      'rows',
      MAX_BYTES,
    ),
    '[{"label":"a","probability":1}]\n[{"label":"b","probability":0.5}]\n',
  )
})

t.test('lines are read until the first that is refused', async (t) => {
  const model = withMaxRows(THREE_FLOATS, 2)
  t.equal(await failure(TYPE, '[1,2,3]\n[4,5,6]\n\n', model), 'none')
  t.match(
    await failure(TYPE, '[1,2,3]\n[4,5,6]\n[7,8,9]\n]', model),
    'ERR_INVALID_INPUT the request has more than 2 rows, which is limits.maxRows',
  )
  t.match(await failure(TYPE, '[1,2,3]\n[4]\n]', THREE_FLOATS), /^ERR_INVALID_INPUT input "x" at line 2/)
})

t.test('a line may be a scalar where only rows are free', async (t) => {
  t.strictSame((await read('39\n40', aModel(input('age', 'int64', 'batch', 1)))).inputs, {
    age: tensor('int64', [2, 1], BigInt64Array.of(39n, 40n)),
  })
})

t.test('a reply is refused as soon as it is larger than it may be', async (t) => {
  const encode = (maxBytes: number) => () => jsonLinesCodec.encode?.(prediction({ x: X }), 'rows', maxBytes)
  t.equal(encode(16)(), '[1,2,3]\n[4,5,6]\n')
  t.throws(encode(15), { code: 'ERR_RESPONSE_TOO_LARGE' })
})
