import assert from 'node:assert/strict'
import fc from 'fast-check'
import t from 'tap'
import { ServingError } from '../../../src/errors.ts'
import { parseJson } from '../../../src/worker/codec/json-parse.ts'
import { decodeUtf8 } from '../../../src/worker/codec/text.ts'

const parse = (text: string | Uint8Array): unknown =>
  parseJson(typeof text === 'string' ? text : decodeUtf8(text), 'the body', 1)

const message = (text: string | Uint8Array): string => {
  try {
    return JSON.stringify(parse(text))
  } catch (error) {
    return error instanceof ServingError ? `${error.code} ${error.message}` : 'another error'
  }
}

t.test('what JSON can say is parsed', async () => {
  fc.assert(fc.property(fc.json(), (text) => assert.deepEqual(parse(text), JSON.parse(text))))
})

t.test('nesting deeper than 64 is refused, 64 is not', async (t) => {
  const nested = (depth: number) => '['.repeat(depth) + ']'.repeat(depth)
  t.equal(message(nested(64)), nested(64))
  const refusal = 'ERR_INVALID_BODY the body is nested deeper than 64 levels'
  t.equal(message(nested(65)), refusal)
  t.equal(message('[{"a":'.repeat(33)), refusal)
  t.equal(message('['.repeat(100_000)), refusal)
  t.equal(message(`[${'[],'.repeat(1000)}[]]`).length, 3004)
})

t.test('brackets inside strings do not count', async (t) => {
  const text = JSON.stringify([`${'['.repeat(100)}\\`, '"', `\\"${'{'.repeat(100)}`])
  t.equal(message(text), text)
  const escaped = `["\\"${'['.repeat(100)}"]`
  t.equal(message(escaped), escaped)
  t.match(message(`["\\\\",${'['.repeat(70)}`), /nested deeper/)
  t.match(message(`["${'['.repeat(100)}`), /is not JSON/)
})

t.test('a syntax error has its place, and no more of the text than a few characters', async (t) => {
  t.match(message('[1,x]'), /^ERR_INVALID_BODY the body is not JSON: .*[Uu]nexpected token.*x/)
  t.match(message('[1, 2'), /^ERR_INVALID_BODY the body is not JSON: /)
  const long = message(`[${'"secret",'.repeat(1000)}x]`)
  t.ok(long.length < 160, long)
  t.equal(message(' '), 'ERR_INVALID_BODY the body is not JSON: it is empty')
})

t.test('Python and JavaScript programs that write NaN are told what to write', async (t) => {
  for (const text of ['[NaN]', '[1, Infinity]', '[-Infinity]']) t.match(message(text), /as strings: "NaN"/)
})

t.test('bytes that are not UTF-8 are refused', async (t) => {
  t.equal(
    message(Buffer.from([0x5b, 0x22, 0xff, 0x22, 0x5d])),
    'ERR_INVALID_BODY the body is not valid UTF-8',
  )
})

t.test('no bytes make it fail in another way', async () => {
  const bytes = fc.oneof(
    fc.uint8Array(),
    fc.stringMatching(/^[[\]{}",:\\0-9aeE.-]*$/).map((text) => Buffer.from(text)),
  )
  fc.assert(
    fc.property(bytes, (body) => message(body) !== 'another error'),
    { numRuns: 2000 },
  )
})

t.test('more lists and objects than a request can need are counted before they are parsed', async (t) => {
  const bomb = (unit: string) => message(`[${unit.repeat(25_000_000 / unit.length)}x`)
  for (const unit of ['[],', '{},', '[[]],', '{"a":[]},'])
    t.match(
      bomb(unit),
      /^ERR_INVALID_BODY the body has more than 2000000 lists and objects; send it in parts/,
    )
})

t.test('objects have no more members than the model has inputs, all together', async (t) => {
  const members = Array.from({ length: 20_000 }, (_, i) => `"k${i}":1`).join()
  t.match(
    message(`{${members}}`),
    /^ERR_INVALID_BODY the body has 20000 members in 1 objects, more than the 1 inputs/,
  )
  const rows = `[${'{"a":1},'.repeat(20_000)}{"a":1}]`
  t.equal(message(rows), rows)
  const text = `["${':'.repeat(20_000)}"]`
  t.equal(message(text), text)
})
