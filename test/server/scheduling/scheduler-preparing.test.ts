import t from 'tap'
import type { Request } from '../../../src/protocol/request.ts'
import type { BatchEvents } from '../../../src/server/scheduling/runner.ts'
import { arrange, FakeRunner } from './fakes.ts'

/** A worker that can say that it still reads what it was given. */
class Reader extends FakeRunner {
  stillReads = () => {}

  override run(items: readonly Request[], alone: boolean, events: BatchEvents) {
    this.stillReads = events.preparing
    return super.run(items, alone, events)
  }
}

t.test('A worker that still reads its requests is not stuck, and is once it falls silent', async (t) => {
  const { clock, scheduler, submit, answers } = arrange(0, { requestTimeoutMs: 30_000 })
  const reader = new Reader()
  scheduler.add(reader)
  scheduler.expect(10, 8)
  submit('a', 'b')
  for (let seconds = 0; seconds < 10; seconds += 1) {
    await clock.advance(1000)
    reader.stillReads()
  }
  t.strictSame([scheduler.stuck, reader.killed], [0, undefined])
  await clock.advance(1499)
  t.equal(scheduler.stuck, 0)
  await clock.advance(1)
  t.equal(scheduler.stuck, 1)
  reader.stillReads()
  t.equal(scheduler.stuck, 0)
  await reader.answer()
  t.match(answers, { a: 'a' })
})
