import t from 'tap'
import { ByteBudget } from '../../../src/server/http/byte-budget.ts'

t.test('What is held counts until it is released, once', async (t) => {
  const budget = new ByteBudget(10)
  const hold = budget.hold(6)
  t.equal(budget.fits(4), true)
  t.equal(budget.fits(5), false)
  hold.resize(8)
  t.equal(budget.fits(3), false)
  hold.release()
  hold.release()
  hold.resize(100)
  t.equal(budget.held, 0)
})

t.test('What others hold counts too', async (t) => {
  let elsewhere = 7
  const budget = new ByteBudget(10, () => elsewhere)
  t.equal(budget.fits(4), false)
  elsewhere = 6
  t.equal(budget.fits(4), true)
})

t.test('One that is larger than the whole budget is let in alone', async (t) => {
  const budget = new ByteBudget(10)
  t.equal(budget.fits(11), true)
  budget.hold(1)
  t.equal(budget.fits(11), false)
})
