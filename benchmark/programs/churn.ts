/** What a collection costs V8 in which 64 objects of 4 KB come and go, after one full garbage collection: a Map, and the Bag of src/. */

import { getHeapSpaceStatistics, setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { Bag } from '../../src/bag.ts'

type Item = { payload: number[]; place?: number }
type Collection = { add(item: Item): unknown; remove(item: Item): unknown }

setFlagsFromString('--expose-gc')
const collect = runInNewContext('gc') as () => void

const oldBytes = (): number =>
  getHeapSpaceStatistics().find(({ space_name }) => space_name === 'old_space')?.space_used_size ?? 0

const churn = ({ add, remove }: Collection, present: Item[]): number => {
  let most = 0
  for (let index = 0; index < 100_000; index += 1) {
    const item = { payload: new Array<number>(500).fill(0) }
    add(item)
    present.push(item)
    if (present.length > 64) remove(present.shift() as Item)
    if (index % 1000 === 0) most = Math.max(most, oldBytes())
  }
  return most
}

const measure = (name: string, collection: Collection): void => {
  const present: Item[] = []
  churn(collection, present)
  collect()
  const before = oldBytes()
  const { user, system } = process.cpuUsage()
  const grown = churn(collection, present) - before
  const after = process.cpuUsage()
  const milliseconds = (after.user + after.system - user - system) / 1000
  process.stdout.write(
    `${name}: ${Math.round(milliseconds)} ms of CPU for 100,000 objects; old objects grew by ${(grown / 1e6).toFixed(1)} MB\n`,
  )
}

const bag = new Bag<Item>()
const map = new Map<Item, true>()
measure('Bag', { add: (item) => bag.add(item), remove: (item) => bag.remove(item) })
measure('Map', { add: (item) => map.set(item, true), remove: (item) => map.delete(item) })
