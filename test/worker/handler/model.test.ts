import t from 'tap'
import { toTensors } from '../../../src/worker/handler/model.ts'
import { aModel, input } from '../codec/a-model.ts'

const of = (type: Parameters<typeof input>[1], value: unknown) =>
  toTensors({ x: value }, aModel(input('x', type, 'batch', 'n'))).get('x')

t.test('a tensor is held in the array of the type that it names', async (t) => {
  const dims = [1, 2]
  t.strictSame(of('float32', { type: 'float32', dims, data: [1, 2] })?.data, Float32Array.of(1, 2))
  t.strictSame(
    of('float32', { type: 'float64', dims, data: Float64Array.of(1, 2) })?.data,
    Float32Array.of(1, 2),
  )
  t.equal(of('uint8', { type: 'uint8', dims, data: Buffer.of(1, 2) })?.data.length, 2)
  t.equal(of('float16', { dims, data: Uint16Array.of(1, 2) })?.data.length, 2)
  for (const [type, data, message] of [
    [
      'float32',
      Float64Array.of(1, 2),
      /input "x": data of float32 is held in Float32Array, received Float64Array/,
    ],
    ['float16', Float32Array.of(1, 2), /float16 is held in Uint16Array, received Float32Array/],
    ['int64', Int32Array.of(1, 2), /int64 is held in BigInt64Array, received Int32Array/],
    ['string', 'ab', /string is held in Array, received String/],
    ['uint8', new ArrayBuffer(2), /uint8 is held in Uint8Array, received ArrayBuffer/],
  ] as const)
    t.throws(() => of(type, { type, dims, data }), { code: 'ERR_INVALID_INPUT', message })
})

t.test('dims are whole numbers that multiply to the values', async (t) => {
  const data = Float32Array.of(1, 2)
  for (const dims of [
    [1, 1],
    [-1, -2],
    [0.5, 4],
    [Number.NaN, 2],
    ['1', 2],
    [1n, 2n],
  ])
    t.throws(() => of('float32', { type: 'float32', dims, data }), {
      code: 'ERR_INVALID_INPUT',
      message: /dims \[.*\] do not multiply to the 2 values of data/,
    })
})
