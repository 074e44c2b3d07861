/** Column-major arrays, as NumPy calls 'F' order, to row-major ones. */

import type { TensorData } from './data-type.ts'
import { elementCount, type Shape } from './tensor.ts'

/** Reorders the elements of a column-major array of this shape. */
export const toRowMajor = (data: TensorData, shape: Shape): TensorData => {
  const result = data.slice()
  const strides = shape.map((_, axis) => elementCount(shape.slice(0, axis)))
  const indices = shape.map(() => 0)
  let source = 0
  for (let target = 0; target < data.length; target++) {
    result[target] = data[source] as never
    // Counts the indices up, the last axis fastest, and moves the source along with them.
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      const stride = strides[axis] as number
      const index = (indices[axis] as number) + 1
      if (index < (shape[axis] as number)) {
        indices[axis] = index
        source += stride
        break
      }
      indices[axis] = 0
      source -= stride * (index - 1)
    }
  }
  return result
}
