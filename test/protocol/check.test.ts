import t from 'tap'
import { BatchCheck, checkMessage } from '../../src/protocol/check.ts'
import { PIECE_BYTES } from '../../src/protocol/messages.ts'
import type { Reply } from '../../src/protocol/request.ts'

const TIMINGS = { seconds: 1, decodeSeconds: 0, runs: [] }

const replyOf = (body: string): Reply => ({ ok: true, body, contentType: 'x/y' })

/** Of batch 7 with two requests, each with at most three pieces of reply. */
const arrange = () => new BatchCheck(7, 2, 3 * PIECE_BYTES)

const broken = { name: 'ProtocolError' }

const INFO = {
  name: 'm',
  maxBatchSize: 1,
  maxResponseBytes: 1,
  padded: false,
  warmUp: [{ rows: 1, milliseconds: 2, bytes: 4 }],
}

t.test('Messages of the protocol pass as they are', (t) => {
  for (const message of [
    { type: 'loaded', model: 'm', info: INFO },
    { type: 'failed', message: 'x', expected: true },
    { type: 'preparing', batch: 1 },
    { type: 'piece', batch: 1, item: 0, bytes: new Uint8Array(1) },
    { type: 'replies', batch: 1, replies: [] },
    { type: 'done', batch: 1, replies: [], timings: TIMINGS },
    { type: 'alive' },
  ])
    t.equal(checkMessage(message), message)
  t.end()
})

for (const rubbish of [
  undefined,
  null,
  7,
  'done',
  [],
  {},
  { type: 'nonsense' },
  { type: 'toString' },
  { type: 'loaded' },
  { type: 'loaded', model: 'm', info: { ...INFO, maxResponseBytes: undefined } },
  { type: 'loaded', model: 'm', info: { ...INFO, warmUp: undefined } },
  { type: 'loaded', model: 'm', info: { ...INFO, warmUp: [null] } },
  { type: 'loaded', model: 'm', info: { ...INFO, routes: ['/nowhere'] } },
  { type: 'loaded', model: 'm', info: { ...INFO, warmUp: [{ rows: 1, milliseconds: 'one', bytes: 4 }] } },
  { type: 'loaded', model: 'm', info: { ...INFO, padded: undefined } },
  { type: 'loaded', model: 'm', info: { ...INFO, maxBatchSize: Number.NaN } },
  { type: 'loaded', info: INFO },
  { type: 'failed' },
  { type: 'preparing', batch: '1' },
  { type: 'piece', item: 0, bytes: new Uint8Array(1) },
  { type: 'replies', batch: 1 },
  { type: 'replies', batch: 1, replies: 'rubbish' },
  { type: 'done', batch: 1, replies: [] },
  { type: 'done', batch: 1, replies: [], timings: { ...TIMINGS, seconds: 'one' } },
  { type: 'done', batch: 1, replies: [], timings: { ...TIMINGS, runs: undefined } },
  { type: 'done', batch: 1, timings: TIMINGS },
]) {
  t.test(`This is not a message of the protocol: ${JSON.stringify(rubbish)}`, (t) => {
    t.throws(() => checkMessage(rubbish), broken)
    t.end()
  })
}

t.test('Replies come in any order and in any number of messages', (t) => {
  const check = arrange()
  t.same(check.replies([[1, replyOf('b')]]), [[1, replyOf('b')]])
  t.same(check.done([[0, replyOf('a')]], TIMINGS), { replies: [[0, replyOf('a')]], timings: TIMINGS })
  t.same(arrange().replies([]), [])
  t.end()
})

for (const [fault, entry] of Object.entries({
  'no entry': null,
  'an entry that is no pair': 'rubbish',
  'an item that is not there': [2, replyOf('a')],
  'an item that is no number': ['0', replyOf('a')],
  'an item that is a name': ['length', replyOf('a')],
  'no reply': [0, null],
  'an unknown code': [0, { ok: false, code: 'toString', message: 'x' }],
  'no code': [0, { ok: false, message: 'x' }],
  'no message': [0, { ok: false, code: 'ERR_INTERNAL' }],
  'a body that is none': [0, { ok: true, body: 7, contentType: 'x/y' }],
  'no media type': [0, { ok: true, body: 'x' }],
  'pieces that never came': [0, { ok: true, sent: 3, contentType: 'x/y' }],
})) {
  t.test(`A reply is refused: ${fault}`, (t) => {
    t.throws(() => arrange().replies([entry]), broken)
    t.end()
  })
}

t.test('No request is answered twice, nor a batch before all its requests are', (t) => {
  const check = arrange()
  check.replies([[0, replyOf('a')]])
  t.throws(() => check.replies([[0, replyOf('a')]]), broken)
  t.throws(
    () =>
      arrange().replies([
        [0, replyOf('a')],
        [0, replyOf('a')],
      ]),
    broken,
  )
  t.throws(() => arrange().done([[0, replyOf('a')]], TIMINGS), {
    message: 'it ended batch 7 of 2 without replies to 1',
  })
  t.end()
})

t.test('A cancelled request needs no reply, and one that comes is dropped, whatever it is', (t) => {
  const check = arrange()
  t.equal(check.cancel(0), true)
  t.equal(check.cancel(0), false, 'once is enough')
  t.same(check.done([[1, replyOf('b')]], TIMINGS).replies, [[1, replyOf('b')]])
  const late = arrange()
  late.piece(0, new Uint8Array(5))
  late.cancel(0)
  late.piece(0, new Uint8Array(5))
  t.same(late.replies([[0, { ok: true, sent: 10, contentType: 'x/y' }]]), [])
  t.throws(() => late.replies([[0, replyOf('a')]]), broken, 'not twice, however')
  t.equal(late.cancel(0), false, 'what was answered cannot be cancelled')
  t.end()
})

t.test('The pieces of a body are put together', (t) => {
  const check = arrange()
  const [first, second] = [new Uint8Array(PIECE_BYTES), new Uint8Array(3)]
  check.piece(1, first)
  check.piece(1, second)
  const crossing = { ok: true, sent: PIECE_BYTES + 3, contentType: 'x/y' }
  const [[item, reply] = []] = check.replies([[1, crossing]])
  t.equal(item, 1)
  t.ok(reply?.ok && Array.isArray(reply.body) && reply.body[0] === first && reply.body[1] === second)
  t.end()
})

t.test('Wrong pieces are refused', (t) => {
  const piece = new Uint8Array(1)
  for (const item of [2, -1, 0.5, '0', 'toString', undefined] as unknown[] as number[])
    t.throws(() => arrange().piece(item, piece), broken)
  for (const bytes of ['text', undefined, new Uint8Array(0), new Uint8Array(PIECE_BYTES + 1)])
    t.throws(() => arrange().piece(0, bytes), broken)
  const answered = arrange()
  answered.replies([[0, replyOf('a')]])
  t.throws(() => answered.piece(0, piece), broken)
  const many = arrange()
  for (let n = 0; n < 6; n += 1) many.piece(n % 2, new Uint8Array(PIECE_BYTES))
  t.throws(() => many.piece(0, piece), { message: /more than its replies to batch 7 may have/ })
  t.end()
})

t.test('Pieces do not go with another reply than theirs', (t) => {
  for (const reply of [
    { ok: true, sent: 1, contentType: 'x/y' },
    { ok: true, body: 'x', contentType: 'x/y' },
    { ok: false, code: 'ERR_INTERNAL', message: 'x' },
  ]) {
    const check = arrange()
    check.piece(0, new Uint8Array(2))
    t.throws(() => check.replies([[0, reply]]), broken)
  }
  t.end()
})
