import t from 'tap'
import { createLiveWeights } from '../../../scripts/traffic/live-weights.ts'

const prepare = () => {
  const state = { nowMs: 0, calls: 0, weight: 10, fails: false, errors: [] as string[] }
  const send = async () => {
    state.calls++
    if (state.fails) throw new Error('throttled')
    return { ProductionVariants: [{ VariantName: 'a', CurrentWeight: state.weight }, { VariantName: 'b' }] }
  }
  const weights = createLiveWeights(
    { send } as never,
    'flowers',
    ({ message }) => state.errors.push(message),
    () => state.nowMs,
  )
  return { state, weights }
}

t.test('they are read at most every 30 s, and once for all who ask together', async (t) => {
  const { state, weights } = prepare()
  t.same(await Promise.all([weights.get(), weights.get()]), [
    { a: 10, b: 0 },
    { a: 10, b: 0 },
  ])
  state.weight = 20
  state.nowMs = 29_999
  t.same(await weights.get(), { a: 10, b: 0 })
  t.equal(state.calls, 1)
  state.nowMs = 30_000
  t.same(await weights.get(), { a: 20, b: 0 })
  t.equal(state.calls, 2)
})

t.test('in doubt they are read again, but not more than once a second', async (t) => {
  const { state, weights } = prepare()
  await weights.get()
  state.weight = 20
  weights.doubt()
  state.nowMs = 999
  t.same(await weights.get(), { a: 10, b: 0 })
  state.nowMs = 1000
  t.same(await weights.get(), { a: 20, b: 0 })
  state.nowMs = 2000
  await weights.get()
  t.equal(state.calls, 2, 'and then not again')
})

t.test('if they cannot be read, the last ones hold', async (t) => {
  const { state, weights } = prepare()
  state.fails = true
  t.same(await weights.get(), {})
  await weights.get()
  t.equal(state.calls, 1, 'nor is it tried for every request')
  state.fails = false
  state.nowMs = 30_000
  await weights.get()
  state.fails = true
  state.nowMs = 60_000
  t.same(await weights.get(), { a: 10, b: 0 })
  t.same(state.errors, ['throttled', 'throttled'])
})

t.test('an answer that never comes holds up no request for long', async (t) => {
  const alive = setInterval(() => {}, 1000)
  t.teardown(() => clearInterval(alive))
  const silent = { send: () => new Promise(() => {}) } as never
  const weights = createLiveWeights(silent, 'flowers', () => {}, undefined, { first: 20, later: 0 })
  t.same(await weights.get(), {})
})
