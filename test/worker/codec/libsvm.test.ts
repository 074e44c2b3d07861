import t from 'tap'
import { aModel, decode, failure, input, tensor, withMaxRows } from './a-model.ts'

const TYPE = 'text/libsvm'
const FOUR = aModel(input('x', 'float32', 'batch', 4))
const NAN = Number.NaN

const read = async (text: string, model = FOUR, type = TYPE) =>
  Object.fromEntries((await decode(type, text, model)).inputs)
const refused = (text: string, model = FOUR, type = TYPE) => failure(type, text, model)

t.test('columns count from 0, a label is passed over, and what a line leaves out is missing', async (t) => {
  const expected = { x: tensor('float32', [2, 4], Float32Array.of(1.5, NAN, NAN, -2, NAN, 1000, NAN, NAN)) }
  for (const text of [
    '1 0:1.5 3:-2\n0 1:1e3\n',
    '0:1.5 3:-2\r\n1:1e3',
    '\ufeff\n# a comment\n-1 qid:7 3:-2 0:1.5 # 2:7\n\n+1 1:1000\n',
  ])
    t.strictSame(await read(text), expected)
  t.strictSame(await read('1\n'), { x: tensor('float32', [1, 4], Float32Array.of(NAN, NAN, NAN, NAN)) })
  t.strictSame(await read('0:1.5 3:-2\n1:1e3', FOUR, 'text/x-libsvm'), expected)
})

t.test('an index without a value is not a missing one', async (t) => {
  t.match(await refused('1 0:1\n1 0: 1:2'), /line 2: expected index:value, received "0:"/)
})

t.test('missing=0 makes what a line leaves out 0', async (t) => {
  const type = `${TYPE}; missing=0`
  t.strictSame(await read('1 0:1.5\n1 3:2', FOUR, type), {
    x: tensor('float32', [2, 4], Float32Array.of(1.5, 0, 0, 0, 0, 0, 0, 2)),
  })
  const whole = aModel(input('n', 'int64', 'batch', 2))
  t.strictSame((await read('1:5', whole, type)).n?.data, BigInt64Array.of(0n, 5n))
  t.match(await refused('1:5', whole), /line 1 leaves columns out, and input "n" .*; missing=0/)
  t.equal(await refused('1:5 0:1', whole), 'none')
  t.match(await refused('0:1', FOUR, `${TYPE}; missing=-1`), /missing is "-1"; it may be 0 or NaN/)
})

t.test('columns are divided among several inputs', async (t) => {
  const model = aModel(
    input('a', 'float16', 'batch', 2),
    input('b', 'float64', 'batch'),
    input('c', 'float32', 'batch', 1),
  )
  t.strictSame(await read('3:4 0:1', model), {
    a: tensor('float16', [1, 2], Uint16Array.of(0x3c00, 0x7e00)),
    b: tensor('float64', [1], Float64Array.of(NAN)),
    c: tensor('float32', [1, 1], Float32Array.of(4)),
  })
})

t.test('what is no such line is refused with its number', async (t) => {
  const cases: [string, RegExp][] = [
    ['1 0:1\n1 4:1', /line 2: index 4 is not of the model's 4 columns, which count from 0/],
    ['1 0:x', /line 1, index 0: expected a number .* received the string "x"/],
    ['1 0:1 0:2', /line 1: index 0 is there twice/],
    ['1 2', /line 1: expected index:value, received "2"/],
    ['1 a:1', /received "a:1"/],
    ['-1:3', /received "-1:3"/],
    ['1 99999999999:1', /expected index:value/],
    ['', /no rows/],
    ['# nothing', /no rows/],
  ]
  for (const [text, message] of cases) t.match(await refused(text), message)
  t.match(await refused('0:1', aModel(input('s', 'string', 'batch', 1))), /has numbers only, not text/)
  t.match(
    await refused('0:1', aModel(input('x', 'float32', 'batch', 'n'))),
    /LibSVM cannot determine the shape/,
  )
  t.match(await refused('1\n1\n1', withMaxRows(FOUR, 2)), /more than 2 rows/)
  t.match(await refused('0:1', FOUR, `${TYPE}; charset=latin1`), /^ERR_UNSUPPORTED_MEDIA_TYPE/)
})

t.test('short lines of wide rows are bounded', async (t) => {
  const wide = aModel(input('x', 'float32', 'batch', 100_000))
  const before = process.memoryUsage().arrayBuffers
  t.match(await refused('1\n'.repeat(100_000), wide), /more than 16777216 values in rows of 100000/)
  t.ok(process.memoryUsage().arrayBuffers - before < 300e6)
})
