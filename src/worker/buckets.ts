/**
 * Batches of a few fixed sizes. On CUDA each shape that a session has not seen yet costs a search for the fastest
 * algorithms, of up to a second; so batches are padded to the next size, and each size is run once before the first request.
 */

import { concat, sliceRows } from '../tensor/batch.ts'
import { allocate } from '../tensor/data-type.ts'
import { elementCount, type NamedTensors, type Tensor } from '../tensor/tensor.ts'
import type { Session } from './session.ts'

/** Powers of two below the largest batch, and that itself. */
export const bucketSizes = (maxBatchSize: number): number[] => {
  const sizes: number[] = []
  for (let size = 1; size < maxBatchSize; size *= 2) sizes.push(size)
  return [...sizes, maxBatchSize]
}

const padding = ({ type, dims }: Tensor, rows: number): Tensor => {
  const padded = [rows, ...dims.slice(1)]
  return { type, dims: padded, data: allocate(type, elementCount(padded)) }
}

/** A session whose runs have one of the sizes. What a model does not answer row by row is run as it is. */
export const inBuckets = (session: Session, sizes: readonly number[]): Session => ({
  ...session,
  run: async (inputs) => {
    const rows = Math.max(...[...inputs.values()].map(({ dims }) => dims[0] ?? 0))
    const size = sizes.find((one) => one >= rows)
    if (size === undefined || size === rows || rows === 0) return session.run(inputs)
    const padded: NamedTensors = new Map(
      [...inputs].map(([name, tensor]) => [name, concat([tensor, padding(tensor, size - rows)])]),
    )
    const outputs = await session.run(padded)
    if ([...outputs.values()].some(({ dims }) => dims[0] !== size)) return session.run(inputs)
    return new Map([...outputs].map(([name, tensor]) => [name, sliceRows(tensor, 0, rows)]))
  },
})
