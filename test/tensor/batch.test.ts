import fc from 'fast-check'
import t from 'tap'
import { concat, sliceRows } from '../../src/tensor/batch.ts'
import { allocate, DATA_TYPES, type DataType } from '../../src/tensor/data-type.ts'
import { elementCount, type Tensor } from '../../src/tensor/tensor.ts'

/** A tensor whose elements count up from `from`. */
const counting = (type: DataType, dims: number[], from = 0): Tensor => {
  const data = allocate(type, elementCount(dims))
  for (let i = 0; i < data.length; i += 1) {
    const value = from + i
    const { kind } = DATA_TYPES[type]
    data[i] = (kind === 'string' ? `${value}` : kind === 'bigint' ? BigInt(value) : value) as never
  }
  return { type, dims, data }
}

t.test('Rows are joined in order, for every type', async (t) => {
  for (const type of Object.keys(DATA_TYPES) as DataType[]) {
    const joined = concat([counting(type, [1, 2, 2]), counting(type, [2, 2, 2], 4)])
    t.strictSame(joined, counting(type, [3, 2, 2]), type)
  }
})

t.test('One tensor comes back as it is, and none is a mistake', async (t) => {
  const one = counting('float32', [2, 3])
  t.equal(concat([one]), one)
  t.throws(() => concat([]), RangeError)
})

t.test('A slice is a view on the same memory, and has the rows asked for', async (t) => {
  const source = counting('int64', [4, 2])
  const middle = sliceRows(source, 1, 3)
  t.same(middle.dims, [2, 2])
  t.same([...middle.data], [2n, 3n, 4n, 5n])
  t.equal((middle.data as BigInt64Array).buffer, (source.data as BigInt64Array).buffer)
})

t.test('Tensors without rows, and rows without elements, are joined and cut too', async (t) => {
  t.same(concat([counting('float32', [0, 2]), counting('float32', [1, 2])]).dims, [1, 2])
  t.same(concat([counting('string', [1, 0]), counting('string', [2, 0])]).dims, [3, 0])
  t.same(sliceRows(counting('uint8', [3, 0]), 1, 2), { type: 'uint8', dims: [1, 0], data: new Uint8Array() })
  t.same([...sliceRows(counting('float32', [3]), 1, 2).data], [1])
})

t.test('Joining and cutting again gives back each request', async () => {
  fc.assert(
    fc.property(
      fc.constantFrom(...(Object.keys(DATA_TYPES) as DataType[])),
      fc.array(fc.nat(4), { minLength: 1, maxLength: 5 }),
      fc.array(fc.nat(3), { maxLength: 3 }),
      (type, counts, trailing) => {
        const parts = counts.map((rows, index) => counting(type, [rows, ...trailing], index * 20))
        const joined = concat(parts)
        let row = 0
        for (const part of parts) {
          const own = sliceRows(joined, row, row + (part.dims[0] as number))
          row += part.dims[0] as number
          const same = String([...own.data]) === String([...part.data]) && `${own.dims}` === `${part.dims}`
          if (!same) throw new Error(`rows of [${part.dims}] changed`)
        }
        if (joined.dims[0] !== row) throw new Error('rows were lost')
      },
    ),
  )
})
