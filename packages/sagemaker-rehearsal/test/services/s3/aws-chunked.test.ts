/** Bodies in chunks, however the network cuts them. */

import { Readable } from 'node:stream'
import fc from 'fast-check'
import t from 'tap'
import { AwsChunkedDecoder } from '../../../src/services/s3/aws-chunked.ts'

const decode = async (pieces: readonly Buffer[]) => {
  const decoder = new AwsChunkedDecoder()
  const chunks: Buffer[] = []
  for await (const chunk of Readable.from(pieces).pipe(decoder)) chunks.push(chunk as Buffer)
  return { body: Buffer.concat(chunks), trailers: decoder.trailers }
}

const encode = (chunks: readonly Uint8Array[], signed: boolean): Buffer => {
  const extension = signed ? `;chunk-signature=${'a'.repeat(64)}` : ''
  const parts = chunks.flatMap((chunk) => [
    Buffer.from(`${chunk.length.toString(16)}${extension}\r\n`),
    chunk,
    Buffer.from('\r\n'),
  ])
  return Buffer.concat([...parts, Buffer.from(`0${extension}\r\nx-amz-checksum-crc32:AAAAAA==\r\n\r\n`)])
}

const cut = (bytes: Buffer, sizes: readonly number[]): Buffer[] => {
  const pieces: Buffer[] = []
  let at = 0
  for (const size of sizes) {
    pieces.push(bytes.subarray(at, at + size))
    at += size
  }
  return [...pieces, bytes.subarray(at)].filter((piece) => piece.length > 0)
}

t.test('what was encoded is decoded, wherever it is cut', async (t) => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.uint8Array({ minLength: 1, maxLength: 40 }), { maxLength: 5 }),
      fc.boolean(),
      fc.array(fc.integer({ min: 1, max: 30 }), { maxLength: 30 }),
      async (chunks, signed, sizes) => {
        const { body, trailers } = await decode(cut(encode(chunks, signed), sizes))
        t.ok(body.equals(Buffer.concat(chunks)) && trailers['x-amz-checksum-crc32'] === 'AAAAAA==')
      },
    ),
    { numRuns: 100 },
  )
})

for (const [name, text] of [
  ['no size', 'xyz\r\n'],
  ['a chunk longer than its size', '3\r\nabcdef\r\n0\r\n\r\n'],
  ['an endless line', 'a'.repeat(5000)],
  ['its end missing', '3\r\nabc\r\n'],
  ['a trailer without a colon', '0\r\nabc\r\n\r\n'],
] as const)
  t.test(`refused: ${name}`, async (t) => {
    await t.rejects(decode([Buffer.from(text)]), { code: 'InvalidRequest' })
  })
