import t from 'tap'
import { decode, encode } from '../../../src/protocol/frames.ts'
import { toRequest } from '../../../src/worker/handler/request.ts'

t.test('code that gives its body away leaves those of the same batch alone', async (t) => {
  for (const length of [3, 40_000]) {
    const bodies = [1, 2, 3].map((value) => Buffer.alloc(length, value))
    const frame = encode({
      type: 'run',
      batch: 1,
      model: '',
      alone: false,
      items: bodies.map((body) => ({ headers: {}, body })),
    })
    const { items } = decode(Buffer.concat(frame)) as { items: { body: Buffer }[] }
    const [first, ...others] = items.map(({ body }) => toRequest({}, body, new AbortController()))
    const { buffer, byteOffset, byteLength } = (first as (typeof others)[0]).body
    const moved = structuredClone(buffer, { transfer: [buffer as ArrayBuffer] })
    t.strictSame(Buffer.from(moved as ArrayBuffer, byteOffset, byteLength), bodies[0])
    t.strictSame(
      others.map(({ body }) => body),
      bodies.slice(1),
    )
  }
})

t.test('a body that has its memory to itself is not copied', async (t) => {
  const body = new Uint8Array(100_000)
  t.equal(toRequest({}, body, new AbortController()).body, body)
})
