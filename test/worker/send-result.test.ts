import t from 'tap'
import { type FromWorker, PIECE_BYTES } from '../../src/protocol/messages.ts'
import type { Reply } from '../../src/protocol/request.ts'
import { piecesOf, sendResult } from '../../src/worker/send-result.ts'

const TIMINGS = { seconds: 0, decodeSeconds: 0, runs: [] }

/** All that is sent; each message counts as written when `written` says so. */
const sendAll = async (outcomes: Reply[]): Promise<FromWorker[]> => {
  const sent: FromWorker[] = []
  let unwritten = 0
  await sendResult(7, outcomes, TIMINGS, (message, then = () => {}) => {
    unwritten += 1
    if (unwritten > 1) throw new Error('a piece was sent before the former had been written')
    sent.push(message)
    setImmediate(() => {
      unwritten -= 1
      then()
    })
  })
  return sent
}

t.test('Small bodies and errors go in the result itself', async (t) => {
  const outcomes: Reply[] = [
    { ok: true, body: 'text', contentType: 'a/b' },
    { ok: true, body: Buffer.from([1, 2]), contentType: 'a/b' },
    { ok: false, code: 'ERR_INTERNAL', message: 'x' },
  ]
  t.strictSame(await sendAll([...outcomes]), [{ type: 'result', id: 7, outcomes, timings: TIMINGS }])
})

t.test('A large body goes before the result in pieces, one after the other, whatever it is', async (t) => {
  const bytes = Buffer.from(Array.from({ length: 3_000_000 }, (_, index) => index % 251))
  const text = 'aé€😀'.repeat(300_000)
  for (const [body, expected] of [
    [bytes, bytes],
    [text, Buffer.from(text)],
    [[bytes.subarray(0, 10), bytes.subarray(10)], bytes],
  ] as const) {
    const small: Reply = { ok: true, body: 'small', contentType: 'c/d' }
    const sent = await sendAll([small, { ok: true, body: body as Uint8Array, contentType: 'a/b' }])
    const pieces = sent.filter((message) => message.type === 'piece')
    t.ok(pieces.every(({ id, item, bytes }) => id === 7 && item === 1 && bytes.length <= PIECE_BYTES))
    t.ok(pieces.length >= 3)
    t.ok(Buffer.concat(pieces.map(({ bytes }) => bytes)).equals(expected))
    t.match(sent.at(-1), {
      type: 'result',
      outcomes: [small, { ok: true, sent: expected.length, contentType: 'a/b' }],
    })
  }
})

t.test('A piece of text never ends in the middle of a character', async (t) => {
  for (const lead of ['', 'a']) {
    const pieces = [...piecesOf(lead + '😀'.repeat(400_000))]
    t.ok(pieces.length > 1)
    for (const piece of pieces) t.ok(Buffer.from(piece.toString()).equals(piece))
  }
})
