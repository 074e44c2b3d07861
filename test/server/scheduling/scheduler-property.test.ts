import fc from 'fast-check'
import t from 'tap'
import { LARGE_BYTES } from '../../../src/server/scheduling/queue.ts'
import { MAX_BATCH_BYTES } from '../../../src/server/scheduling/take.ts'
import { arrange, FakeRunner, settled } from './fakes.ts'

type Step =
  | { do: 'submit'; count: number; bytes: number | undefined }
  | { do: 'advance'; milliseconds: number }
  | { do: 'answer'; runner: number }
  | { do: 'reply'; runner: number; item: number }
  | { do: 'die'; runner: number }
  | { do: 'cancel'; request: number }

const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({
    do: fc.constant('submit' as const),
    count: fc.integer({ min: 1, max: 6 }),
    // A few bytes, what is just large, what fits a batch once, and what is more than a batch.
    bytes: fc.constantFrom(undefined, undefined, 300_000, LARGE_BYTES, 24e6, 50e6),
  }),
  fc.record({ do: fc.constant('advance' as const), milliseconds: fc.integer({ min: 0, max: 60 }) }),
  fc.record({ do: fc.constant('advance' as const), milliseconds: fc.constant(1600) }),
  fc.record({ do: fc.constant('answer' as const), runner: fc.nat(3) }),
  fc.record({ do: fc.constant('reply' as const), runner: fc.nat(3), item: fc.nat(2) }),
  fc.record({ do: fc.constant('die' as const), runner: fc.nat(3) }),
  fc.record({ do: fc.constant('cancel' as const), request: fc.nat(30) }),
)

const steps: fc.Arbitrary<Step[]> = fc.array(step, { minLength: 1, maxLength: 40 })

const options = fc.record({
  workers: fc.integer({ min: 1, max: 3 }),
  maxBatchSize: fc.constantFrom(1, 3, 64),
  maxBatchDelayMs: fc.constantFrom(0, 15),
  maxQueueSize: fc.constantFrom(4, 1000),
  maxQueueBytes: fc.constantFrom(20, 1e9),
  requestTimeoutMs: fc.constantFrom(50, 100, 10_000),
})

const ERRORS = [
  'CANCELLED',
  'ERR_OVERLOADED',
  'ERR_UNAVAILABLE',
  'ERR_DEADLINE_EXCEEDED',
  'ERR_WORKER_CRASHED',
]

const isFree = (runner: FakeRunner): boolean => runner.bodies === undefined

const play = async (
  { workers, ...settings }: { workers: number } & Parameters<typeof arrange>[1],
  steps: readonly Step[],
  end: 'serve' | 'close',
): Promise<void> => {
  const arranged = arrange(workers, settings)
  const { clock, scheduler, answers, answered, recorded } = arranged
  const runners: FakeRunner[] = [...arranged.runners]
  const dead: FakeRunner[] = []
  const submitted: ReturnType<typeof arranged.submit> = []

  const replace = async (index: number): Promise<void> => {
    const [old] = runners.splice(index, 1, new FakeRunner(answered))
    if (old === undefined) return
    dead.push(old)
    await old.die(scheduler)
    scheduler.add(runners[index] as FakeRunner)
  }
  for (const step of steps) {
    if (step.do === 'submit') {
      for (let i = 0; i < step.count; i += 1)
        submitted.push(...arranged.submitSized(step.bytes, `r${submitted.length}`))
    } else if (step.do === 'advance') await clock.advance(step.milliseconds)
    else if (step.do === 'cancel') submitted[step.request]?.cancel()
    else if (step.do === 'answer') await runners[step.runner % workers]?.answer()
    else if (step.do === 'reply') {
      const runner = runners[step.runner % workers]
      if (runner?.bodies?.[step.item] !== undefined) await runner.reply(step.item)
    } else await replace(step.runner % workers)
    // As a real worker does, one that is killed dies.
    for (const [index, runner] of runners.entries()) if (runner.killed !== undefined) await replace(index)
    if (settings?.maxBatchDelayMs === 0 && runners.some(isFree) && scheduler.lane.waiting > 0)
      throw new Error('a request waits beside a free worker')
  }
  if (end === 'close') scheduler.close()
  while (scheduler.lane.pending > 0) {
    await clock.advance((settings?.maxBatchDelayMs ?? 0) + 2)
    for (const runner of runners) await runner.answer()
  }
  // What was closed upon is still computed, for nobody.
  for (const runner of [...runners, ...runners]) await runner.answer()
  await settled()

  const names = submitted.map((_, index) => `r${index}`)
  for (const name of names) {
    const answer = answers[name]
    if (answer !== name && !ERRORS.includes(answer ?? '')) throw new Error(`${name} got ${answer}`)
  }
  const all = [...dead, ...runners]
  const again = all.flatMap((runner) => runner.again)
  if (again.length > 0) throw new Error(`${again} were given to a worker after they had been answered`)
  for (const sizes of all.flatMap((runner) => runner.sizes)) {
    const bytes = sizes.reduce((sum, size) => sum + size, 0)
    if (sizes.length > 1 && bytes > MAX_BATCH_BYTES) throw new Error(`a batch has ${bytes} bytes`)
  }
  const dispatched = [...dead, ...runners].flatMap((runner) => runner.history.flat())
  for (const name of names) {
    const times = dispatched.filter((other) => other === name).length
    if (times > 5) throw new Error(`${name} was dispatched ${times} times`)
    if (answers[name] === name && times === 0) throw new Error(`${name} was answered by nobody`)
    if (answers[name] === 'ERR_OVERLOADED' && times > 0) throw new Error(`${name} was refused and run`)
    if (answers[name] === 'ERR_WORKER_CRASHED' && times < 2) throw new Error(`${name} did not crash twice`)
  }
  const count = (code: string) => names.filter((name) => answers[name] === code).length
  const dropped = (reason: string) => recorded.dropped.filter((other) => other === reason).length
  if (count('ERR_OVERLOADED') !== dropped('refused')) throw new Error('refusals are miscounted')
  if (count('ERR_DEADLINE_EXCEEDED') !== dropped('deadline')) throw new Error('late ones are miscounted')
  if (count('CANCELLED') !== dropped('cancelled')) throw new Error('cancellations are miscounted')
  if (end === 'serve' && count('ERR_UNAVAILABLE') > 0) throw new Error('something was given up')
  if (scheduler.lane.waiting !== 0 || scheduler.lane.bytes !== 0 || scheduler.isFull(1))
    throw new Error('something is left behind')
  for (let i = 0; i < 3; i += 1) await clock.advance(20_000)
  if (clock.timers > 0) throw new Error('a timer is left behind')
}

t.test(
  'Whatever arrives, dies, is cancelled or late: each request gets its own reply exactly once',
  async () => {
    await fc.assert(
      fc.asyncProperty(options, steps, fc.constantFrom('serve' as const, 'close' as const), play),
      { numRuns: 1000 },
    )
  },
)
