/** The first line of a CSV: is it a header, and which inputs does it name in which order? */

import { ServingError } from '../../errors.ts'
import { requireInputNames } from '../../model/names.ts'
import type { TensorSpec } from '../../model/signature.ts'
import { formatSpec, quote } from '../../words.ts'
import type { MediaType } from './codec.ts'
import { isOneColumn } from './columns.ts'
import type { Line } from './csv-lines.ts'

const invalid = (message: string): ServingError => new ServingError('ERR_INVALID_INPUT', message)

/**
 * The inputs in the order of the header's names; undefined if the line is data. `header=present` and `header=absent` of RFC 4180
 * are believed. Without them a line is a header if it has the inputs' names, which only inputs of one column can have there.
 *
 * @throws ServingError ERR_INVALID_INPUT for a header that names other columns, or some of them
 */
export const readCsvHeader = (
  line: Line,
  { parameters }: MediaType,
  inputs: readonly TensorSpec[],
): readonly TensorSpec[] | undefined => {
  const given = parameters.header?.toLowerCase()
  if (given === 'absent') return undefined
  const wide = inputs.find((spec) => !isOneColumn(spec))
  if (given !== 'present') {
    if (wide !== undefined) return undefined
    const names = namesOf(line, inputs.length)
    return inputs.some(({ name }) => names.includes(name)) ? byNames(names, inputs) : undefined
  }
  // What the columns of a single input are called is known to nobody.
  if (inputs.length === 1) return inputs
  if (wide === undefined) return byNames(namesOf(line, inputs.length), inputs)
  throw invalid(
    `a header cannot name the columns of input ${quote(wide.name)} (${formatSpec(wide)}); ` +
      "send the columns in the model's order without a header",
  )
}

/** All names, or the first of them where there are too many. */
const namesOf = (line: Line, most: number): string[] => {
  const pieces = [...(line.count > most ? firstOf(line.pieces) : line.pieces)]
  return pieces.flat().map((cell) => cell.trim())
}

const firstOf = (pieces: Line['pieces']): readonly (readonly string[])[] => {
  for (const piece of pieces) return [piece]
  return []
}

const byNames = (names: readonly string[], inputs: readonly TensorSpec[]): TensorSpec[] => {
  requireInputNames(names, inputs, 'the header')
  const twice = names.find((name, index) => names.indexOf(name) < index)
  if (twice !== undefined) throw invalid(`the header has ${quote(twice)} twice`)
  return names.flatMap((name) => inputs.filter((spec) => spec.name === name))
}
