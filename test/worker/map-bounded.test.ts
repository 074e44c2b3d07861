import t from 'tap'
import { mapBounded } from '../../src/worker/map-bounded.ts'

t.test('keeps the order of the items and never has more than the limit under way', async (t) => {
  let underWay = 0
  let most = 0
  const results = await mapBounded([5, 1, 4, 2, 3], 2, async (item, index) => {
    most = Math.max(most, ++underWay)
    for (let turn = 0; turn < item; turn++) await Promise.resolve()
    underWay--
    return [item, index]
  })
  t.strictSame(results, [
    [5, 0],
    [1, 1],
    [4, 2],
    [2, 3],
    [3, 4],
  ])
  t.equal(most, 2)
})

t.test('rejects with the first error, and takes no items at all', async (t) => {
  const task = async (item: number) => {
    if (item === 2) throw new Error('two')
    return item
  }
  await t.rejects(mapBounded([1, 2, 3], 2, task), { message: 'two' })
  t.strictSame(await mapBounded([], 2, task), [])
})

t.test('rejects when what was under way has ended', async (t) => {
  let finish = () => {}
  const slow = new Promise<void>((resolve) => {
    finish = resolve
  })
  let told = false
  const mapped = mapBounded([1, 2], 2, async (item) => {
    if (item === 1) await slow
    else throw new Error('two')
  }).catch(() => {
    told = true
  })
  await new Promise((resolve) => setImmediate(resolve))
  t.notOk(told)
  finish()
  await mapped
  t.ok(told)
})
