/**
 * Batches of a few fixed sizes, for devices where a shape costs something before its first run. On CUDA a session searches
 * for the fastest algorithm of every convolution when it meets a shape for the first time, and it keeps the result for the
 * last shape only: each change of shape costs it 100 to 250 ms again (microsoft/onnxruntime#23006). So batches are padded to
 * the next size, each size is run before the first request, and where a change of shape is found to cost time, each size
 * gets a session of its own.
 */

import { concat, sliceRows } from '../../tensor/batch.ts'
import { allocate } from '../../tensor/data-type.ts'
import { elementCount, type NamedTensors, type Tensor } from '../../tensor/tensor.ts'
import type { Session } from './session.ts'

/** Powers of two below the largest batch, and that itself. */
export const bucketSizes = (maxBatchSize: number): [number, ...number[]] => {
  if (maxBatchSize === 1) return [1]
  const sizes: [number, ...number[]] = [1]
  for (let size = 2; size < maxBatchSize; size *= 2) sizes.push(size)
  return [...sizes, maxBatchSize]
}

const padding = ({ type, dims }: Tensor, rows: number): Tensor => {
  const padded = [rows, ...dims.slice(1)]
  return { type, dims: padded, data: allocate(type, elementCount(padded)) }
}

/** The session for batches of at most `size` rows. */
export type Bucket = { size: number; session: Session }

/**
 * A session whose runs have one of the sizes. What a model does not answer row by row is run as it is.
 * @param buckets at least one, by ascending size
 */
export const inBuckets = (buckets: readonly [Bucket, ...Bucket[]]): Session => {
  const [{ session: first }] = buckets
  return {
    signature: first.signature,
    run: async (inputs) => {
      const rows = Math.max(...[...inputs.values()].map(({ dims }) => dims[0] ?? 0))
      const bucket = buckets.find(({ size }) => size >= rows)
      if (bucket === undefined || rows === 0) return first.run(inputs)
      const { session, size } = bucket
      if (size === rows) return session.run(inputs)
      const padded: NamedTensors = new Map(
        [...inputs].map(([name, tensor]) => [name, concat([tensor, padding(tensor, size - rows)])]),
      )
      const outputs = await session.run(padded)
      if ([...outputs.values()].some(({ dims }) => dims[0] !== size)) return first.run(inputs)
      return new Map([...outputs].map(([name, tensor]) => [name, sliceRows(tensor, 0, rows)]))
    },
    release: async () => {
      for (const session of new Set(buckets.map((bucket) => bucket.session))) await session.release()
    },
  }
}

/** A change of shape costs time if the run after it takes so many times longer than the next, and so much longer. */
const DEAR_FACTOR = 5
const DEAR_MS = 20

/** Runs a batch of `rows` rows. Rejects if the model refuses it or the device has no memory for it. */
export type TrialRun = (session: Session, rows: number) => Promise<unknown>

const isShapeDear = async (
  session: Session,
  [one, other]: readonly number[],
  run: TrialRun,
  now: () => number,
): Promise<boolean> => {
  if (one === undefined || other === undefined) return false
  const time = async (rows: number): Promise<number> => {
    const start = now()
    await run(session, rows)
    return now() - start
  }
  await run(session, one)
  try {
    // The first runs of each size are slow for other reasons as well.
    for (const rows of [other, one]) await run(session, rows)
  } catch {
    return false
  }
  const changed = Math.min(await time(other), await time(one))
  const same = Math.min(await time(one), await time(one))
  return changed > DEAR_FACTOR * same && changed > same + DEAR_MS
}

/**
 * Makes a session ready for batches of these sizes: finds out what a change of shape costs, opens a session for each size
 * if it costs time, and runs every size. A size that the device has no memory for is left out.
 *
 * @param session   an open one, which serves the smallest size
 * @param sizes     ascending
 * @param open      opens another session on the same model; rejects if the device has no memory left
 * @throws what `run` rejects with for the smallest size
 */
export const openBuckets = async (
  session: Session,
  sizes: readonly [number, ...number[]],
  open: () => Promise<Session>,
  run: TrialRun,
  now: () => number = () => performance.now(),
): Promise<[Bucket, ...Bucket[]]> => {
  const [smallest, ...larger] = sizes
  const dear = await isShapeDear(session, sizes, run, now)
  if (!dear) {
    const fit: number[] = []
    // The largest first, which leaves the memory that the others need.
    for (const rows of larger.toReversed())
      await run(session, rows).then(
        () => fit.unshift(rows),
        () => {},
      )
    await run(session, smallest)
    return [{ size: smallest, session }, ...fit.map((size) => ({ size, session }))]
  }
  const buckets: [Bucket, ...Bucket[]] = [{ size: smallest, session }]
  for (const size of larger) {
    let own: Session | undefined
    try {
      own = await open()
      await run(own, size)
      await run(own, size)
      buckets.push({ size, session: own })
    } catch {
      // The device is full: batches end at the last size that fits, less one, since what runs needs room as well.
      await own?.release().catch(() => {})
      if (buckets.length > 1) await buckets.pop()?.session.release()
      break
    }
  }
  await run(session, smallest)
  await run(session, smallest)
  return buckets
}
