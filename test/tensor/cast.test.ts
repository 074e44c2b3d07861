import t from 'tap'
import { canCast, cast } from '../../src/tensor/cast.ts'
import type { DataType } from '../../src/tensor/data-type.ts'
import { fromFloat16 } from '../../src/tensor/float16.ts'

t.test('floats take every number, integers take integers, and nothing else changes its kind', async (t) => {
  const types: DataType[] = ['float16', 'float64', 'int8', 'uint64', 'bool', 'string']
  const allowed = types.flatMap((from) =>
    types.filter((to) => canCast(from, to)).map((to) => `${from}>${to}`),
  )
  t.strictSame(allowed, [
    'float16>float16',
    'float16>float64',
    'float64>float16',
    'float64>float64',
    'int8>float16',
    'int8>float64',
    'int8>int8',
    'int8>uint64',
    'uint64>float16',
    'uint64>float64',
    'uint64>int8',
    'uint64>uint64',
    'bool>bool',
    'string>string',
  ])
})

t.test('converts values between types', async (t) => {
  t.strictSame(cast(Float64Array.of(0.5, 1e30), 'float64', 'float32'), { data: Float32Array.of(0.5, 1e30) })
  t.strictSame(cast(BigInt64Array.of(-3n, 7n), 'int64', 'int8'), { data: Int8Array.of(-3, 7) })
  t.strictSame(cast(Uint8Array.of(255), 'uint8', 'uint64'), { data: BigUint64Array.of(255n) })
  t.strictSame(cast(BigUint64Array.of(9n), 'uint64', 'float64'), { data: Float64Array.of(9) })
  t.strictSame(cast(Float32Array.of(1.5), 'float32', 'float16'), { data: Uint16Array.of(0x3e00) })
  t.strictSame(cast(Uint16Array.of(0x3e00), 'float16', 'float32'), { data: Float32Array.of(1.5) })
})

t.test('names the first element that is out of range', async (t) => {
  t.strictSame(cast(Int32Array.of(1, 128), 'int32', 'int8'), { misfit: 1 })
  t.strictSame(cast(Int8Array.of(-1), 'int8', 'uint64'), { misfit: 0 })
  t.strictSame(cast(Float64Array.of(1, 1e39), 'float64', 'float32'), { misfit: 1 })
  t.strictSame(cast(Int32Array.of(70000), 'int32', 'float16'), { misfit: 0 })
})

t.test('lets NaN and infinities pass', async (t) => {
  const special = [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]
  const result = cast(Float64Array.from(special), 'float64', 'float16')
  t.strictSame('data' in result && Array.from(result.data as Uint16Array, fromFloat16), special)
})
