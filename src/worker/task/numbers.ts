/** Values of a tensor of numbers as plain numbers; int64 beyond 2^53 loses digits. */

import type { NumericArray } from '../../tensor/data-type.ts'
import { fromFloat16 } from '../../tensor/float16.ts'
import type { Tensor } from '../../tensor/tensor.ts'

export const toNumbers = ({ type, data }: Tensor): Exclude<NumericArray, BigInt64Array | BigUint64Array> => {
  const array = data as NumericArray
  if (array instanceof BigInt64Array || array instanceof BigUint64Array)
    return Float64Array.from(array, Number)
  return type === 'float16' ? Float64Array.from(array, fromFloat16) : array
}
