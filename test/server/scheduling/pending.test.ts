import t from 'tap'
import { Pending } from '../../../src/server/scheduling/pending.ts'
import { requestOf } from './fakes.ts'

t.test('The first reply counts, and is told once', async (t) => {
  let told = 0
  const times = { order: 0, arrivedAt: 5, deadline: 10 }
  const pending = new Pending(requestOf('a'), times, () => {
    told += 1
  })
  t.equal(pending.settled, false)
  t.equal(pending.settle({ ok: true, body: 'first', contentType: 'x/y' }), true)
  t.equal(pending.settle(undefined), false)
  t.equal(pending.settled, true)
  t.equal(told, 1)
  t.match(await pending.reply, { body: 'first' })
})

t.test('What was cancelled has no reply', async (t) => {
  const pending = new Pending(requestOf('a'), { order: 0, arrivedAt: 5, deadline: 10 }, () => {})
  pending.settle(undefined)
  t.equal(await pending.reply, undefined)
})
