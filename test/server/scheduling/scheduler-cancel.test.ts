import t from 'tap'
import { arrange } from './fakes.ts'

t.test('A cancel reaches the worker that has the request, and no other', async (t) => {
  const { runners, submit, clock } = arrange(1)
  const [a, b] = await clock.together(() => submit('a', 'b'))
  const [waiting] = submit('waiting')
  const [runner] = runners
  t.same(runner.bodies, ['a', 'b'])
  b?.cancel()
  b?.cancel()
  waiting?.cancel()
  t.same(runner.cancelled, ['b'])
  await runner.answer()
  a?.cancel()
  t.same(runner.cancelled, ['b'], 'what was answered is not cancelled')
})
