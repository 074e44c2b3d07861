/** Are two outputs the same but for rounding? */

import { type Device, deviceRow } from '../../protocol/devices.ts'
import { DATA_TYPES, type DataType } from '../../tensor/data-type.ts'
import { fromFloat16 } from '../../tensor/float16.ts'
import type { Tensor } from '../../tensor/tensor.ts'

/** A share of the largest value. */
const TOLERANCE = { float16: 1e-2, float32: 1e-4, float64: 1e-4 }

/**
 * Values of any size: a few roundings of 1. The probability of a class is often 1 less that of another, and a small one is then as
 * inexact as the large one. What varies by less counts as not varying at all, so nothing is proven by it.
 */
const ROUNDING = { float16: 2 ** -10, float32: 2 ** -21, float64: 2 ** -50 }

/** Elements of integers that may differ, as a share: the class of a pixel can hang on a rounding where two are equally likely. */
const MOST_TIES = 1e-3

const isFloat = (type: DataType): type is keyof typeof TOLERANCE => DATA_TYPES[type].kind === 'float'

const valueAt = ({ type, data }: Tensor, index: number): unknown =>
  type === 'float16' ? fromFloat16(data[index] as number) : data[index]

/** The largest finite value, without its sign; 0 for what is no number. */
export const magnitude = (tensor: Tensor): number => {
  let most = 0
  if (!isFloat(tensor.type)) return most
  for (let index = 0; index < tensor.data.length; index += 1) {
    const value = Math.abs(valueAt(tensor, index) as number)
    if (Number.isFinite(value) && value > most) most = value
  }
  return most
}

/**
 * True if shapes and values are the same: floats to within rounding; integers but for a thousandth of them; all else
 * exactly. NaN is the same as NaN.
 * @param scale the largest value that goes with these, of which rounding is a share
 */
export const isSame = (a: Tensor, b: Tensor, device: Device, scale: number): boolean => {
  if (a.type !== b.type || a.dims.length !== b.dims.length) return false
  if (a.dims.some((dim, axis) => dim !== b.dims[axis])) return false
  const { type } = a
  const tolerance = isFloat(type)
    ? Math.max(Math.max(TOLERANCE[type], deviceRow(device).tolerance) * scale, ROUNDING[type])
    : 0
  const most = type === 'string' || isFloat(type) ? 0 : Math.floor(MOST_TIES * a.data.length)
  let different = 0
  for (let index = 0; index < a.data.length; index += 1) {
    const [x, y] = [valueAt(a, index), valueAt(b, index)]
    if (Object.is(x, y) || x === y) continue
    if (isFloat(type) && Math.abs((x as number) - (y as number)) <= tolerance) continue
    different += 1
    if (different > most) return false
  }
  return true
}
