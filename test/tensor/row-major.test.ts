import t from 'tap'
import { toRowMajor } from '../../src/tensor/row-major.ts'

t.test('puts column-major elements in row-major order', async (t) => {
  t.strictSame([...toRowMajor(Float32Array.of(1, 4, 2, 5, 3, 6), [2, 3])], [1, 2, 3, 4, 5, 6])
  t.strictSame(toRowMajor(['a', 'c', 'b', 'd'], [2, 2]), ['a', 'b', 'c', 'd'])
})

t.test('agrees with the definition of column-major order in four dimensions', async (t) => {
  const shape = [2, 3, 4, 5] as const
  const columnMajor = Int32Array.from({ length: 120 }, (_, i) => i)
  const rowMajor: number[] = []
  for (let a = 0; a < shape[0]; a++)
    for (let b = 0; b < shape[1]; b++)
      for (let c = 0; c < shape[2]; c++)
        for (let d = 0; d < shape[3]; d++) rowMajor.push(a + 2 * (b + 3 * (c + 4 * d)))
  t.strictSame([...toRowMajor(columnMajor, shape)], rowMajor)
})

t.test('leaves vectors, scalars and empty arrays as they are', async (t) => {
  t.strictSame([...toRowMajor(Float32Array.of(1, 2), [2])], [1, 2])
  t.strictSame([...toRowMajor(Float32Array.of(7), [])], [7])
  t.strictSame([...toRowMajor(new Float32Array(0), [0, 3])], [])
})
