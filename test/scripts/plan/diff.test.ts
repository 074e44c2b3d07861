import t from 'tap'
import { diff } from '../../../scripts/plan/diff.ts'

t.test('every leaf that differs is named by its path, with both values', async (t) => {
  t.strictSame(diff({ a: 1, b: { c: 'x', d: true } }, { a: 2, b: { c: 'x' }, e: null }), [
    { path: 'a', from: 1, to: 2 },
    { path: 'b.d', from: true },
    { path: 'e', to: null },
  ])
})

t.test(
  'elements of lists are matched by their names, and by their places where they have none',
  async (t) => {
    const one = { VariantName: 'one', weight: 1 }
    const two = { VariantName: 'two', weight: 2 }
    t.strictSame(diff([one, two], [two, one]), [])
    t.strictSame(diff([one, two], [{ ...two, weight: 5 }, one]), [{ path: '[two].weight', from: 2, to: 5 }])
    t.strictSame(diff(['a', 'b'], ['a', 'c', 'd']), [
      { path: '[1]', from: 'b', to: 'c' },
      { path: '[2]', to: 'd' },
    ])
  },
)

t.test(
  'a thing that becomes another kind of thing is shown, and nothing is no different from undefined',
  async (t) => {
    t.strictSame(diff({ a: 'x' }, { a: { b: 'x' } }), [{ path: 'a.b', to: 'x' }])
    t.strictSame(diff({ a: undefined }, {}), [])
    t.strictSame(diff(undefined, undefined), [])
  },
)
