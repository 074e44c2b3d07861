import { getHeapSpaceStatistics, setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import t from 'tap'
import { Bag } from '../src/bag.ts'

type Item = { name: string; place?: number }

const namesIn = (bag: Bag<Item>): string =>
  bag.all
    .map(({ name }) => name)
    .sort()
    .join('')

t.test('What was put in is there until it is removed, wherever it stands', async (t) => {
  for (const gone of ['a', 'b', 'c']) {
    const bag = new Bag<Item>()
    const items = ['a', 'b', 'c'].map((name): Item => ({ name }))
    for (const item of items) bag.add(item)
    const removed = items.find(({ name }) => name === gone) as Item
    bag.remove(removed)
    bag.remove(removed)
    t.equal(namesIn(bag), 'abc'.replace(gone, ''))
    t.equal(bag.size, 2)
    bag.add(removed)
    t.equal(namesIn(bag), 'abc')
    for (const item of items) bag.remove(item)
    t.equal(bag.size, 0)
  }
})

t.test('What is in another bag, or in none, cannot be removed', async (t) => {
  const [one, other] = [new Bag<Item>(), new Bag<Item>()]
  one.add({ name: 'a' })
  const item: Item = { name: 'b' }
  one.remove(item)
  other.add(item)
  one.remove(item)
  t.equal(namesIn(one), 'a')
  t.equal(namesIn(other), 'b')
})

t.test('What has left is not kept by what came after it, not even after a full collection', async (t) => {
  setFlagsFromString('--expose-gc')
  const collect = runInNewContext('gc') as () => void
  const oldBytes = () =>
    getHeapSpaceStatistics().find(({ space_name }) => space_name === 'old_space')?.space_used_size ?? 0
  const bag = new Bag<{ payload: number[]; place?: number }>()
  const present: { payload: number[]; place?: number }[] = []
  const churn = (times: number): number => {
    let most = 0
    for (let i = 0; i < times; i++) {
      const item = { payload: new Array<number>(500).fill(0) }
      bag.add(item)
      present.push(item)
      if (present.length > 64) bag.remove(present.shift() as (typeof present)[number])
      if (i % 1000 === 0) most = Math.max(most, oldBytes())
    }
    return most
  }
  churn(1000)
  collect()
  const before = oldBytes()
  // A Map in its place lets this grow by 30 MB.
  t.ok(churn(50_000) - before < 5_000_000)
})
