/** A reply that would be too large is refused before the model runs. */

import { ServingError } from '../../errors.ts'

/** A float32 as JSON has about 20 characters; fewer only if it is 0 or short by chance. */
export const JSON_BYTES = 8

/** Of four bytes there are 16/3 characters of base64. */
export const BASE64_BYTES = 16 / 3

/** @throws ServingError ERR_INVALID_INPUT if `numbers` of them, of at least so many bytes each, are more than a reply may have */
export const refuseLargeReply = (
  numbers: number,
  maxResponseBytes: number,
  bytesEach: number = JSON_BYTES,
): void => {
  if (numbers * bytesEach <= maxResponseBytes) return
  throw new ServingError(
    'ERR_INVALID_INPUT',
    `the reply would have ${numbers} numbers, more than fit into the ${maxResponseBytes} bytes of limits.maxResponseBytes: send fewer or shorter texts in a request`,
  )
}
