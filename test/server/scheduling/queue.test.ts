import t from 'tap'
import { type Entry, Queue } from '../../../src/server/scheduling/queue.ts'
import { textOf, workOf } from './fakes.ts'

const entry = (text: string, arrivedAt = 0): Entry => ({
  work: workOf(text),
  order: arrivedAt,
  arrivedAt,
  deadline: arrivedAt + 100,
  crashes: 0,
  suspect: false,
  batch: undefined,
  holders: 0,
  settled: false,
  settle: () => {},
})

const drain = (queue: Queue): string => {
  let text = ''
  for (let next = queue.shift(); next !== undefined; next = queue.shift()) text += textOf(next.work)
  return text
}

const filled = (...entries: Entry[]): Queue => {
  const queue = new Queue()
  for (const one of entries) queue.push(one)
  return queue
}

t.test('An empty queue gives nothing', async (t) => {
  const queue = new Queue()
  t.equal(queue.size, 0)
  t.equal(queue.peek(), undefined)
  t.equal(queue.shift(), undefined)
})

t.test('Entries come out in the order they went in', async (t) => {
  const queue = filled(entry('a'), entry('b'), entry('c'))
  t.equal(queue.size, 3)
  t.equal(textOf(queue.peek()?.work ?? workOf('')), 'a')
  t.equal(queue.size, 3, 'looking takes nothing')
  t.equal(drain(queue), 'abc')
  t.equal(queue.size, 0)
})

t.test('The order holds over thousands of entries that come and go', async (t) => {
  const queue = new Queue()
  let taken = 0
  for (let i = 0; i < 5000; i += 1) {
    queue.push(entry(`${i}`))
    if (i % 3 === 0) continue
    t.equal(textOf(queue.shift()?.work ?? workOf('nothing')), `${taken}`)
    taken += 1
  }
  t.equal(queue.size, 5000 - taken)
})

t.test('What is put back stands before all that arrived later', async (t) => {
  const queue = filled(entry('x', 50))
  for (const [text, arrivedAt] of [
    ['c', 30],
    ['d', 40],
    ['a', 10],
    ['b', 20],
    ['y', 60],
  ] as const)
    queue.putBack(entry(text, arrivedAt))
  t.equal(queue.bytes, 6)
  t.equal(drain(queue), 'abcdxy')
  t.equal(queue.bytes, 0)
})

t.test('A removed entry is gone, wherever it stands', async (t) => {
  const [a, b, c, d] = [entry('a'), entry('b'), entry('c'), entry('d')]
  const queue = filled(a, b, c, d)
  queue.shift()
  queue.remove(a)
  t.equal(queue.size, 3, 'an entry that was taken before is not there to be removed')
  queue.remove(c)
  t.equal(queue.size, 2)
  queue.remove(b)
  t.equal(queue.bytes, 1)
  t.equal(drain(queue), 'd')
})
