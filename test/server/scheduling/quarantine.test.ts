import t from 'tap'
import type { Request } from '../../../src/protocol/request.ts'
import { Quarantine } from '../../../src/server/scheduling/quarantine.ts'
import { requestOf } from './fakes.ts'

const TEN_MINUTES = 600_000

t.test('The same bytes with the same media type are known again, others are not', async (t) => {
  const quarantine = new Quarantine()
  t.equal(quarantine.has(requestOf('a'), 0), false)
  quarantine.add(requestOf('a'), 0)
  t.equal(quarantine.has(requestOf('a'), 0), true)
  t.equal(quarantine.has(requestOf('b'), 0), false)
  t.equal(quarantine.has(requestOf('ab'), 0), false)
  t.equal(quarantine.has({ ...requestOf('a'), headers: { 'content-type': 'text/csv' } }, 0), false)
})

t.test('A thousand are remembered, the oldest is forgotten first', async (t) => {
  const quarantine = new Quarantine()
  for (let i = 0; i <= 1000; i += 1) quarantine.add(requestOf(`${i}`), i)
  t.equal(quarantine.has(requestOf('0'), 1001), false)
  t.equal(quarantine.has(requestOf('1'), 1001), true)
  t.equal(quarantine.has(requestOf('1000'), 1001), true)
})

t.test('After ten minutes a request is tried again', async (t) => {
  const quarantine = new Quarantine()
  quarantine.add(requestOf('a'), 5)
  quarantine.add(requestOf('b'), 6)
  t.equal(quarantine.has(requestOf('a'), TEN_MINUTES + 4), true)
  t.equal(quarantine.has(requestOf('a'), TEN_MINUTES + 5), false)
  t.equal(quarantine.has(requestOf('b'), TEN_MINUTES + 5), true)
})

t.test('A body is read only if its length is that of one that is remembered', async (t) => {
  const quarantine = new Quarantine()
  quarantine.add(requestOf('poison'), 0)
  /** Counts how often its bytes are asked for. */
  const watched = (length: number) => {
    let read = 0
    const work = new Proxy(requestOf('x'.repeat(length)), {
      get(target, key) {
        if (key === 'headers') read += 1
        return target[key as keyof Request]
      },
    })
    return { has: () => quarantine.has(work, 0), read: () => read }
  }
  const [other, alike] = [watched(7), watched(6)]
  t.equal(other.has(), false)
  t.equal(other.read(), 0)
  t.equal(alike.has(), false)
  t.equal(alike.read(), 1)
})
