import t from 'tap'
import { InHand } from '../../../src/server/scheduling/in-hand.ts'
import { bodyOf, requestOf } from './fakes.ts'

t.test('A request is in hand until it has its reply, its body until it is let go', async (t) => {
  const told: string[] = []
  const inHand = new InHand((_, reply) => told.push(bodyOf(reply)))
  const first = inHand.add(requestOf('one'), 5, 15)
  const second = inHand.add(requestOf('three'), 5, 15)
  t.ok(first.order < second.order, 'in the order of their arrival, whatever the clock says')
  t.strictSame([inHand.size, inHand.bytes], [2, 8])
  first.settle(undefined)
  t.strictSame([inHand.size, inHand.bytes], [1, 8])
  inHand.letGo(first)
  t.strictSame([inHand.size, inHand.bytes], [1, 5])
  t.strictSame(told, ['CANCELLED'])
})

t.test('All that have no reply are given one', async (t) => {
  const told: string[] = []
  const inHand = new InHand((_, reply) => told.push(bodyOf(reply)))
  for (const text of ['a', 'b', 'c']) inHand.add(requestOf(text), 0, 10)
  inHand.settle({ ok: false, code: 'ERR_UNAVAILABLE', message: 'closed' })
  t.strictSame(told, ['ERR_UNAVAILABLE', 'ERR_UNAVAILABLE', 'ERR_UNAVAILABLE'])
  t.equal(inHand.size, 0)
})
