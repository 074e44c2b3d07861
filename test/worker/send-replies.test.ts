import t from 'tap'
import { type CrossingReplies, type FromWorker, PIECE_BYTES } from '../../src/protocol/messages.ts'
import type { Reply } from '../../src/protocol/request.ts'
import { piecesOf, sendLargeBodies } from '../../src/worker/send-replies.ts'

type Piece = Extract<FromWorker, { type: 'piece' }>

/** The pieces that are sent, and what is left to send; each piece counts as written when `written` says so. */
const sendAll = async (
  replies: Reply[],
  isWanted: (item: number, sent: number) => boolean = () => true,
): Promise<{ pieces: Piece[]; rest: CrossingReplies }> => {
  const pieces: Piece[] = []
  let unwritten = 0
  const rest = await sendLargeBodies(
    7,
    replies.map((reply, item) => [item, reply]),
    (item) => isWanted(item, pieces.length),
    (message, then = () => {}) => {
      unwritten += 1
      if (unwritten > 1) throw new Error('a piece was sent before the former had been written')
      pieces.push(message as Piece)
      setImmediate(() => {
        unwritten -= 1
        then()
      })
    },
  )
  return { pieces, rest }
}

t.test('Small bodies and errors need no pieces', async (t) => {
  const replies: Reply[] = [
    { ok: true, body: 'text', contentType: 'a/b' },
    { ok: true, body: Buffer.from([1, 2]), contentType: 'a/b' },
    { ok: false, code: 'ERR_INTERNAL', message: 'x' },
  ]
  t.strictSame(await sendAll(replies), { pieces: [], rest: replies.map((reply, item) => [item, reply]) })
})

t.test('A large body goes ahead in pieces, one after the other, whatever it is', async (t) => {
  const bytes = Buffer.alloc(3_000_000, Buffer.from(Array.from({ length: 251 }, (_, index) => index)))
  const text = 'aé€😀'.repeat(300_000)
  for (const [body, expected] of [
    [bytes, bytes],
    [text, Buffer.from(text)],
    [[bytes.subarray(0, 10), bytes.subarray(10)], bytes],
  ] as const) {
    const small: Reply = { ok: true, body: 'small', contentType: 'c/d' }
    const { pieces, rest } = await sendAll([
      small,
      { ok: true, body: body as Uint8Array, contentType: 'a/b' },
    ])
    t.ok(pieces.every(({ batch, item, bytes }) => batch === 7 && item === 1 && bytes.length <= PIECE_BYTES))
    t.ok(pieces.length >= 3)
    t.ok(Buffer.concat(pieces.map(({ bytes }) => bytes)).equals(expected))
    t.strictSame(rest, [
      [0, small],
      [1, { ok: true, sent: expected.length, contentType: 'a/b' }],
    ])
  }
})

t.test('Nothing more is sent of what was cancelled', async (t) => {
  const large: Reply = { ok: true, body: Buffer.alloc(3 * PIECE_BYTES), contentType: 'a/b' }
  const { pieces, rest } = await sendAll([large, large, large], (item, sent) => item === 0 || sent < 4)
  t.strictSame(
    pieces.map(({ item }) => item),
    [0, 0, 0, 1],
  )
  t.match(rest, [[0, { sent: 3 * PIECE_BYTES }]])
  t.equal(rest.length, 1)
})

t.test('A piece of text never ends in the middle of a character', async (t) => {
  for (const lead of ['', 'a']) {
    const pieces = [...piecesOf(lead + '😀'.repeat(400_000))]
    t.ok(pieces.length > 1)
    for (const piece of pieces) t.ok(Buffer.from(piece.toString()).equals(piece))
  }
})
