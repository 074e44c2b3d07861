import t from 'tap'
import { join, type Pieces } from '../../../src/protocol/body.ts'
import { Collected } from '../../../src/server/http/pieces.ts'

const collect = (chunks: Buffer[]) => {
  const collected = new Collected()
  for (const chunk of chunks) collected.add(chunk)
  return collected.end()
}

t.test('large pieces stay what they are: nothing is copied', async (t) => {
  const chunks = [Buffer.alloc(65_536, 1), Buffer.alloc(8192, 2), Buffer.alloc(30_000, 3)]
  const body = collect(chunks) as Pieces
  t.ok(body.pieces.every((piece, index) => piece === chunks[index]))
  t.equal(body.byteLength, 103_728)
})

t.test(
  'crumbs are joined, so that a client that sends them has hardly more held than it has sent',
  async (t) => {
    const crumbs = Array.from({ length: 100_000 }, (_, index) => Buffer.from([index % 251]))
    const alone = collect(crumbs) as Pieces
    t.ok(Buffer.from(join(alone)).equals(Buffer.concat(crumbs)))
    t.equal(alone.pieces.length, Math.ceil(100_000 / 16_384))
    const between = crumbs.slice(0, 100).flatMap((crumb) => [crumb, Buffer.alloc(8192, 7)])
    const mixed = collect(between) as Pieces
    t.ok(Buffer.from(join(mixed)).equals(Buffer.concat(between)))
    t.equal(
      mixed.pieces.reduce((sum, { buffer }) => sum + buffer.byteLength, 0),
      100 * 8193,
      'what they lie in is no larger than they are',
    )
  },
)
