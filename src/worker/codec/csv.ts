/** text/csv: a row on each line, both ways. */

import { ServingError } from '../../errors.ts'
import { requireRowsWithin } from '../../model/limits.ts'
import type { TensorSpec } from '../../model/signature.ts'
import { DATA_TYPES } from '../../tensor/data-type.ts'
import { type Misfit, parseCell, writeElement } from '../../tensor/values.ts'
import { formatSpec, plural, quote } from '../../words.ts'
import type { Codec, Decode } from './codec.ts'
import { type Columns, columnsToTensors, describeColumns, divideColumns, widthOf } from './columns.ts'
import { readCsvHeader } from './csv-header.ts'
import { eachLine, type Line } from './csv-lines.ts'
import { writeCsv } from './csv-write.ts'
import { grow } from './growing.ts'
import { decodeUtf8, requireUtf8 } from './text.ts'

const invalid = (message: string): ServingError => new ServingError('ERR_INVALID_INPUT', message)

/** Writes a line's cells to the inputs that they belong to. */
const readLine = (line: Line, columns: readonly Columns[], width: number): void => {
  if (line.count !== width) {
    const expected = `${width} (${describeColumns(columns)})`
    const hint = isOtherwiseDivided(line) ? '; values are divided by commas' : ''
    throw invalid(`line ${line.number} has ${plural(line.count, 'value')}, expected ${expected}${hint}`)
  }
  let column = 0
  let part = -1
  let end = 0
  let next = 0
  let current = columns[0] as Columns
  for (const cells of line.pieces) {
    for (const cell of cells) {
      while (column === end) {
        current = columns[++part] as Columns
        end += current.width
        next = grow(current.elements, current.width)
      }
      const { type } = current.spec
      const value = parseCell(type, cell)
      const misfit = writeElement(type, current.elements.data, next, value)
      if (misfit !== undefined) throw unfitCell(line, column, value, misfit, current.spec)
      column += 1
      next += 1
    }
  }
}

const someCell = ({ pieces }: Line, is: (cell: string) => boolean): boolean => {
  for (const cells of pieces) if (cells.some(is)) return true
  return false
}

const isOtherwiseDivided = (line: Line): boolean =>
  line.count === 1 && someCell(line, (cell) => /[;\t|]/.test(cell))

const isNumber = (cell: string): boolean => cell.trim() !== '' && !Number.isNaN(Number(cell))

/** What else the client may have meant. A line with a number in it is no header: to call it one would lose it. */
const hintOf = (line: Line, cell: string, { type }: TensorSpec): string => {
  if (DATA_TYPES[type].kind === 'float' && /^\s*(na|n\/a|null|none|-|\?)\s*$/i.test(cell))
    return '; a missing value is an empty cell'
  if (line.number === 1 && !someCell(line, isNumber))
    return '; if the line is a header, send text/csv; header=present'
  return ''
}

const unfitCell = (
  line: Line,
  column: number,
  value: unknown,
  misfit: Misfit,
  spec: TensorSpec,
): ServingError => {
  const isEmpty = typeof value === 'string' && value.trim() === ''
  const received = isEmpty ? 'an empty cell, which only floats and strings take' : misfit.received
  const hint = typeof value === 'string' && !isEmpty ? hintOf(line, value, spec) : ''
  return invalid(
    `line ${line.number}, column ${column + 1}: expected ${misfit.expected} for input ` +
      `${quote(spec.name)} (${formatSpec(spec)}), received ${received}${hint}`,
  )
}

const decode: Decode = (body, mediaType, { signature, config }) => {
  requireUtf8(mediaType)
  let inputs = signature.inputs
  let isFirst = true
  let columns: Columns[] = []
  let width = 0
  let rows = 0
  eachLine(decodeUtf8(body), (line) => {
    if (isFirst) {
      isFirst = false
      const named = readCsvHeader(line, mediaType, inputs)
      if (named !== undefined) {
        inputs = named
        return
      }
    }
    requireRowsWithin(rows + 1, config.limits.maxRows)
    if (rows === 0) {
      columns = divideColumns(inputs, 'CSV', line.count)
      width = widthOf(columns)
    }
    readLine(line, columns, width)
    rows += 1
  })
  if (rows === 0) throw invalid('the request has no rows')
  return { inputs: columnsToTensors(columns, rows), form: 'rows' }
}

export const csvCodec: Codec = {
  mediaTypes: ['text/csv'],
  extensions: { '.csv': 'text/csv' },
  decode,
  encode: writeCsv,
}
