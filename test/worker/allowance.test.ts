import t from 'tap'
import { Allowance, MAX_HELD_BYTES } from '../../src/worker/allowance.ts'

const request = () => {
  const late = new AbortController()
  return Object.assign(new Allowance(late), { late })
}

t.test('a request may hold as much as all may together, and one thing that is larger', async (t) => {
  const one = request()
  one.hold(MAX_HELD_BYTES / 2)
  one.hold(MAX_HELD_BYTES / 2)
  t.throws(() => one.hold(1), { code: 'ERR_INVALID_INPUT', message: /take more than 268435456 bytes/ })
  one.release()
  const huge = request()
  huge.hold(2 * MAX_HELD_BYTES)
  t.throws(() => huge.hold(1), { code: 'ERR_INVALID_INPUT' })
  huge.release()
})

t.test('what does not fit beside others is to be tried again, and fits once they are done', async (t) => {
  const [one, other] = [request(), request()]
  one.hold(MAX_HELD_BYTES - 10)
  other.hold(10)
  t.throws(() => other.hold(1), { code: 'ERR_OVERLOADED' })
  one.release()
  other.hold(MAX_HELD_BYTES - 10)
  other.release()
})

t.test('what is given up holds nothing, whatever it still does', async (t) => {
  const [one, other] = [request(), request()]
  one.hold(MAX_HELD_BYTES)
  one.late.abort()
  one.hold(MAX_HELD_BYTES)
  one.release()
  t.doesNotThrow(() => other.hold(MAX_HELD_BYTES))
  other.release()
})
