/** Arbitrary tensors of every type, for property tests. */

import fc from 'fast-check'
import { allocate, DATA_TYPES, type DataType, type TensorData } from '../../../src/tensor/data-type.ts'
import { elementCount, type Tensor } from '../../../src/tensor/tensor.ts'
import { anyText } from '../../fixtures/any-text.ts'

export const TYPES = Object.keys(DATA_TYPES) as DataType[]

const element = (type: DataType): fc.Arbitrary<number | bigint | string> => {
  const rule = DATA_TYPES[type]
  switch (rule.kind) {
    case 'float':
      // All NaNs are one: ONNX Runtime and JSON know no other.
      if (type === 'float16') {
        return fc.integer({ min: 0, max: 0xffff }).map((bits) => ((bits & 0x7fff) > 0x7c00 ? 0x7e00 : bits))
      }
      return type === 'float32' ? fc.float() : fc.double()
    case 'integer':
      return fc.integer({ min: Number(rule.min), max: Number(rule.max) })
    case 'bigint':
      return fc.bigInt({ min: rule.min, max: rule.max })
    case 'bool':
      return fc.integer({ min: 0, max: 1 })
    case 'string':
      return anyText(5)
  }
}

const toData = (type: DataType, values: readonly (number | bigint | string)[]): TensorData => {
  const data = allocate(type, values.length)
  values.forEach((value, index) => {
    data[index] = value as never
  })
  return data
}

/** Tensors with up to three dimensions of 0 to 4 behind the first, which is 1 to 4. */
export const arbitraryTensor = (types: readonly DataType[], minDim = 0): fc.Arbitrary<Tensor> =>
  fc
    .record({
      type: fc.constantFrom(...types),
      rows: fc.integer({ min: 1, max: 4 }),
      trailing: fc.array(fc.integer({ min: minDim, max: 4 }), { maxLength: 3 }),
    })
    .chain(({ type, rows, trailing }) => {
      const dims = [rows, ...trailing]
      const length = elementCount(dims)
      return fc
        .array(element(type), { minLength: length, maxLength: length })
        .map((values) => ({ type, dims, data: toData(type, values) }))
    })
