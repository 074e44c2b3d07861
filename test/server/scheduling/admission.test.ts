import t from 'tap'
import { Admission } from '../../../src/server/scheduling/admission.ts'
import { noEvents, OPTIONS, pendingOf, requestOf } from './fakes.ts'

const NOTHING = { waiting: 0, bytes: 0, waitMs: 0 }

const admission = (limits: Partial<typeof OPTIONS> = {}): Admission =>
  new Admission({ ...OPTIONS, ...limits }, noEvents)

t.test('What is within the limits gets in, and what is beyond one of them does not', async (t) => {
  const limited = admission({ maxQueueSize: 2, maxQueueBytes: 100, requestTimeoutMs: 1000 })
  const isFull = (held: Partial<typeof NOTHING>, bytes = 10) =>
    limited.isFull(bytes, { ...NOTHING, ...held }, 0)
  t.equal(isFull({ waiting: 1, bytes: 90, waitMs: 500 }), false)
  t.equal(isFull({ waiting: 2 }), true)
  t.equal(isFull({ bytes: 91 }), true)
  t.equal(isFull({ waitMs: 501 }), true, 'a wait may be twice what is predicted')
  t.equal(isFull({}, 1000), false, 'a body that is the only one')
})

t.test('What would be answered after its client has left does not get in', async (t) => {
  const limited = admission()
  for (let n = 0; n < 40; n++) limited.patience.note(5000, true, n * 150)
  t.equal(limited.isFull(1, { ...NOTHING, waitMs: 4000 }, 6000), true)
  t.equal(limited.isFull(1, { ...NOTHING, waitMs: 1000 }, 6000), false)
})

t.test('A request with which two workers died is answered, and none like it gets in', async (t) => {
  const limited = admission()
  const pending = pendingOf(requestOf('a'))
  limited.blame(pending, 0)
  t.equal(pending.settled, false)
  t.equal(limited.refusalOf(requestOf('a'), NOTHING, 0), undefined)
  limited.blame(pending, 0, 'inference.ts')
  t.match(await pending.reply, { code: 'ERR_WORKER_CRASHED', message: /inference\.ts/ })
  t.match(limited.refusalOf(requestOf('a'), NOTHING, 1), { code: 'ERR_WORKER_CRASHED' })
  t.equal(limited.refusalOf(requestOf('b'), NOTHING, 1), undefined)
})

t.test('Nothing gets in once it is closed', async (t) => {
  const limited = admission()
  limited.close()
  t.match(limited.refusalOf(requestOf('a'), NOTHING, 0), { code: 'ERR_UNAVAILABLE' })
})
