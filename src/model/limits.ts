/** What a request may ask for at most. Held against while a body is read, so that the rest of it is never read. */

import { ServingError } from '../errors.ts'
import type { DataType } from '../tensor/data-type.ts'

/**
 * Most strings of one request. Each costs ONNX Runtime 32 bytes and about 1 µs on its way in, and as much on its way
 * out, however short it is.
 */
export const MAX_STRINGS = 2_000_000

/** @throws ServingError ERR_INVALID_INPUT for more than `limits.maxRows` rows */
export const requireRowsWithin = (rows: number, maxRows: number): void => {
  if (rows <= maxRows) return
  throw new ServingError(
    'ERR_INVALID_INPUT',
    `the request has more than ${maxRows} rows, which is limits.maxRows of serving.yaml; send it in parts`,
  )
}

/** @throws ServingError ERR_INVALID_INPUT for more elements of type string than a request may have */
export const requireStringsWithin = (type: DataType, elements: number): void => {
  if (type !== 'string' || elements <= MAX_STRINGS) return
  throw new ServingError(
    'ERR_INVALID_INPUT',
    `the request has more than ${MAX_STRINGS} strings; send it in parts`,
  )
}
