/** A request names exactly the model's inputs, but for those that it may leave out. Asked wherever names come from outside. */

import { ServingError } from '../errors.ts'
import { listNames } from '../words.ts'
import type { TensorSpec } from './signature.ts'
import { leftOutValues } from './token-inputs.ts'

/**
 * @param received the names, each once
 * @param place where they stand in the request, for the message
 * @throws ServingError ERR_INVALID_INPUT naming what is missing and what is unknown
 */
export const requireInputNames = (
  received: readonly string[],
  inputs: readonly TensorSpec[],
  place: string,
): void => {
  const expected = inputs.map(({ name }) => name)
  const canMiss = leftOutValues(inputs)
  const missing = expected.filter((name) => !received.includes(name) && !canMiss.has(name))
  const unknown = received.filter((name) => !expected.includes(name))
  if (missing.length === 0 && unknown.length === 0) return
  const parts = [
    ...(missing.length > 0 ? [`missing ${listNames(missing)}`] : []),
    ...(unknown.length > 0 ? [`unknown ${listNames(unknown)}`] : []),
  ]
  throw new ServingError(
    'ERR_INVALID_INPUT',
    `${place}: ${parts.join('; ')}; the model takes ${listNames(expected)}`,
  )
}
