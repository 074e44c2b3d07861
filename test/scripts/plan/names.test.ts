import fc from 'fast-check'
import t from 'tap'
import { canonicalJson, hashName, hashOf, MAX_ENDPOINT_NAME } from '../../../scripts/plan/names.ts'

/** The same value with its keys in another order. */
const reversed = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(reversed)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value)
      .map(([key, inner]) => [key, reversed(inner)] as const)
      .reverse(),
  )
}

t.test('the order of keys does not matter', async () => {
  fc.assert(fc.property(fc.jsonValue(), (value) => canonicalJson(reversed(value)) === canonicalJson(value)))
})

t.test('canonical JSON says what the value says', async (t) => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      t.strictSame(JSON.parse(canonicalJson(value)), JSON.parse(JSON.stringify(value)))
    }),
  )
})

t.test('other values have other hashes', async (t) => {
  const values = [{}, { a: 1 }, { a: '1' }, { a: [1] }, { a: { b: 1 } }, { b: 1 }, [{ a: 1 }], { a: 1, b: 2 }]
  t.equal(new Set(values.map(hashOf)).size, values.length)
  t.equal(hashOf({ a: 1, b: undefined }), hashOf({ a: 1 }), 'what is undefined is not there')
})

t.test('a hash stays what it is: endpoints in the field have it', async (t) => {
  t.equal(hashName('flowers', { b: [1, 'x'], a: { d: true, c: null } }), 'flowers-49bd963139')
})

t.test('the longest name and its hash are what SageMaker takes', async (t) => {
  t.match(hashName('a'.repeat(MAX_ENDPOINT_NAME), {}), /^a+-[0-9a-f]{10}$/)
  t.equal(hashName('a'.repeat(MAX_ENDPOINT_NAME), {}).length, 63)
})
