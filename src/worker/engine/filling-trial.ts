/**
 * May rows of unequal length share a run? Values decide, not names: a row that is filled up under its mask, beside a longer one,
 * must give what it gives alone. A model that does not look at its mask everywhere, or counts places from the end, fails this.
 */

import type { Device } from '../../protocol/devices.ts'
import { concat, sliceRows } from '../../tensor/batch.ts'
import { allocate } from '../../tensor/data-type.ts'
import { elementCount, type NamedTensors, type Tensor } from '../../tensor/tensor.ts'
import { isSame, magnitude } from './compare.ts'
import { padTo } from './pad.ts'
import { type Filling, lengthOf } from './plan-filled.ts'
import type { Session } from './session.ts'

/**
 * @param row inputs of one row of at least two tokens, such as a text's; its first half is tried beside the whole
 * @returns why rows of unequal length may not share a run; undefined if they may. Rejects with ONNX Runtime's error
 */
export const tryFilling = async (
  session: Session,
  row: NamedTensors,
  values: Filling['values'],
  device: Device,
): Promise<string | undefined> => {
  const long = lengthOf(row, { values })
  const short = Math.ceil(long / 2)
  if (short === long) return 'a row of one token cannot be tried beside a longer one'
  const half: NamedTensors = new Map(
    [...row].map(([name, tensor]) => [name, values.has(name) ? crop(tensor, [1, short]) : tensor]),
  )
  const filled: NamedTensors = new Map(
    [...row].map(([name, whole]) => {
      const both = [half.get(name) as Tensor, whole]
      const value = values.get(name)
      return [name, concat(value === undefined ? both : padTo(both, value))]
    }),
  )
  const alone = await session.run(half)
  const beside = await session.run(filled)
  for (const [name, expected] of alone) {
    const output = beside.get(name) as Tensor
    if (output.dims[0] !== 2) return `two rows in give output "${name}" the shape [${output.dims}]`
    const own = crop(sliceRows(output, 0, 1), expected.dims)
    if (!isSame(own, expected, device, magnitude(expected)))
      return `filled up under its mask, a row gives other values of output "${name}" than it gives alone`
  }
  return undefined
}

/** The first elements along each dimension; a dimension that is not said or too small stays as it is. */
const crop = (tensor: Tensor, wanted: readonly number[]): Tensor => {
  const dims = tensor.dims.map((dim, axis) => Math.min(dim, wanted[axis] ?? dim))
  const data = allocate(tensor.type, elementCount(dims))
  for (let index = 0; index < data.length; index += 1) {
    let [left, stride, from] = [index, 1, 0]
    for (let axis = dims.length - 1; axis >= 0; axis -= 1) {
      const dim = dims[axis] as number
      from += (left % dim) * stride
      left = Math.floor(left / dim)
      stride *= tensor.dims[axis] as number
    }
    data[index] = tensor.data[from] as never
  }
  return { type: tensor.type, dims, data }
}
