import { getFloat16, setFloat16 } from '@petamoriken/float16'
import fc from 'fast-check'
import t from 'tap'
import { fromFloat16, toFloat16 } from '../../src/tensor/float16.ts'

const view = new DataView(new ArrayBuffer(2))

const referenceBits = (value: number): number => {
  setFloat16(view, 0, value)
  return view.getUint16(0)
}

t.test('reads all 65,536 half-precision numbers as the reference does', async (t) => {
  const wrong = Array.from({ length: 65536 }, (_, bits) => bits).filter((bits) => {
    view.setUint16(0, bits)
    return !Object.is(fromFloat16(bits), getFloat16(view, 0))
  })
  t.same(wrong, [])
})

t.test('gives back the bits that it read', async (t) => {
  const wrong = Array.from({ length: 65536 }, (_, bits) => bits).filter(
    (bits) => !Number.isNaN(fromFloat16(bits)) && toFloat16(fromFloat16(bits)) !== bits,
  )
  t.same(wrong, [])
  t.equal(toFloat16(Number.NaN), 0x7e00)
})

t.test('rounds to the nearest number, ties to even, as the reference does', async (t) => {
  // Exact midpoints between neighbours, and numbers just beside them that rounding to float32 first would get wrong.
  const values = Array.from({ length: 0x7bff }, (_, bits) => {
    const middle = (fromFloat16(bits) + fromFloat16(bits + 1)) / 2
    return [middle, middle * (1 + 2 ** -50), middle * (1 - 2 ** -50), -middle]
  }).flat()
  t.strictSame(values.filter((value) => toFloat16(value) !== referenceBits(value)).slice(0, 9), [])
  fc.assert(
    fc.property(fc.double({ noNaN: true }), (value) => toFloat16(value) === referenceBits(value)),
    { numRuns: 2000 },
  )
})

t.test('becomes infinite from 65520 on', async (t) => {
  t.equal(fromFloat16(toFloat16(65519.999)), 65504)
  t.equal(fromFloat16(toFloat16(65520)), Number.POSITIVE_INFINITY)
  t.equal(fromFloat16(toFloat16(-1e300)), Number.NEGATIVE_INFINITY)
})
