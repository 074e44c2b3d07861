import t from 'tap'
import { free, join } from '../../src/protocol/body.ts'

t.test('a body that is freed is empty at once, and only its own memory is', async (t) => {
  const shared = Buffer.alloc(100)
  const pieces = [Buffer.alloc(10_000, 1), shared.subarray(50), Buffer.alloc(0), Buffer.alloc(20_000, 2)]
  const body = { pieces, byteLength: 30_050 }
  t.equal(join(body).length, 30_050)
  free(body)
  t.strictSame(
    pieces.map(({ length }) => length),
    [0, 50, 0, 0],
  )
  t.doesNotThrow(() => free(body), 'once more does nothing')
  const whole = Buffer.alloc(10_000)
  free(whole)
  t.equal(whole.length, 10_000, 'what came whole may be anybody’s')
})
