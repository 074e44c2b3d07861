import t from 'tap'
import { allocate, type DataType } from '../../src/tensor/data-type.ts'
import { fromFloat16 } from '../../src/tensor/float16.ts'
import { parseCell, readElement, writeElement, writePlainNumbers } from '../../src/tensor/values.ts'
import { describe, excerpt } from '../../src/words.ts'

/** What is in the tensor after a value was written, or the words of the misfit. */
const written = (type: DataType, value: unknown): unknown => {
  const data = allocate(type, 1)
  const misfit = writeElement(type, data, 0, value)
  if (misfit !== undefined) return `${misfit.expected} | ${misfit.received}`
  return type === 'float16' ? fromFloat16(data[0] as number) : data[0]
}

t.test('floats take numbers and the names of those that JSON lacks', async (t) => {
  for (const type of ['float16', 'float32', 'float64'] as const) {
    t.equal(written(type, 1.5), 1.5)
    t.ok(Object.is(written(type, -0), -0))
    t.ok(Number.isNaN(written(type, 'NaN')))
    t.equal(written(type, 'Infinity'), Number.POSITIVE_INFINITY)
    t.equal(written(type, '-Infinity'), Number.NEGATIVE_INFINITY)
    t.match(written(type, '1.5'), /^a number .* \| the string "1.5"/)
    t.ok(Number.isNaN(written(type, null)), 'a missing value')
    t.match(written(type, true), / \| true$/)
  }
})

t.test('finite numbers that would become infinite are refused', async (t) => {
  t.equal(written('float16', 65519), 65504)
  t.match(written('float16', 65520), /that float16 can hold \| 65520, which overflows/)
  t.equal(written('float32', 3.4028235677973362e38), 3.4028234663852886e38)
  t.match(written('float32', 3.4028235677973366e38), /that float32 can hold/)
  t.match(written('float32', -1e39), /-1e\+39, which overflows/)
  t.equal(written('float64', 1.7976931348623157e308), 1.7976931348623157e308)
  t.match(written('float64', JSON.parse('1e999')), /that float64 can hold/)
})

t.test('integers take whole numbers in their range, as numbers or as strings of digits', async (t) => {
  t.equal(written('int8', 127), 127)
  t.equal(written('int8', '-128'), -128)
  t.equal(written('uint32', 2 ** 32 - 1), 2 ** 32 - 1)
  t.equal(written('int64', '-9223372036854775808'), -(2n ** 63n))
  t.equal(written('uint64', '18446744073709551615'), 2n ** 64n - 1n)
  t.equal(written('int64', 5), 5n)
  t.match(written('int8', 128), 'an integer from -128 to 127 | 128')
  t.match(written('int32', 1.5), / \| 1.5$/)
  t.match(written('uint64', -1), 'an integer from 0 to 18446744073709551615 | -1')
  t.match(written('int64', '9223372036854775808'), / \| the string "9223372036854775808"/)
  t.match(written('int32', '1e3'), / \| the string/)
  t.match(written('int32', ''), / \| the string ""/)
  t.match(written('int32', null), / \| null, which only floats and strings take$/)
  t.match(written('int64', '9'.repeat(1e6)), /^.{0,200}$/)
})

t.test('a number beyond 2^53 is to be sent as a string', async (t) => {
  t.match(written('int64', 2 ** 53), /beyond 2\^53 as a string \| 9007199254740992, which JSON numbers/)
  t.equal(written('int64', 2 ** 53 - 1), 2n ** 53n - 1n)
})

t.test('bool takes true, false, 1 and 0, string takes strings', async (t) => {
  t.strictSame(
    [true, false, 1, 0].map((value) => written('bool', value)),
    [1, 0, 1, 0],
  )
  t.match(written('bool', 2), 'true, false, 0 or 1 | 2')
  t.match(written('bool', 'true'), / \| the string "true"/)
  t.equal(written('string', 'é'), 'é')
  t.match(written('string', 1), 'a string | 1')
})

t.test('plain numbers are written up to the first that needs a second look', async (t) => {
  const plain = (type: DataType, list: unknown[]) => {
    const data = allocate(type, list.length + 1)
    return [writePlainNumbers(type, data, 1, list), ...data]
  }
  t.strictSame(plain('float32', [1, 2, 'NaN', 3]), [2, 0, 1, 2, 0, 0])
  t.strictSame(plain('float64', [1e300]), [1, 0, 1e300])
  t.equal(plain('float32', [1, 1e39])[0], 1)
  t.equal(plain('int8', [1, 300])[0], 1)
  t.equal(plain('int32', [1, 1.5])[0], 1)
  t.equal(plain('int64', [1])[0], 0)
  t.equal(plain('float16', [1])[0], 0)
  t.equal(plain('bool', [1])[0], 0)
})

t.test('elements are read as JSON values', async (t) => {
  t.equal(readElement('float32', Float32Array.of(Number.NaN), 0), 'NaN')
  t.equal(readElement('float64', Float64Array.of(Number.NEGATIVE_INFINITY), 0), '-Infinity')
  t.equal(readElement('float16', Uint16Array.of(0x3e00), 0), 1.5)
  t.equal(readElement('int64', BigInt64Array.of(2n ** 53n - 1n), 0), 2 ** 53 - 1)
  t.equal(readElement('int64', BigInt64Array.of(-(2n ** 53n)), 0), '-9007199254740992')
  t.equal(readElement('bool', Uint8Array.of(1), 0), true)
  t.equal(readElement('string', ['a'], 0), 'a')
  t.equal(readElement('uint8', Uint8Array.of(255), 0), 255)
})

t.test('cells of text are read by type', async (t) => {
  const cells = ['1', ' 2.5 ', '1e3', 'nan', '-inf', 'Infinity', '', ' ', '0x10', '1_0', 'abc']
  t.strictSame(
    cells.map((cell) => parseCell('float32', cell)),
    [1, 2.5, 1000, 'NaN', '-Infinity', 'Infinity', 'NaN', 'NaN', '0x10', '1_0', 'abc'],
  )
  t.strictSame(
    ['5', '5.0', '9223372036854775807', '+7', 'x'].map((cell) => parseCell('int64', cell)),
    [5, 5, '9223372036854775807', 7, 'x'],
  )
  t.strictSame(
    ['true', 'False', '1', '0.0', 'constructor'].map((cell) => parseCell('bool', cell)),
    [true, false, 1, 0, 'constructor'],
  )
  t.equal(parseCell('string', ' 1 '), ' 1 ')
})

t.test('messages hold at most 40 characters of what was received', async (t) => {
  t.equal(excerpt('a'.repeat(41)), `${'a'.repeat(39)}…`)
  t.equal(excerpt('a'.repeat(40)), 'a'.repeat(40))
  t.strictSame([undefined, null, [1, 2], {}, 'x', 1].map(describe), [
    'nothing',
    'null',
    'a list of 2',
    'an object',
    'the string "x"',
    '1',
  ])
})
