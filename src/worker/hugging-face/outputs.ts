/** Outputs as answers have them. */

import { ServingError } from '../../errors.ts'
import { elementCount, type Tensor } from '../../tensor/tensor.ts'
import { toNumbers } from '../task/numbers.ts'

/** Where only a run tells how many classes there are. @throws ServingError ERR_MODEL_FAILED */
export const requireClasses = (found: number, labels: readonly string[]): void => {
  if (found === labels.length) return
  throw new ServingError(
    'ERR_MODEL_FAILED',
    `the model gives scores of ${found} classes, and id2label of config.json or labels of serving.yaml names ${labels.length}`,
  )
}

/** Nested lists of a tensor's numbers. */
export const toNested = (tensor: Tensor): unknown => {
  const values = toNumbers(tensor) as Float32Array
  const { dims } = tensor
  const last = dims.length - 1
  const nest = (axis: number, start: number): unknown => {
    const size = dims[axis] as number
    if (axis === last) return Array.from(values.subarray(start, start + size))
    const step = elementCount(dims.slice(axis + 1))
    return Array.from({ length: size }, (_, index) => nest(axis + 1, start + index * step))
  }
  return dims.length === 0 ? values[0] : nest(0, 0)
}
