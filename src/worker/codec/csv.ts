/** text/csv: a row on each line and no header, both ways. */

import { CsvError, type Options, parse } from 'csv-parse/sync'
import { ServingError } from '../../errors.ts'
import { requireRowsWithin } from '../../model/limits.ts'
import type { Model } from '../../model/model.ts'
import type { TensorSpec } from '../../model/signature.ts'
import { elementCount, type NamedTensors } from '../../tensor/tensor.ts'
import { type Misfit, parseCell, writeElement } from '../../tensor/values.ts'
import { excerpt, formatSpec, quote } from '../../words.ts'
import type { Codec, DecodedRequest, MediaType } from './codec.ts'
import { writeCsv } from './csv-write.ts'
import { createGrowing, type Growing, grow, grown } from './growing.ts'
import { decodeUtf8, requireUtf8 } from './text.ts'

/** One line of text, with its cells in pieces: those of a very long line are never held all together. */
type Line = { number: number; count: number; pieces: Iterable<readonly string[]> }

/** The columns that one input takes, the shape of its rows, and what its rows held so far. */
type Columns = { spec: TensorSpec; dims: readonly number[]; start: number; width: number; elements: Growing }

const invalid = (message: string): ServingError => new ServingError('ERR_INVALID_INPUT', message)

/** Hands on line after line. Without quotes, splitting is all there is to it, and over ten times as fast. */
const eachLine = (text: string, visit: (line: Line) => void): void => {
  let end = text.length
  while (text[end - 1] === '\n' || text[end - 1] === '\r') end--
  if (end === 0) return
  const rows = text.slice(0, end)
  if (rows.includes('"')) {
    eachQuotedLine(rows, visit)
    return
  }
  for (let start = 0, number = 1; start <= end; number++) {
    const found = rows.indexOf('\n', start)
    const stop = found === -1 ? end : found
    visit(plainLine(rows.slice(start, rows[stop - 1] === '\r' && stop > start ? stop - 1 : stop), number))
    start = stop + 1
  }
}

/** Longer lines are split in pieces of about this many characters, since a cell takes ten times its text. */
const PIECE = 65_536

const plainLine = (line: string, number: number): Line =>
  line.length <= PIECE
    ? splitLine(number, line.split(','))
    : { number, count: countCells(line), pieces: splitInPieces(line) }

const splitLine = (number: number, cells: readonly string[]): Line => ({
  number,
  count: cells.length,
  pieces: [cells],
})

const countCells = (line: string): number => {
  let count = 1
  for (let comma = line.indexOf(','); comma !== -1; comma = line.indexOf(',', comma + 1)) count++
  return count
}

function* splitInPieces(line: string): Iterable<readonly string[]> {
  for (let start = 0; start <= line.length; ) {
    const comma = line.indexOf(',', start + PIECE)
    const end = comma === -1 ? line.length : comma
    yield line.slice(start, end).split(',')
    start = end + 1
  }
}

const eachQuotedLine = (text: string, visit: (line: Line) => void): void => {
  const options: Options = {
    relax_column_count: true,
    record_delimiter: ['\r\n', '\n'],
    // Null keeps no record: otherwise all of them would be in memory together.
    on_record: (record: string[], { lines }) => {
      visit(splitLine(lines, record))
      return null
    },
  }
  try {
    parse(text, options)
  } catch (error) {
    if (!(error instanceof CsvError)) throw error
    const [reason] = error.message.split(':')
    throw new ServingError(
      'ERR_INVALID_BODY',
      `the body is not CSV: ${reason} at line ${String(error.lines)}`,
    )
  }
}

/** Divides the columns among the inputs, in the model's order; a single input may leave its row's length open. */
const divideColumns = (inputs: readonly TensorSpec[], received: number): Columns[] => {
  let start = 0
  return inputs.map((spec) => {
    const row = spec.dims.slice(1)
    const open = inputs.length === 1 && row.length === 1
    const dims = row.map((dim) => (typeof dim === 'number' ? dim : open ? received : undefined))
    if (spec.dims.length === 0 || !dims.every((dim) => dim !== undefined)) {
      throw invalid(
        `CSV cannot determine the shape of input ${quote(spec.name)} (${formatSpec(spec)}); send application/json`,
      )
    }
    const columns = { spec, dims, start, width: elementCount(dims), elements: createGrowing(spec.type) }
    start += columns.width
    return columns
  })
}

const unevenLine = (line: Line, columns: readonly Columns[], width: number): ServingError => {
  const inputs = excerpt(columns.map(({ spec }) => `${spec.name}: ${formatSpec(spec)}`).join(', '))
  return invalid(`line ${line.number} has ${line.count} values, expected ${width} (${inputs})`)
}

/** Writes a line's cells to the inputs that they belong to. */
const readLine = (line: Line, columns: readonly Columns[], width: number): void => {
  if (line.count !== width) throw unevenLine(line, columns, width)
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

const unfitCell = (
  line: Line,
  column: number,
  value: unknown,
  misfit: Misfit,
  spec: TensorSpec,
): ServingError => {
  const hint = line.number === 1 && typeof value === 'string' ? '; a header line is not expected' : ''
  return invalid(
    `line ${line.number}, column ${column + 1}: expected ${misfit.expected} for input ` +
      `${quote(spec.name)} (${formatSpec(spec)}), received ${misfit.received}${hint}`,
  )
}

const decode = (body: Uint8Array, mediaType: MediaType, model: Model): DecodedRequest => {
  requireUtf8(mediaType)
  let columns: Columns[] = []
  let width = 0
  let rows = 0
  eachLine(decodeUtf8(body), (line) => {
    requireRowsWithin(rows + 1, model.config.limits.maxRows)
    if (rows === 0) {
      columns = divideColumns(model.signature.inputs, line.count)
      width = columns.reduce((sum, part) => sum + part.width, 0)
    }
    readLine(line, columns, width)
    rows += 1
  })
  if (rows === 0) throw invalid('the request has no rows')
  const tensors: NamedTensors = new Map(
    columns.map(({ spec, dims, elements }) => [
      spec.name,
      { type: spec.type, dims: [rows, ...dims], data: grown(elements) },
    ]),
  )
  return { inputs: tensors, form: 'rows' }
}

export const csvCodec: Codec = {
  mediaTypes: ['text/csv'],
  extensions: { '.csv': 'text/csv' },
  decode,
  encode: writeCsv,
}
