import t from 'tap'
import { ServingError } from '../../../src/errors.ts'
import { inBatches } from '../../../src/worker/handler/batch.ts'

t.test('what is asked for together goes together, and what comes meanwhile goes next', async (t) => {
  const calls: number[][] = []
  let more: Promise<number>[] = []
  const predict = inBatches(async (inputs: readonly number[]) => {
    calls.push([...inputs])
    if (calls.length === 1) more = [10, 11, 12].map(predict)
    return inputs.map((input) => 2 * input)
  }, 3)
  t.strictSame(await Promise.all([1, 2, 3, 4].map(predict)), [2, 4, 6, 8])
  t.strictSame(await Promise.all(more), [20, 22, 24])
  t.strictSame(calls, [[1, 2, 3], [4, 10, 11], [12]], 'at most three a call')
  t.equal(await predict(5), 10, 'it goes on')
})

t.test('a call that fails is repeated in halves, and only the culprit fails', async (t) => {
  let calls = 0
  const predict = inBatches(async (inputs: readonly number[]) => {
    calls += 1
    if (inputs.includes(3)) throw new Error('three')
    return inputs
  }, 8)
  const settled = await Promise.allSettled([1, 2, 3, 4, 5, 6].map(predict))
  t.strictSame(
    settled.map((one) => (one.status === 'fulfilled' ? one.value : one.reason.message)),
    [1, 2, 'three', 4, 5, 6],
  )
  t.equal(calls, 5)
})

t.test(
  'a call that ran out of time is not repeated, so that what comes next does not wait for it',
  async (t) => {
    const calls: number[][] = []
    const predict = inBatches(async (inputs: readonly number[]) => {
      calls.push([...inputs])
      if (inputs.includes(3)) throw new ServingError('ERR_DEADLINE_EXCEEDED', 'late')
      return inputs
    }, 4)
    const settled = await Promise.allSettled([1, 2, 3, 4, 5].map(predict))
    t.strictSame(
      settled.map((one) => (one.status === 'fulfilled' ? one.value : one.reason.message)),
      ['late', 'late', 'late', 'late', 5],
    )
    t.strictSame(calls, [[1, 2, 3, 4], [5]])
  },
)
