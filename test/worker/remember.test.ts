import t from 'tap'
import { remember } from '../../src/worker/remember.ts'

t.test('A task is done once for the same texts, and again after it threw', async (t) => {
  const calls: (string | undefined)[][] = []
  const task = remember((a: string | undefined, b: string) => {
    calls.push([a, b])
    if (b === 'bad') throw new Error('bad')
    return `${a}/${b}`
  })
  t.equal(task('x', 'y'), 'x/y')
  t.equal(task('x', 'y'), 'x/y')
  t.equal(task(undefined, 'y'), 'undefined/y')
  t.throws(() => task('x', 'bad'))
  t.throws(() => task('x', 'bad'))
  t.same(calls, [
    ['x', 'y'],
    [undefined, 'y'],
    ['x', 'bad'],
    ['x', 'bad'],
  ])
})

t.test('Texts without end cost no memory without end', async (t) => {
  let calls = 0
  const task = remember((text: string) => {
    calls += 1
    return text
  })
  for (let i = 0; i < 250; i += 1) task(`${i}`)
  t.equal(task('249'), '249')
  t.equal(calls, 250)
  t.equal(task('0'), '0')
  t.equal(calls, 251, 'forgotten')
})
