import fc from 'fast-check'
import t from 'tap'
import {
  configHash,
  extendHistory,
  isGoingBack,
  parseHistory,
  previous,
  shortenHistory,
} from '../../../scripts/plan/history.ts'

t.test('a configuration has a hash if we have named it', async (t) => {
  t.equal(configHash('digits', 'digits-abc'), 'abc')
  t.equal(configHash('digits', 'other-abc'), undefined)
  t.equal(configHash('digits', undefined), undefined)
})

t.test('the newest comes first, and each once', async (t) => {
  t.equal(extendHistory([], undefined, 'a'), 'a')
  t.equal(extendHistory(['a'], 'a', 'b'), 'b a')
  t.equal(extendHistory(['b', 'a'], 'b', 'a'), 'a b')
})

t.test('what was sent and never came to serve is forgotten by the next update', async (t) => {
  t.equal(extendHistory(['failed', 'b', 'a'], 'b', 'c'), 'c b a')
})

t.test('sending the same again after a kill changes nothing', async (t) => {
  const once = extendHistory(['a'], 'a', 'b')
  t.equal(extendHistory(parseHistory(once), 'a', 'b'), once)
})

t.test('a tag holds 256 characters: the oldest go', async () => {
  const hash = fc.stringMatching(/^[0-9a-f]{10}$/)
  fc.assert(
    fc.property(fc.array(hash, { maxLength: 60 }), hash, (history, next) => {
      const value = extendHistory(history, history[0], next)
      const hashes = parseHistory(value)
      return value.length <= 256 && hashes[0] === next && new Set(hashes).size === hashes.length
    }),
  )
})

t.test('a rollback goes to what ran before, and another one further back', async (t) => {
  t.strictSame(previous(['c', 'b', 'a'], 'c'), ['b', 'a'])
  t.equal(shortenHistory(['c', 'b', 'a'], 'c', 'b'), 'b a')
  t.strictSame(previous(['b', 'a'], 'b'), ['a'])
  t.strictSame(previous(['a'], 'a'), [])
})

t.test('after an update that AWS took back, a rollback goes to what ran before the live one', async (t) => {
  t.strictSame(previous(['failed', 'b', 'a'], 'b'), ['a'])
})

t.test('going to a version that is not in the history is like deploying it', async (t) => {
  t.equal(shortenHistory(['b', 'a'], 'b', 'x'), 'x b a')
})

t.test('a rollback that was cut short is told from a deployment that was', async (t) => {
  // Deploying c over b: the live one is verified after the tests, and b is still known.
  t.equal(isGoingBack(['c', 'b', 'a'], 'c', 'b'), false)
  // Going back from c to b: c is no longer known.
  t.equal(isGoingBack(['b', 'a'], 'b', 'c'), true)
  t.equal(isGoingBack(['b', 'a'], 'b', 'b'), false)
  t.equal(isGoingBack(['a'], 'a', undefined), false)
})
