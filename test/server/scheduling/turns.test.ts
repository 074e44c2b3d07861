import t from 'tap'
import { LARGE_BYTES } from '../../../src/server/scheduling/queue.ts'
import { MAX_BATCH_BYTES } from '../../../src/server/scheduling/take.ts'
import { arrange, FakeRunner } from './fakes.ts'

const names = (count: number, prefix: string): string[] =>
  Array.from({ length: count }, (_, index) => `${prefix}${index}`)

t.test(
  'Large bodies that arrive together are spread over all workers, none gets two in a batch',
  async (t) => {
    const { runners, submitSized, clock } = arrange(2)
    await clock.together(() => submitSized(24e6, ...names(16, 'large')))
    for (let i = 0; i < 8; i += 1) {
      for (const runner of runners) t.equal(runner.bodies?.length, 1)
      for (const runner of runners) await runner.answer()
    }
    t.same(
      runners.map(({ history }) => history.length),
      [8, 8],
    )
  },
)

t.test('A batch is full when one more request would make it larger than a message may be', async (t) => {
  const image = 602_112
  const { runners, submitSized } = arrange(1)
  submitSized(image, 'first', ...names(64, 'r'))
  await runners[0].answer()
  t.equal(runners[0].bodies?.length, 64, '64 images of 224 × 224 × 3 float32 fit')
  await runners[0].answer()
  submitSized(1.5e6, 'second', ...names(64, 's'))
  await runners[0].answer()
  t.equal(runners[0].bodies?.length, Math.floor(MAX_BATCH_BYTES / 1.5e6))
})

t.test('A request larger than a batch may be goes alone', async (t) => {
  const { runners, submitSized, answers } = arrange(1)
  submitSized(2 * MAX_BATCH_BYTES, 'a', 'b')
  t.same(runners[0].bodies, ['a'])
  await runners[0].answer()
  t.same(runners[0].bodies, ['b'])
  await runners[0].answer()
  t.same(answers, { a: 'a', b: 'b' })
})

t.test('A share is one of bytes too: a worker that gets free leaves others their part', async (t) => {
  const { runners, submitSized } = arrange(2)
  const [second, first] = runners as [FakeRunner, FakeRunner]
  submitSized(100, 'x', 'y')
  submitSized(3e6, 'a', 'b')
  submitSized(300_000, ...names(6, 'c'))
  await first.answer()
  t.same(first.bodies, ['a', 'b'], 'not half of the requests, which would be four')
  await second.answer()
  t.same(second.bodies, ['c0', 'c1', 'c2'])
})

t.test('A small request waits for one large one, however many came before it', async (t) => {
  const { runners, submitSized, submit } = arrange(1)
  const [runner] = runners
  submitSized(24e6, ...names(16, 'large'))
  submit('small')
  t.same(runner.bodies, ['large0'])
  await runner.answer()
  t.same(runner.bodies, ['small'])
  await runner.answer()
  t.same(runner.bodies, ['large1'])
})

t.test('Small requests and large ones take turns: neither kind is starved', async (t) => {
  const { runners, submitSized, submit } = arrange(1, { maxBatchSize: 1 })
  const [runner] = runners
  submitSized(LARGE_BYTES, 'L0', 'L1')
  submit('s0', 's1', 's2', 's3')
  submitSized(LARGE_BYTES, 'L2')
  for (let i = 0; i < 7; i += 1) await runner.answer()
  t.equal(runner.history.flat().join(' '), 'L0 s0 L1 s1 L2 s2 s3')
})

t.test('What comes back from a worker that died goes before all turns', async (t) => {
  const { runners, submitSized, submit, scheduler } = arrange(1)
  submit('s0')
  submitSized(LARGE_BYTES, 'L0', 'L1')
  submit('s1')
  await runners[0].answer()
  t.same(runners[0].bodies, ['L0', 'L1'])
  await runners[0].die(scheduler)
  const second = new FakeRunner()
  scheduler.add(second)
  t.same(second.bodies, ['L0'])
})

t.test('An old large request is found at its deadline though small ones are in the other lane', async (t) => {
  const { clock, runners, scheduler, submitSized, answers } = arrange(1, { requestTimeoutMs: 100 })
  scheduler.remove(runners[0])
  submitSized(LARGE_BYTES, 'L')
  await clock.advance(50)
  submitSized(10, 's')
  await clock.advance(50)
  t.same(answers, { L: 'ERR_DEADLINE_EXCEEDED' })
  await clock.advance(50)
  t.same(answers, { L: 'ERR_DEADLINE_EXCEEDED', s: 'ERR_DEADLINE_EXCEEDED' })
})
