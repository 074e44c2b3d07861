/** Rows of unequal length made alike. */

import { allocate } from '../../tensor/data-type.ts'
import { elementCount, type Tensor } from '../../tensor/tensor.ts'

/** Fills the shorter of numeric tensors [n, length, …] up to the longest, behind what they have, with a value. */
export const padTo = (tensors: readonly Tensor[], value: number): Tensor[] => {
  const longest = Math.max(...tensors.map(({ dims }) => dims[1] ?? 0))
  return tensors.map((tensor) => (tensor.dims[1] === longest ? tensor : padOne(tensor, longest, value)))
}

const padOne = ({ type, dims, data }: Tensor, longest: number, value: number): Tensor => {
  const [rows = 0, length = 0, ...rest] = dims
  const width = elementCount(rest)
  const padded = allocate(type, rows * longest * width) as Int32Array
  padded.fill((type === 'int64' ? BigInt(value) : value) as never)
  for (let row = 0; row < rows; row++) {
    const own = (data as Int32Array).subarray(row * length * width, (row + 1) * length * width)
    padded.set(own, row * longest * width)
  }
  return { type, dims: [rows, longest, ...rest], data: padded }
}
