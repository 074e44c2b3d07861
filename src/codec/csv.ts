/** text/csv: a row on each line and no header, both ways. */

import { CsvError, type Options, parse } from 'csv-parse/sync'
import { ServingError } from '../errors.ts'
import type { Model } from '../model/model.ts'
import { formatSpec, type TensorSpec } from '../model/signature.ts'
import { allocate } from '../tensor/data-type.ts'
import { elementCount, type NamedTensors, type Tensor } from '../tensor/tensor.ts'
import { excerpt, parseCell, writeElement } from '../tensor/values.ts'
import type { Codec, DecodedRequest, MediaType } from './codec.ts'
import { writeCsv } from './csv-write.ts'
import { decodeUtf8, requireUtf8 } from './text.ts'

type Line = { number: number; cells: readonly string[] }

/** The columns that one input takes, and the shape of its rows. */
type Columns = { spec: TensorSpec; dims: readonly number[]; start: number; width: number }

const invalid = (message: string): ServingError => new ServingError('ERR_INVALID_INPUT', message)

/** Splits text into lines of cells. Without quotes, splitting is all there is to it, and over ten times as fast. */
const splitCells = (text: string): Line[] => {
  let end = text.length
  while (text[end - 1] === '\n' || text[end - 1] === '\r') end--
  const rows = text.slice(0, end)
  if (rows === '') return []
  if (rows.includes('"')) return parseQuoted(rows)
  return rows
    .split('\n')
    .map((line, index) => ({ number: index + 1, cells: line.replace(/\r$/, '').split(',') }))
}

const parseQuoted = (text: string): Line[] => {
  try {
    const options: Options = { info: true, relax_column_count: true, record_delimiter: ['\r\n', '\n'] }
    // With `info` each record comes with where it was found; the package's types do not say so.
    const records = parse(text, options) as unknown as { record: string[]; info: { lines: number } }[]
    return records.map(({ record, info }) => ({ number: info.lines, cells: record }))
  } catch (error) {
    if (!(error instanceof CsvError)) throw error
    const [reason] = error.message.split(':')
    throw new ServingError(
      'ERR_INVALID_BODY',
      `The body is not CSV: ${reason} at line ${String(error.lines)}.`,
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
      const name = JSON.stringify(excerpt(spec.name))
      throw invalid(
        `CSV cannot tell the shape of input ${name} (${formatSpec(spec)}); send application/json.`,
      )
    }
    const columns = { spec, dims, start, width: elementCount(dims) }
    start += columns.width
    return columns
  })
}

const requireWidth = (lines: readonly Line[], columns: readonly Columns[]): void => {
  const width = columns.reduce((sum, part) => sum + part.width, 0)
  const uneven = lines.find(({ cells }) => cells.length !== width)
  if (uneven === undefined) return
  const inputs = excerpt(columns.map(({ spec }) => `${spec.name}: ${formatSpec(spec)}`).join(', '))
  throw invalid(`Line ${uneven.number} has ${uneven.cells.length} values, expected ${width} (${inputs}).`)
}

const toTensor = ({ spec, dims, start, width }: Columns, lines: readonly Line[]): Tensor => {
  const data = allocate(spec.type, lines.length * width)
  let index = 0
  for (const { cells, number } of lines) {
    for (let column = start; column < start + width; column++) {
      const value = parseCell(spec.type, cells[column] as string)
      const misfit = writeElement(spec.type, data, index++, value)
      if (misfit !== undefined) {
        const hint = number === 1 && typeof value === 'string' ? ' A header line is not expected.' : ''
        throw invalid(
          `Line ${number}, column ${column + 1}: expected ${misfit.expected} for input ` +
            `${JSON.stringify(excerpt(spec.name))} (${formatSpec(spec)}), received ${misfit.received}.${hint}`,
        )
      }
    }
  }
  return { type: spec.type, dims: [lines.length, ...dims], data }
}

const decode = (body: Uint8Array, mediaType: MediaType, model: Model): DecodedRequest => {
  requireUtf8(mediaType)
  const { inputs } = model.signature
  const lines = splitCells(decodeUtf8(body))
  const [first] = lines
  if (first === undefined) throw invalid('The request has no rows.')
  const columns = divideColumns(inputs, first.cells.length)
  requireWidth(lines, columns)
  const tensors: NamedTensors = new Map(columns.map((part) => [part.spec.name, toTensor(part, lines)]))
  return { inputs: tensors, form: 'rows' }
}

export const csvCodec: Codec = { mediaTypes: ['text/csv'], decode, encode: writeCsv }
