import fc from 'fast-check'
import t from 'tap'
import { assignVariant, hash, type Weights } from '../../../scripts/traffic/assign-variant.ts'
import { sampleRatio } from '../../../scripts/traffic/sample-ratio.ts'
import { readVectors } from './vectors.ts'

const SEED = 20_261_121
const USERS = Array.from({ length: 8000 }, (_, index) => `user-${index}`)

const assignAll = (weights: Weights, salt = 'exp-7'): (string | undefined)[] =>
  USERS.map((user) => assignVariant(user, weights, salt))

const count = (of: readonly (string | undefined)[]): Record<string, number> => {
  const counts: Record<string, number> = {}
  for (const variant of of) if (variant !== undefined) counts[variant] = (counts[variant] ?? 0) + 1
  return counts
}

/** The share that went from one variant to another. */
const moved = (before: readonly unknown[], after: readonly unknown[]): number =>
  before.filter((variant, at) => variant !== after[at]).length / before.length

t.test('the worked example and the vectors of docs/ab-testing.md', async (t) => {
  const { example, vectors } = readVectors()
  t.equal(hash(...example.texts), example.sha256)
  t.ok(vectors.length >= 12)
  for (const { salt, user, weights, variant } of vectors)
    t.equal(assignVariant(user, weights, salt), variant, `${salt} ${user}`)
})

t.test('users are split as the weights say', async (t) => {
  const splits: Weights[] = [
    { a: 1, b: 1 },
    { a: 95, b: 5 },
    { a: 0.7, b: 0.2, c: 0.1 },
    { a: 1, b: 2, c: 3, d: 4, e: 5, f: 6, g: 7, h: 8, i: 9, j: 10 },
    { a: 1e-9, b: 3e-9 },
    { a: 1e9, b: 3e9 },
  ]
  for (const weights of splits) {
    const found = sampleRatio(count(assignAll(weights)), weights)
    t.equal(found?.mismatch, false, `${JSON.stringify(weights)}: chi-square ${found?.chiSquare}`)
  }
})

t.test('only what the change of a weight asks for moves', async (t) => {
  const before = assignAll({ a: 45, b: 45, canary: 10 })
  const after = assignAll({ a: 40, b: 40, canary: 20 })
  const [from, to] = [count(before), count(after)]
  t.ok((to.canary ?? 0) > 1.8 * (from.canary ?? 0))
  for (const [at, variant] of before.entries())
    if (variant !== after[at] && after[at] !== 'canary')
      t.fail(`${USERS[at]} went from ${variant} to ${after[at]}, neither of which grew`)
  t.ok(moved(before, after) < 0.13, `${moved(before, after)} moved; 0.1 must`)
})

t.test('nobody but its own users moves when a variant goes, comes or gets the weight 0', async (t) => {
  const three = assignAll({ a: 1, b: 1, c: 1 })
  const without = assignAll({ a: 1, b: 1 })
  t.strictSame(assignAll({ a: 1, b: 1, c: 0 }), without)
  t.ok(three.every((variant, at) => variant === 'c' || variant === without[at]))
  const back = assignAll({ c: 1, a: 1, b: 1 })
  t.strictSame(back, three, 'and the order of the weights is of no matter')
})

t.test('for any weights and user: one with a weight, the same at any scale, the same again', async () => {
  const name = fc.stringMatching(/^[a-zA-Z0-9](-*[a-zA-Z0-9]){0,5}$/)
  const weight = fc.oneof(fc.constant(0), fc.double({ min: 1e-6, max: 1e6, noNaN: true }))
  fc.assert(
    fc.property(
      fc.dictionary(name, weight, { maxKeys: 10 }),
      fc.string({ unit: 'grapheme' }),
      fc.string(),
      (weights, user, salt) => {
        const variant = assignVariant(user, weights, salt)
        const positive = Object.keys(weights).filter((key) => (weights[key] ?? 0) > 0)
        if (variant === undefined) return positive.length === 0
        // A power of two changes no rounding.
        const scaled = Object.fromEntries(Object.entries(weights).map(([key, value]) => [key, value * 8]))
        const fewer = Object.fromEntries(
          Object.entries(weights).filter(([key]) => key === variant || key < variant),
        )
        return (
          positive.includes(variant) &&
          assignVariant(user, scaled, salt) === variant &&
          assignVariant(user, fewer, salt) === variant
        )
      },
    ),
    { seed: SEED, numRuns: 1000 },
  )
})

t.test('another salt is an independent split', async (t) => {
  const weights = { a: 70, b: 30 }
  const [first, second] = [assignAll(weights, 'exp-7'), assignAll(weights, 'exp-8')]
  const pairs = count(first.map((variant, at) => `${variant}${second[at]}`))
  // If they are independent, the shares multiply.
  const expected = { aa: 0.49, ab: 0.21, ba: 0.21, bb: 0.09 }
  t.equal(sampleRatio(pairs, expected)?.mismatch, false, JSON.stringify(pairs))
  t.equal(sampleRatio(count(first.map((variant) => `${variant}${variant}`)), expected)?.mismatch, true)
})

t.test('salt, variant and user do not run into one another', async (t) => {
  const hashes = [
    hash('ab', 'c', 'd'),
    hash('a', 'bc', 'd'),
    hash('a', 'b', 'cd'),
    hash('abcd', '', ''),
    hash('', '', 'abcd'),
    hash('abcd'),
    hash('a\u0000', 'bc', 'd'),
  ]
  t.equal(new Set(hashes).size, hashes.length)
})

t.test('no weight above 0 assigns nobody, and what is no weight is an error', async (t) => {
  t.equal(assignVariant('u', {}, 's'), undefined)
  t.equal(assignVariant('u', { a: 0, b: 0 }, 's'), undefined)
  for (const weight of [-1, Number.NaN, Number.POSITIVE_INFINITY])
    t.throws(() => assignVariant('u', { a: 1, b: weight }, 's'), {
      name: 'RangeError',
      message: `the weight of b is ${weight}; it must be a number from 0`,
    })
})
