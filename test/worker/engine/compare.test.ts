import { test } from 'tap'
import { toFloat16 } from '../../../src/tensor/float16.ts'
import type { Tensor } from '../../../src/tensor/tensor.ts'
import { isSame, magnitude } from '../../../src/worker/engine/compare.ts'

const float32 = (...values: number[]): Tensor => ({
  type: 'float32',
  dims: [values.length],
  data: Float32Array.from(values),
})

const same = (a: Tensor, b: Tensor): boolean => isSame(a, b, 'cpu', Math.max(magnitude(a), magnitude(b)))

test('floats are the same to within a share of the largest', async (t) => {
  t.ok(same(float32(1000, 1), float32(1000, 1.05)))
  t.notOk(same(float32(1000, 1), float32(1000, 1.2)))
})

test('a probability may be as inexact as what it is the rest of', async (t) => {
  const least = 2 ** -24
  t.ok(same(float32(2.7e-4, 1e-5), float32(2.7e-4 + least, 1e-5 - least)))
  t.notOk(same(float32(2.7e-4), float32(2.8e-4)))
  const float64 = (value: number): Tensor => ({ type: 'float64', dims: [1], data: Float64Array.of(value) })
  t.ok(same(float64(1e-14), float64(1.02e-14)))
  t.notOk(same(float64(1e-9), float64(1.1e-9)))
  const float16 = (value: number): Tensor => ({
    type: 'float16',
    dims: [1],
    data: Uint16Array.of(toFloat16(value)),
  })
  t.ok(same(float16(0.001), float16(0.0015)))
  t.notOk(same(float16(0.01), float16(0.02)))
})

test('all else is the same exactly, but NaN is the same as NaN', async (t) => {
  t.ok(same(float32(Number.NaN), float32(Number.NaN)))
  t.notOk(same(float32(Number.NaN), float32(0)))
  const text = (value: string): Tensor => ({ type: 'string', dims: [1], data: [value] })
  t.ok(same(text('no'), text('no')))
  t.notOk(same(text('no'), text('yes')))
})
