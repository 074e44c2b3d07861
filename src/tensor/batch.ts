/** Rows of tensors: joining requests along the first dimension before a run, and taking them apart after it. */

import { allocate, type NumericArray } from './data-type.ts'
import { elementCount, type Tensor } from './tensor.ts'

/** Joins tensors of one type and one trailing shape along their first dimension. One tensor comes back as it is. */
export const concat = (tensors: readonly Tensor[]): Tensor => {
  const [first] = tensors
  if (first === undefined) throw new RangeError('concat needs at least one tensor')
  if (tensors.length === 1) return first
  const rows = tensors.reduce((sum, tensor) => sum + (tensor.dims[0] ?? 0), 0)
  const dims = [rows, ...first.dims.slice(1)]
  if (first.type === 'string') {
    return { type: 'string', dims, data: tensors.flatMap((tensor) => tensor.data as string[]) }
  }
  const data = allocate(first.type, elementCount(dims)) as NumericArray
  let offset = 0
  for (const tensor of tensors) {
    data.set(tensor.data as never, offset)
    offset += tensor.data.length
  }
  return { type: first.type, dims, data }
}

/** Rows `start` (included) to `end` (excluded) of a tensor, as a view where the data is a typed array. */
export const sliceRows = (tensor: Tensor, start: number, end: number): Tensor => {
  const trailing = tensor.dims.slice(1)
  const width = elementCount(trailing)
  const data =
    tensor.type === 'string'
      ? (tensor.data as string[]).slice(start * width, end * width)
      : (tensor.data as NumericArray).subarray(start * width, end * width)
  return { type: tensor.type, dims: [end - start, ...trailing], data }
}
