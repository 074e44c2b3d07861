/** float16 as its bits, which is how tensors hold it: Node 20 has no Float16Array. */

const scratch = new DataView(new ArrayBuffer(8))
const TWO_52 = 2 ** 52

/** The number that 16 bits of IEEE 754 half precision stand for. */
export const fromFloat16 = (bits: number): number => {
  const exponent = (bits >> 10) & 0x1f
  const mantissa = bits & 0x3ff
  if (exponent === 0) return (bits & 0x8000 ? -1 : 1) * mantissa * 2 ** -24
  const widened = exponent === 31 ? 0xff : exponent + 112
  scratch.setInt32(0, ((bits & 0x8000) << 16) | (widened << 23) | (mantissa << 13))
  return scratch.getFloat32(0)
}

/** The bits of the half-precision number nearest to `value`, ties to even; infinity from 65520 on. */
export const toFloat16 = (value: number): number => {
  if (Number.isNaN(value)) return 0x7e00
  const sign = value < 0 || Object.is(value, -0) ? 0x8000 : 0
  const magnitude = Math.abs(value)
  if (magnitude >= 65520) return sign | 0x7c00
  if (magnitude < 2 ** -14) return sign | (magnitude * 2 ** 24 + TWO_52 - TWO_52)
  scratch.setFloat64(0, magnitude)
  const exponent = (scratch.getUint16(0) >> 4) - 1023
  // In units of the last place, 1024 to 2048; adding 2^52 rounds to even. A carry goes into the exponent.
  const mantissa = magnitude * 2 ** (10 - exponent) + TWO_52 - TWO_52
  return sign | (((exponent + 15) << 10) + mantissa - 1024)
}
