import fc from 'fast-check'
import t from 'tap'
import { ServingError } from '../../../src/errors.ts'
import { parseMediaType } from '../../../src/worker/codec/media-type.ts'

t.test('a missing or empty header stands for JSON', async (t) => {
  for (const header of [undefined, '', '  ']) {
    t.strictSame(parseMediaType(header), { type: 'application/json', parameters: {} })
  }
})

t.test('types and names of parameters are in lower case, values as they were sent', async (t) => {
  t.strictSame(parseMediaType('Text/CSV; Charset=UTF-8'), {
    type: 'text/csv',
    parameters: { charset: 'UTF-8' },
  })
  t.strictSame(parseMediaType(' text/csv ;a=1;b=2;'), { type: 'text/csv', parameters: { a: '1', b: '2' } })
})

t.test('values may be quoted', async (t) => {
  const { parameters } = parseMediaType('multipart/form-data; boundary="a b;c=\\"d\\\\"; x=y')
  t.strictSame(parameters, { boundary: 'a b;c="d\\', x: 'y' })
})

t.test('the first of two equal parameters counts', async (t) => {
  t.equal(parseMediaType('a/b;x=1;X=2').parameters.x, '1')
})

t.test('a malformed header is an unsupported media type', async (t) => {
  for (const header of ['json', 'a/b/c', '/', 'a/b x=y', `a/b${'c'.repeat(5000)} d`]) {
    t.throws(() => parseMediaType(header), {
      code: 'ERR_UNSUPPORTED_MEDIA_TYPE',
      message: /^Content-Type .{1,60}malformed/,
    })
  }
})

t.test('a malformed parameter does not count', async (t) => {
  for (const header of ['a/b; x', 'a/b; x="y', 'a/b;', 'a/b;;'])
    t.strictSame(parseMediaType(header), { type: 'a/b', parameters: {} })
  t.strictSame(parseMediaType('a/b; x; y=1').parameters, { y: '1' })
})

t.test('no header makes it fail in another way', async () => {
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.stringMatching(/^[ab/;= "\\]*$/)), (header) => {
      try {
        return typeof parseMediaType(header).type === 'string'
      } catch (error) {
        return error instanceof ServingError
      }
    }),
    { numRuns: 2000 },
  )
})
