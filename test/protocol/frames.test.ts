import t from 'tap'
import { ProtocolError } from '../../src/protocol/check.ts'
import { FrameReader, MAX_FRAME_BYTES } from '../../src/protocol/frame-reader.ts'
import { decode, encode, LENGTHS, SHORT_BYTES } from '../../src/protocol/frames.ts'
import type { CrossingReplies, FromWorker } from '../../src/protocol/messages.ts'

type Message = Parameters<typeof encode>[0]

const bytesOf = (message: Message): Buffer => Buffer.concat(encode(message))

const numbered = (length: number, from = 0): Buffer =>
  Buffer.from(Array.from({ length }, (_, index) => index + from))

const timings = { seconds: 0.5, decodeSeconds: 0.25, runs: [{ rows: 3, seconds: 0.125 }] }

const done = (replies: CrossingReplies): FromWorker => ({ type: 'done', batch: 7, replies, timings })

const run = (bodies: Buffer[]): Message => ({
  type: 'run',
  batch: 3,
  model: 'ünï ☃',
  alone: true,
  items: bodies.map((body, item) => ({
    headers: { 'content-type': 'application/json', [`x-${item}`]: '\xff "quoted" \\' },
    body,
    ...(item === 1 && { route: '/embed' }),
  })),
})

t.test('A message arrives as it was sent, whatever its bodies are, short or long', (t) => {
  for (const length of [0, 1, 7, 8, 9, 1000, SHORT_BYTES, SHORT_BYTES + 1, 3_000_001]) {
    const body = Buffer.alloc(length, 'é☃x')
    const message = run([body, Buffer.from('b'), body.subarray(0, 5), Buffer.alloc(0)])
    t.strictSame(decode(bytesOf(message)), message, `bodies of ${length} bytes`)
    const text = '"\\é☃\u{1f600}\n'.repeat(length / 10)
    const answers = done([
      [0, { ok: true, body: text, contentType: 'text/x' }],
      [2, { ok: true, body, contentType: 'a/b', headers: { 'x-a': '1' } }],
      [1, { ok: false, code: 'ERR_INTERNAL', message: 'lone \ud800', status: 500, detail: '"' }],
      [3, { ok: true, sent: 10, contentType: 'c/d' }],
      [4, { ok: true, body: '', contentType: '' }],
    ])
    t.strictSame(decode(bytesOf(answers)), answers, `replies of ${length} bytes`)
  }
  const piece: FromWorker = { type: 'piece', batch: 1, item: 2, bytes: numbered(1_000_000) }
  t.strictSame(decode(bytesOf(piece)), piece)
  t.end()
})

t.test('A message without bodies may hold whatever V8 can clone', (t) => {
  const folder = new Map<unknown, unknown>([[1, new Set([Number.POSITIVE_INFINITY, undefined, 2n])]])
  const message = { type: 'inspected', folder, floats: new Float32Array([1, 2]) }
  t.strictSame(decode(bytesOf(message as never)), message)
  t.end()
})

t.test('A body that came in pieces is whole, and may be looked at as numbers', (t) => {
  for (const length of [9, 100_003]) {
    const pieces = [numbered(length), numbered(1, 5), numbered(length, 6)]
    const body = { pieces, byteLength: 2 * length + 1 }
    const item = { headers: {}, body: numbered(3) }
    const sent = encode({
      type: 'run',
      batch: 1,
      model: '',
      alone: false,
      items: [item, { headers: {}, body }],
    })
    t.equal(sent.length > 1, length > 9, 'pieces of a long one are not copied')
    const { items } = decode(Buffer.concat(sent)) as { items: { body: Buffer }[] }
    t.ok(items[1]?.body.equals(Buffer.concat(pieces)))
    t.equal((items[1]?.body.byteOffset ?? 1) % 8, 0)
  }
  t.end()
})

t.test('Frames are found however their bytes come, and are nobody else’s', (t) => {
  const messages = [0, 10, SHORT_BYTES - 200, SHORT_BYTES, 200_000, 5, 5].map((length) =>
    run([numbered(length, length)]),
  )
  const all = Buffer.concat(messages.flatMap(encode))
  for (const size of [1, 7, 1000, SHORT_BYTES, 100_000, all.length]) {
    const found: Buffer[] = []
    const reader = new FrameReader((frame) => found.push(frame))
    for (let at = 0; at < all.length; at += size) {
      const chunk = Buffer.from(all.subarray(at, at + size))
      reader.add(chunk)
      chunk.fill(0)
    }
    t.strictSame(found.map(decode), messages, `in chunks of ${size}`)
  }
  t.end()
})

t.test('What is no message breaks the protocol, and costs no memory', (t) => {
  const frame = (head: string): Buffer => {
    const lengths = Buffer.alloc(LENGTHS)
    lengths.writeUInt32LE(head.length)
    return Buffer.concat([lengths, Buffer.from(head, 'latin1')])
  }
  for (const head of [
    '',
    '{',
    'nonsense',
    '\xff',
    '\xff\x0fo',
    '{"replies":1}',
    '{"replies":[[0,null]]}',
    '{"items":[0]}',
  ])
    t.throws(() => decode(frame(head)), ProtocolError, head)
  // Lengths that are not true.
  t.strictSame(decode(frame('{"type":"piece","bytes":1e300}')), { type: 'piece', bytes: Buffer.alloc(0) })
  const lengths = Buffer.alloc(LENGTHS)
  lengths.writeUInt32LE(MAX_FRAME_BYTES - LENGTHS, 4)
  lengths.writeUInt32LE(1, 0)
  for (const start of [lengths, Buffer.alloc(LENGTHS, 0xff)]) {
    const reader = new FrameReader(() => t.fail())
    t.throws(
      () => reader.add(start),
      new ProtocolError(
        `it sent a message of ${start === lengths ? 2 ** 31 + 1 : 2 ** 33 + 6} bytes, and may have 2147483648`,
      ),
    )
  }
  t.end()
})
