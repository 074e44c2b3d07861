import t from 'tap'
import { Budget } from '../../src/worker/budget.ts'

/** A task that ends when told, and what has begun so far. */
const tasks = (budget: Budget) => {
  const begun: string[] = []
  const use = (name: string, weight: number, signal?: AbortSignal) => {
    let end = () => {}
    const task = () => {
      begun.push(name)
      return new Promise<string>((resolve) => {
        end = () => resolve(name)
      })
    }
    return { end: () => end(), result: budget.use(weight, task, signal) }
  }
  return { begun, use }
}

const turn = () => new Promise((resolve) => setImmediate(resolve))

t.test('what is under way never weighs more than the total, first come, first served', async (t) => {
  const { begun, use } = tasks(new Budget(10))
  const [a, b, c, d] = [use('a', 6), use('b', 4), use('c', 5), use('d', 1)]
  await turn()
  t.strictSame(begun, ['a', 'b'])
  b.end()
  t.equal(await b.result, 'b')
  await turn()
  t.strictSame(begun, ['a', 'b'], 'd would fit, but c came first')
  a.end()
  await a.result
  await turn()
  t.strictSame(begun, ['a', 'b', 'c', 'd'])
  c.end()
  d.end()
  t.strictSame(await Promise.all([c.result, d.result]), ['c', 'd'])
})

t.test('what weighs more than the total runs alone', async (t) => {
  const { begun, use } = tasks(new Budget(10))
  const [a, huge, b] = [use('a', 1), use('huge', 1000), use('b', 1)]
  await turn()
  t.strictSame(begun, ['a'])
  a.end()
  await turn()
  t.strictSame(begun, ['a', 'huge'])
  huge.end()
  await turn()
  t.strictSame(begun, ['a', 'huge', 'b'])
  b.end()
  await b.result
})

t.test('a task that fails gives its weight back', async (t) => {
  const budget = new Budget(1)
  await t.rejects(
    budget.use(1, async () => {
      throw new Error('bad')
    }),
    { message: 'bad' },
  )
  t.equal(await budget.use(1, async () => 'next'), 'next')
})

t.test('one that is given up while it waits is never begun, and holds up none behind it', async (t) => {
  const { begun, use } = tasks(new Budget(10))
  const late = new AbortController()
  const a = use('a', 6)
  const b = use('b', 6, late.signal)
  const c = use('c', 4)
  await turn()
  t.strictSame(begun, ['a'])
  late.abort(new Error('too late'))
  await t.rejects(b.result, { message: 'too late' })
  await turn()
  t.strictSame(begun, ['a', 'c'])
  await t.rejects(use('d', 1, late.signal).result, { message: 'too late' })
  a.end()
  c.end()
  await Promise.all([a.result, c.result])
  t.strictSame(begun, ['a', 'c'])
})
