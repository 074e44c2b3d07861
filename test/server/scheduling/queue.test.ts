import t from 'tap'
import { LARGE_BYTES, Queue } from '../../../src/server/scheduling/queue.ts'
import { pendingOf, requestOf, textOf } from './fakes.ts'

const small = (text: string, arrivedAt = 0) => pendingOf(requestOf(text), arrivedAt)
const large = (text: string, arrivedAt = 0) => pendingOf(requestOf(text, LARGE_BYTES), arrivedAt)

const filled = (...all: ReturnType<typeof small>[]): Queue => {
  const queue = new Queue()
  for (const one of all) queue.push(one)
  return queue
}

/** What comes out, one request a turn. */
const drain = (queue: Queue): string => {
  let text = ''
  for (let line = queue.turn; line.first !== undefined; line = queue.turn) {
    text += textOf(line.first.request)
    line.shift()
    queue.tookTurn(line)
  }
  return text
}

t.test('An empty queue gives nothing', async (t) => {
  const queue = new Queue()
  t.equal(queue.size, 0)
  t.equal(queue.oldest, undefined)
  t.equal(queue.turn.first, undefined)
})

t.test('Requests come out in the order they went in', async (t) => {
  const queue = filled(small('a'), small('b'), small('c'))
  t.equal(queue.size, 3)
  t.equal(queue.turn.bytes, 3)
  t.equal(drain(queue), 'abc')
  t.equal(queue.size, 0)
  t.equal(queue.turn.bytes, 0)
})

t.test('Small ones and large ones take turns; the oldest of both is the oldest', async (t) => {
  const queue = filled(large('L', 1), large('M', 2), small('a', 3), small('b', 4), small('c', 5))
  t.equal(textOf(queue.oldest?.request ?? requestOf('')), 'L')
  t.equal(drain(queue), 'LaMbc')
})

t.test('What is put back stands before all that arrived later', async (t) => {
  const queue = filled(small('x', 50))
  for (const [text, arrivedAt] of [
    ['c', 30],
    ['d', 40],
    ['a', 10],
    ['b', 20],
    ['y', 60],
  ] as const)
    queue.putBack(small(text, arrivedAt))
  t.equal(queue.turn.bytes, 6)
  t.equal(drain(queue), 'abcdxy')
})

t.test('A suspect goes before all turns', async (t) => {
  const suspect = small('s', 5)
  suspect.suspect = true
  const queue = filled(large('L', 1), large('M', 2))
  queue.putBack(suspect)
  t.equal(drain(queue), 'sLM')
})

t.test('A removed request is gone, wherever it stands', async (t) => {
  const [a, b, c, d] = [small('a', 1), small('b', 2), small('c', 3), large('D', 4)]
  const queue = filled(a, b, c, d)
  queue.remove(b)
  queue.remove(b)
  t.equal(queue.size, 3, 'one that is not there need not be')
  queue.remove(d)
  queue.remove(a)
  t.equal(queue.turn.bytes, 1)
  t.equal(drain(queue), 'c')
})
