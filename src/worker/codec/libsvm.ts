/**
 * LibSVM's lines, `label index:value …`, as SageMaker's XGBoost container reads them: indices count the columns from 0, a label
 * is passed over where there is one, and a column that a line does not name is missing.
 */

import { ServingError } from '../../errors.ts'
import { requireRowsWithin } from '../../model/limits.ts'
import type { TensorSpec } from '../../model/signature.ts'
import { DATA_TYPES, type NumericArray } from '../../tensor/data-type.ts'
import { parseCell, writeElement } from '../../tensor/values.ts'
import { formatSpec, quote } from '../../words.ts'
import type { Codec, Decode } from './codec.ts'
import { type Columns, columnsToTensors, divideColumns, widthOf } from './columns.ts'
import { grow } from './growing.ts'
import { decodeUtf8, requireUtf8 } from './text.ts'

/** Values of a request with those that its lines leave out: a line of two bytes is as many as the model has columns. */
const MAX_VALUES = 2 ** 24

const invalid = (message: string): ServingError => new ServingError('ERR_INVALID_INPUT', message)

const WORD = /\S+/g

const decode: Decode = (body, mediaType, { signature, config }) => {
  requireUtf8(mediaType)
  const { missing } = mediaType.parameters
  if (missing !== undefined && missing !== '0' && missing.toLowerCase() !== 'nan')
    throw invalid(`${mediaType.type}: missing is ${quote(missing)}; it may be 0 or NaN`)
  const isZero = missing === '0'
  const text = signature.inputs.find(({ type }) => type === 'string')
  if (text !== undefined)
    throw invalid(`LibSVM has numbers only, not text for ${nameOf(text)}; send text/csv`)
  const columns = divideColumns(signature.inputs, 'LibSVM')
  const width = widthOf(columns)
  const lines = decodeUtf8(body)
  let rows = 0
  for (let start = 0, number = 1; start < lines.length; number++) {
    const found = lines.indexOf('\n', start)
    const end = found === -1 ? lines.length : found
    const words = lines.slice(start, end).replace(/#.*/s, '').match(WORD)
    start = end + 1
    if (words === null) continue
    rows += 1
    requireRowsWithin(rows, config.limits.maxRows)
    if (rows * width > MAX_VALUES)
      throw invalid(`the request has more than ${MAX_VALUES} values in rows of ${width}; send it in parts`)
    readLine(words, columns, width, isZero, number)
  }
  if (rows === 0) throw invalid('the request has no rows')
  return { inputs: columnsToTensors(columns, rows), form: 'rows' }
}

const nameOf = (spec: TensorSpec): string => `input ${quote(spec.name)} (${formatSpec(spec)})`

/** Where an input's columns of the line stand: `first` among all columns, `start` among its elements. */
type Part = Pick<Columns, 'spec' | 'elements'> & { first: number; start: number }

const readLine = (
  words: readonly string[],
  columns: readonly Columns[],
  width: number,
  isZero: boolean,
  number: number,
): void => {
  const parts: Part[] = []
  let first = 0
  for (const { spec, width, elements } of columns) {
    const start = grow(elements, width)
    if (!isZero && width > 0 && DATA_TYPES[spec.type].kind === 'float')
      fillMissing(spec, elements.data as NumericArray, start, width)
    parts.push({ spec, elements, start, first })
    first += width
  }
  const seen = new Set<number>()
  words.forEach((word, position) => {
    const colon = word.indexOf(':')
    if ((colon === -1 && position === 0) || word.startsWith('qid:')) return
    const index = /^\d{1,9}:./.test(word) ? Number(word.slice(0, colon)) : -1
    if (index === -1) throw invalid(`line ${number}: expected index:value, received ${quote(word)}`)
    if (index >= width)
      throw invalid(
        `line ${number}: index ${index} is not of the model's ${width} columns, which count from 0`,
      )
    if (seen.has(index)) throw invalid(`line ${number}: index ${index} is there twice`)
    seen.add(index)
    const { spec, elements, start, first } = parts.findLast((part) => part.first <= index) as Part
    const value = parseCell(spec.type, word.slice(colon + 1))
    const misfit = writeElement(spec.type, elements.data, start + index - first, value)
    if (misfit === undefined) return
    throw invalid(
      `line ${number}, index ${index}: expected ${misfit.expected} for ${nameOf(spec)}, received ${misfit.received}`,
    )
  })
  const whole = parts.find(({ spec }) => DATA_TYPES[spec.type].kind !== 'float')?.spec
  if (isZero || whole === undefined || seen.size === width) return
  throw invalid(
    `line ${number} leaves columns out, and ${nameOf(whole)} has no missing value; send all, or text/libsvm; missing=0`,
  )
}

const fillMissing = ({ type }: TensorSpec, data: NumericArray, start: number, width: number): void => {
  writeElement(type, data, start, null)
  data.fill(data[start] as never, start, start + width)
}

export const libsvmCodec: Codec = {
  mediaTypes: ['text/libsvm', 'text/x-libsvm'],
  extensions: { '.libsvm': 'text/libsvm', '.svm': 'text/libsvm', '.svmlight': 'text/libsvm' },
  decode,
}
