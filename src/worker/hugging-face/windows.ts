/** Long texts as several windows, each of which the model takes. */

import { ServingError } from '../../errors.ts'
import { lengthsOf, windowsOf } from './cut.ts'
import { type Placed, pickPlaces } from './tokenizer.ts'
import { requireTokensWithin } from './tokens.ts'

/**
 * Windows over the last text of an encoding, each with the tokens that the tokenizer has added and those of a first text.
 *
 * @param limit tokens of a window, all together
 * @param overlap tokens of the text that a window shares with the one before
 * @param names of the parameters that say both, for messages
 * @throws ServingError ERR_INVALID_INPUT if that leaves no room for the text, or the windows have more tokens than a request may
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
  const windows = 1 + Math.ceil((text - size) / (size - overlap))
  // Before they are made: where they overlap much, there are as many as tokens.
  requireTokensWithin(text + (windows - 1) * overlap + windows * (length - text))
  const own: number[] = []
  const beside: number[] = []
  for (const [place, sequence] of placed.sequences.entries())
    (sequence === (second > 0 ? 1 : 0) ? own : beside).push(place)
  return windowsOf(text, size, overlap).map(({ start, end }) => {
    const places = own.slice(start, end)
    const begin = places[0] as number
    return pickPlaces(placed, [
      ...beside.filter((place) => place < begin),
      ...places,
      ...beside.filter((place) => place > begin),
    ])
  })
}
