import { deflateRawSync, deflateSync, gzipSync } from 'node:zlib'
import fc from 'fast-check'
import t from 'tap'
import { Allowance, MAX_HELD_BYTES } from '../../../src/worker/allowance.ts'
import { decodeContent } from '../../../src/worker/codec/content-encoding.ts'

const LIMIT = 1000
const allowance = () => new Allowance(new AbortController())

const read = async (body: Uint8Array, encoding: string | undefined, limit = LIMIT) => {
  const own = allowance()
  try {
    return Buffer.from(await decodeContent(body, encoding, limit, own)).toString('latin1')
  } finally {
    own.release()
  }
}

t.test('gzip and deflate are decompressed, identity and nothing are left as they are', async (t) => {
  const text = 'hello'.repeat(100)
  for (const encoding of ['gzip', 'GZIP', ' x-gzip ']) t.equal(await read(gzipSync(text), encoding), text)
  t.equal(await read(deflateSync(text), 'deflate'), text)
  const body = Buffer.from(text)
  for (const encoding of [undefined, '', 'identity', 'Identity'])
    t.equal(decodeContent(body, encoding, LIMIT, allowance()), body)
})

t.test('other encodings, and several, are named with those that are supported', async (t) => {
  for (const encoding of ['br', 'zstd', 'gzip, gzip', 'gzip, identity', 'compress', 'x'.repeat(5000)]) {
    const error: Error = await read(gzipSync('a'), encoding).catch((error) => error)
    t.match(error, { code: 'ERR_UNSUPPORTED_MEDIA_TYPE', message: /send gzip, deflate or identity/ })
    t.ok(error.message.length < 200)
  }
})

t.test('the limit of a body holds for what it becomes, to the byte', async (t) => {
  t.equal((await read(gzipSync(Buffer.alloc(LIMIT)), 'gzip')).length, LIMIT)
  for (const size of [LIMIT + 1, 5_000_000]) {
    for (const [encoding, compress] of [
      ['gzip', gzipSync],
      ['deflate', deflateSync],
    ] as const) {
      await t.rejects(read(compress(Buffer.alloc(size)), encoding), {
        code: 'ERR_BODY_TOO_LARGE',
        message: 'the body is larger than 1000 bytes once it is decompressed',
      })
    }
  }
})

t.test('damaged data is refused', async (t) => {
  const whole = gzipSync('hello'.repeat(100))
  const bodies = [
    whole.subarray(0, -1),
    whole.subarray(0, 5),
    whole.subarray(1),
    Buffer.alloc(0),
    Buffer.from('[[1,2,3]]'),
    whole.map((byte, index) => (index === 15 ? ~byte : byte)),
  ]
  for (const body of bodies) {
    await t.rejects(read(body, 'gzip'), {
      code: 'ERR_INVALID_BODY',
      message: /cannot be decompressed as gzip/,
    })
  }
  await t.rejects(read(deflateRawSync('hello'), 'deflate'), { code: 'ERR_INVALID_BODY' })
})

t.test('many bombs at once hold no more than requests may', async (t) => {
  const limit = 25 * 2 ** 20
  const bomb = gzipSync(Buffer.alloc(limit), { level: 9 })
  const own = Array.from({ length: 12 }, allowance)
  const results = await Promise.allSettled(own.map((one) => decodeContent(bomb, 'gzip', limit, one)))
  const decoded = results.filter(({ status }) => status === 'fulfilled').length
  t.equal(decoded, Math.floor(MAX_HELD_BYTES / limit))
  for (const result of results)
    if (result.status === 'rejected') t.equal(result.reason.code, 'ERR_OVERLOADED')
  for (const one of own) one.release()
})

t.test('no bytes make it fail in another way', async () => {
  await fc.assert(
    fc.asyncProperty(fc.uint8Array(), fc.constantFrom('gzip', 'deflate', 'gzip '), async (body, encoding) => {
      const error = await read(body, encoding).catch((error) => error)
      return typeof error === 'string' || error.code === 'ERR_INVALID_BODY'
    }),
    { numRuns: 500 },
  )
})
