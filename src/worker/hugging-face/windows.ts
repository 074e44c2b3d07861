/** Long texts as several windows, each of which the model takes. */

import { ServingError } from '../../errors.ts'
import { lengthsOf, placesOf, windowsOf } from './cut.ts'
import { type Placed, pickPlaces } from './tokenizer.ts'

/**
 * Windows over the last text of an encoding, each with the tokens that the tokenizer has added and those of a first text.
 *
 * @param limit tokens of a window, all together
 * @param overlap tokens of the text that a window shares with the one before
 * @param names of the parameters that say both, for messages
 * @throws ServingError ERR_INVALID_INPUT if that leaves no room for the text
 */
export const cutWindows = (
  placed: Placed,
  limit: number,
  overlap: number,
  names: { limit: string; overlap: string },
): Placed[] => {
  const { length } = placed.ids
  if (length <= limit) return [placed]
  const [first, second] = lengthsOf(placed.sequences)
  const text = second > 0 ? second : first
  const size = limit - (length - text)
  if (size <= 0)
    throw new ServingError(
      'ERR_INVALID_INPUT',
      `${names.limit} of ${limit} tokens leaves no room for the text: ${length - text} go to what stands beside it`,
    )
  if (overlap >= size)
    throw new ServingError(
      'ERR_INVALID_INPUT',
      `${names.overlap}: expected less than ${size}, which ${names.limit} of ${limit} tokens leaves for the text, found ${overlap}`,
    )
  return windowsOf(text, size, overlap).map((range) => {
    const ranges = second > 0 ? [{ start: 0, end: first }, range] : [range]
    return pickPlaces(placed, placesOf(placed.sequences, ranges))
  })
}
